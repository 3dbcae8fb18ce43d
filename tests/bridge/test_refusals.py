"""Every route refuses who is not signed in, other sites' pages, and a change by cookie alone."""

import aiohttp
import pytest

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
CHANGES = METHODS[2:]
ROUTES = ["echo", "upload", "nothing", "events", ""]
EVIL = "https://evil.example"


@pytest.fixture
def cookies(ask, lake, jp_serverapp, jp_asyncio_loop, http_server_port, jp_base_url):
    """The cookies of a signed-in browser, and the XSRF token among them."""

    async def sign_in():
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            server = f"http://127.0.0.1:{http_server_port[-1]}{jp_base_url}"
            token = jp_serverapp.identity_provider.token
            async with session.get(f"{server}api?token={token}"), session.get(f"{server}login"):
                return {cookie.key: cookie.value for cookie in session.cookie_jar}

    return jp_asyncio_loop.run_until_complete(sign_in())


@pytest.fixture
def by_cookie(cookies):
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def problem(answer, method):
    return answer.status, None if method == "HEAD" else answer.json["code"]


def expected(status, code, method):
    return status, None if method == "HEAD" else code


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", [*METHODS, "OPTIONS"])
async def test_who_is_not_signed_in(ask, method, route):
    answer = await ask(route, method, headers={})
    # The socket of events has no other method than GET.
    if route == "events" and method != "GET":
        assert answer.status in (403, 405)
    else:
        assert problem(answer, method) == expected(403, "unauthenticated", method)


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("method", [*METHODS, "OPTIONS"])
async def test_a_foreign_origin(ask, by_cookie, jp_auth_header, method, origin):
    for identity in (by_cookie, jp_auth_header):
        answer = await ask("echo", method, headers={**identity, "Origin": origin})
        assert problem(answer, method) == expected(403, "forbidden-origin", method)


@pytest.mark.parametrize("route", ["echo", "events"])
@pytest.mark.parametrize("method", METHODS)
async def test_another_sites_page(ask, by_cookie, cookies, jp_auth_header, method, route):
    for identity in ({**by_cookie, "X-XSRFToken": cookies["_xsrf"]}, jp_auth_header):
        answer = await ask(route, method, headers={**identity, "Sec-Fetch-Site": "cross-site"})
        assert problem(answer, method) == expected(403, "forbidden-origin", method)


@pytest.mark.parametrize("method", CHANGES)
async def test_a_change_by_cookie_needs_the_xsrf_token(ask, by_cookie, cookies, method):
    without = await ask("echo", method, headers=by_cookie)
    assert (without.status, without.json["code"]) == (403, "forbidden-origin")
    wrong = await ask("echo", method, headers={**by_cookie, "X-XSRFToken": "2|x|y|1"})
    assert (wrong.status, wrong.json["code"]) == (403, "forbidden-origin")
    right = await ask("echo", method, headers={**by_cookie, "X-XSRFToken": cookies["_xsrf"]})
    assert right.status == 200


async def test_reading_by_cookie(ask, by_cookie, url):
    origin = str(url("").origin())
    for own in ({}, {"Origin": origin}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert (await ask("echo", headers={**by_cookie, **own})).status == 200


async def test_a_host_that_is_not_ours(ask, by_cookie):
    answer = await ask("echo", headers={**by_cookie, "Host": "evil.example"})
    assert answer.status == 403


async def test_no_preflight(ask, jp_auth_header):
    answer = await ask("echo", "OPTIONS")
    assert answer.status == 405


async def test_a_socket_is_refused_too(url, jp_auth_header, by_cookie):
    refused = [
        {},
        {**by_cookie, "Origin": EVIL},
        {**jp_auth_header, "Origin": EVIL},
        {**jp_auth_header, "Sec-Fetch-Site": "cross-site"},
    ]
    async with aiohttp.ClientSession() as session:
        for headers in refused:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(url("events"), headers=headers)
            assert refusal.value.status == 403


async def test_a_refusal_does_not_start_node(ask, lake):
    await ask("echo", headers={})
    assert lake._sidecar.pid is None


class TestAllowedOrigin:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        server = {**jp_server_config["ServerApp"], "allow_origin": "https://desk.example"}
        return {**jp_server_config, "ServerApp": server}

    async def test_that_the_site_allows(self, ask, url, jp_auth_header):
        allowed = {**jp_auth_header, "Origin": "https://desk.example"}
        assert (await ask("echo", headers=allowed)).status == 200
        async with aiohttp.ClientSession() as session, session.ws_connect(url("events"), headers=allowed):
            pass
        assert (await ask("echo", headers={**jp_auth_header, "Origin": EVIL})).status == 403
