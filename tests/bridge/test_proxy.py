"""What passes through the bridge, what does not, and what happens when one of the ends goes away."""

import asyncio
import hashlib
import logging

import aiohttp
import pytest
from tornado.iostream import StreamClosedError
from waiting import until

from jupyterlab_datalake.proxy import ProxyHandler


async def test_passes_the_address_on_as_it_is(ask):
    answer = await ask("echo?did=a%2Fb%3Ac&x=%C3%A9")
    assert answer.status == 200
    assert answer.json["url"] == "/api/echo?did=a%2Fb%3Ac&x=%C3%A9"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_passes_the_method_on(ask, method):
    assert (await ask("echo", method)).json["method"] == method


async def test_passes_a_body_on(ask):
    body = bytes(range(256)) * 5000
    for data in (body, _pieces(body)):
        answer = await ask("upload", "POST", data=data)
        assert answer.json == {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


async def test_node_sees_no_credentials(ask, jp_auth_header):
    headers = {**jp_auth_header, "Cookie": "a=b", "X-XSRFToken": "x", "X-Forwarded-For": "1.2.3.4"}
    seen = (await ask("echo", headers=headers)).json["headers"]
    assert not {"cookie", "authorization", "x-xsrftoken", "x-forwarded-for"} & seen.keys()
    assert len(seen["x-datalake-secret"]) >= 32
    assert seen["x-datalake-user"]


async def test_the_browser_sees_neither_cookies_nor_permissions_of_node(ask):
    answer = await ask("echo")
    assert "a=b" not in answer.headers.getall("Set-Cookie", [])
    assert answer.headers.get("Access-Control-Allow-Origin") != "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_each_request_has_an_id(ask, jp_auth_header):
    given = await ask("echo", headers={**jp_auth_header, "X-Request-Id": "abc-12345"})
    assert given.headers["X-Request-Id"] == "abc-12345"
    assert given.json["headers"]["x-request-id"] == "abc-12345"
    made = await ask("echo", headers={**jp_auth_header, "X-Request-Id": "not an id; no"})
    assert made.headers["X-Request-Id"] == made.json["headers"]["x-request-id"]
    assert len(made.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("path", ["../windows/1", "%2e%2e/windows/1", ".%2E/events", "a/./b"])
async def test_dots_do_not_lead_out_of_the_api(url, jp_auth_header, http_server_port, path):
    # By hand: a client that is kind would take the dots out itself.
    target = url("").raw_path + path
    reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[-1])
    head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {jp_auth_header['Authorization']}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code": "bad-request"' in answer


async def test_a_route_that_is_not_there_is_nodes_problem(ask):
    answer = await ask("nothing/here")
    assert (answer.status, answer.json["code"]) == (404, "not-found")


async def test_an_answer_before_the_end_of_the_body(ask):
    answer = await ask("early", "POST", data=_pieces(bytes(1 << 22)))
    assert (answer.status, answer.json["code"]) == (409, "conflict")


async def test_an_answer_that_breaks_off_is_not_taken_for_whole(ask):
    with pytest.raises(aiohttp.ClientError):
        await ask("cut")


async def test_a_browser_that_goes_away_ends_the_work(ask, url, jp_auth_header, caplog):
    caplog.set_level(logging.DEBUG)
    async with aiohttp.ClientSession() as session:
        answer = await session.get(url("slow"), headers=jp_auth_header)
        assert await answer.content.readline() == b'{"item":1}\n'
        answer.close()

    async def aborted():
        return (await ask("seen")).json["aborted"] == 1

    await until(aborted)
    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in caplog.text


async def test_a_browser_that_has_just_gone_away_leaves_no_trace(url, jp_auth_header, caplog, monkeypatch):
    flush, flushed = ProxyHandler.flush, []

    def gone(handler, *args, **kwargs):
        flushed.append(handler)
        if len(flushed) == 1:
            # As it is for a moment: the connection has ended, and tornado has not said so yet.
            raise StreamClosedError
        return flush(handler, *args, **kwargs)

    monkeypatch.setattr(ProxyHandler, "flush", gone)
    async with aiohttp.ClientSession() as session:
        async with session.get(url("echo"), headers=jp_auth_header) as answer:
            await answer.read()
    assert flushed
    assert "Uncaught exception" not in caplog.text


async def test_a_line_arrives_before_the_stream_ends(url, jp_auth_header):
    async with aiohttp.ClientSession() as session, session.get(url("slow"), headers=jp_auth_header) as answer:
        assert await answer.content.readline() == b'{"item":1}\n'


class TestLargestBody:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        return {**jp_server_config, "DataLake": {"max_request_bytes": 100_000}}

    async def test_up_to_it(self, ask):
        assert (await ask("upload", "POST", data=bytes(100_000))).json["bytes"] == 100_000

    async def test_a_larger_one_that_says_so(self, ask):
        answer = await ask("upload", "POST", data=bytes(100_001))
        assert (answer.status, answer.json["code"]) == (413, "too-large")

    async def test_a_larger_one_in_pieces(self, ask):
        answer = await ask("upload", "POST", data=_pieces(bytes(150_000)))
        assert (answer.status, answer.json["code"]) == (413, "too-large")


async def _pieces(body: bytes):
    for start in range(0, len(body), 1 << 16):
        yield body[start : start + (1 << 16)]
