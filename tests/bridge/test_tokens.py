"""What the options on tokens come to, what kernels and terminals are told, and the page at which a sign-in ends."""

import os
import re
import stat
from pathlib import Path

import aiohttp
import pytest
from traitlets.config import Config
from yarl import URL

from jupyterlab_datalake.effective import effective
from jupyterlab_datalake.extension import DataLake
from jupyterlab_datalake.rucio_desk import RucioDesk
from jupyterlab_datalake.token_environment import token_environment

IAM = {"oidc_issuer": "https://iam.example", "oidc_client_id": "datalake"}
TARGETS = [
    {"name": "rucio", "audience": "rucio"},
    {"name": "eos", "audience": "eos"},
    {"name": "storage", "audience": "xrootd", "scope": "storage.read:/"},
]


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No Rucio, no hub and no agent anywhere."""
    for name in (
        *("RUCIO_CONFIG", "RUCIO_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "OAUTH2_TOKEN", "BEARER_TOKEN_FILE"),
        *("OIDC_SOCK", "JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def come_to(**options):
    options.setdefault("rucio_url", "https://rucio.example")
    return effective(DataLake(config=Config(DataLake=options)), token_folder="/run/tokens")


def tokens(**options):
    config = come_to(**options)
    assert config["problems"] == []
    [instance] = config["instances"]
    return instance["tokens"]


def problems(**options):
    return {problem["name"]: problem["message"] for problem in come_to(**options)["problems"]}


def test_without_an_identity_provider_there_are_none():
    assert tokens() is None


def test_defaults():
    found = tokens(**IAM, token_targets=TARGETS)
    assert {name: found[name] for name in ("source", "issuer", "scope", "clientSecretFile")} == {
        "source": "sign-in",
        "issuer": "https://iam.example",
        "scope": "openid profile offline_access",
        "clientSecretFile": "",
    }
    assert found["targets"] == [
        {
            "name": "rucio",
            "audience": "rucio",
            "scope": "",
            "file": "/run/tokens/rucio",
            "format": "plain",
            "serves": "rucio",
        },
        {"name": "eos", "audience": "eos", "scope": "", "file": "/run/tokens/eos", "format": "eos", "serves": "eos"},
        {
            "name": "storage",
            "audience": "xrootd",
            "scope": "storage.read:/",
            "file": "/run/tokens/storage",
            "format": "plain",
            "serves": "storage",
        },
    ]


def test_a_target_for_rucio_is_what_rucio_is_asked_with():
    [instance] = come_to(**IAM, token_targets=TARGETS)["instances"]
    assert (instance["authType"], instance["oidcTokenFile"]) == ("oidc", "/run/tokens/rucio")


def test_under_a_hub_the_hub_is_asked(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_URL", "http://hub/hub/api")
    assert tokens(**IAM)["source"] == "hub"
    assert tokens(**IAM, token_source="sign-in")["source"] == "sign-in"


def test_rucio_itself_may_sign_people_in_and_has_one_token():
    [instance] = come_to(token_source="rucio")["instances"]
    found = instance["tokens"]
    assert (found["source"], found["issuer"]) == ("rucio", "")
    assert [(each["name"], each["audience"], each["serves"]) for each in found["targets"]] == [("rucio", "", "rucio")]
    assert (instance["authType"], instance["oidcTokenFile"]) == ("oidc", found["targets"][0]["file"])


@pytest.mark.parametrize(
    ("options", "name", "message"),
    [
        ({"token_source": "rucio", "token_targets": TARGETS}, "token_targets[0]", "for Rucio only"),
        ({"token_source": "rucio", "token_targets": [{"name": "eos"}]}, "token_targets[0]", "for Rucio only"),
        ({"oidc_issuer": "http://iam.example", "oidc_client_id": "x"}, "oidc_issuer", "https"),
        ({"oidc_issuer": "https://iam.example"}, "oidc_client_id", "client's id"),
        ({"token_targets": TARGETS}, "token_targets", "oidc_issuer"),
        ({**IAM, "token_source": "hub"}, "token_source", "not started by JupyterHub"),
        ({**IAM, "token_source": "agent"}, "token_source", "OIDC_SOCK"),
        ({**IAM, "token_source": "file"}, "subject_token_file", "absolute path"),
        ({**IAM, "token_source": "environment"}, "subject_token_env", "variable"),
        ({**IAM, "oidc_client_secret_file": "secret"}, "oidc_client_secret_file", "relative"),
        ({**IAM, "oidc_client_secret_file": "/nowhere"}, "oidc_client_secret_file", "no file"),
        ({**IAM, "token_targets": [{"audience": "x"}]}, "token_targets[0]", "needs a 'name'"),
        ({**IAM, "token_targets": [{"name": "../x"}]}, "token_targets[0]", "needs a 'name'"),
        ({**IAM, "token_targets": [{"name": ".."}]}, "token_targets[0]", "needs a 'name'"),
        ({**IAM, "token_targets": [{"name": "x", "audiences": "y"}]}, "token_targets[0]", "no 'audiences'"),
        ({**IAM, "token_targets": [{"name": "x", "scope": ["y"]}]}, "token_targets[0]", "'scope' must be a text"),
        ({**IAM, "token_targets": [{"name": "x", "serves": "dcache"}]}, "token_targets[0]", "'serves' is one of"),
        ({**IAM, "token_targets": [{"name": "x", "format": "Bearer"}]}, "token_targets[0]", "{token}"),
        ({**IAM, "token_targets": [{"name": "x", "file": "x"}]}, "token_targets[0]", "relative"),
        ({**IAM, "token_targets": [{"name": "x"}, {"name": "x"}]}, "token_targets[1]", "two targets named x"),
        (
            {**IAM, "token_targets": [{"name": "x", "file": "/t"}, {"name": "y", "file": "/t"}]},
            "token_targets[1]",
            "in the file /t",
        ),
        ({**IAM, "token_targets": [{"name": "eos"}, {"name": "y", "serves": "eos"}]}, "token_targets[1]", "serve eos"),
    ],
)
def test_a_mistake_is_told_by_name(options, name, message):
    found = problems(**options)
    assert message in found[f"c.DataLake.{name}"]


def announced(environ, **options):
    [instance] = come_to(**IAM, token_targets=TARGETS, **options)["instances"]
    return instance, instance["tokens"], environ


@pytest.fixture
def desk():
    async def alice():
        return "alice"

    made = RucioDesk(alice)
    yield made
    made.close()


def test_kernels_are_told_where_their_tokens_will_be(tmp_path, desk):
    instance, found, environ = announced({}, account="alice", ca_cert=__file__, auth_url="https://auth.example")
    wanted, hints = token_environment(instance, found, str(tmp_path), environ, desk)
    assert wanted == {
        "OAUTH2_TOKEN": "FILE:/run/tokens/eos",
        "BEARER_TOKEN_FILE": "/run/tokens/storage",
        "RUCIO_CONFIG": str(tmp_path / "rucio.cfg"),
    }
    assert hints == []
    head, rucio_host, auth_host, *rest = (tmp_path / "rucio.cfg").read_text().splitlines()
    assert (head, rucio_host) == ("[client]", "rucio_host = https://rucio.example")
    assert re.fullmatch(r"auth_host = http://127\.0\.0\.1:\d+", auth_host)
    assert rest == [
        "auth_type = userpass",
        "username = jupyterlab-datalake",
        f"password = {desk.secret}",
        "account = alice",
        f"ca_cert = {__file__}",
    ]
    assert stat.S_IMODE((tmp_path / "rucio.cfg").stat().st_mode) == 0o600


def test_nothing_of_the_users_or_the_sites_is_replaced(tmp_path, desk):
    cfg = tmp_path / "theirs.cfg"
    cfg.write_text("[client]\n")
    environ = {"OAUTH2_TOKEN": "FILE:/tmp/mine", "BEARER_TOKEN_FILE": "/tmp/other", "RUCIO_CONFIG": str(cfg)}
    instance, found, environ = announced(environ)
    wanted, hints = token_environment(instance, found, str(tmp_path), environ, desk)
    assert wanted == {}
    assert "auth_type = gss, auth_token_file_path = /run/tokens/rucio" in hints[0]
    assert "OAUTH2_TOKEN is set already" in hints[1] and "BEARER_TOKEN_FILE is set already" in hints[2]
    assert not (tmp_path / "rucio.cfg").exists()


@pytest.fixture
def jp_server_config(tmp_path):
    secret = tmp_path / "client-secret"
    secret.write_text("very-secret")
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_datalake": True}},
        "DataLake": {
            "rucio_url": "https://rucio.example",
            **IAM,
            "oidc_client_secret_file": str(secret),
            "token_targets": TARGETS,
        },
    }


@pytest.fixture(autouse=True)
def forget_variables(monkeypatch):
    """What the extension sets is gone after the test."""
    for name in ("OAUTH2_TOKEN", "BEARER_TOKEN_FILE", "RUCIO_CONFIG"):
        monkeypatch.setenv(name, "")


def test_a_server_has_a_folder_of_its_own_and_says_so_before_node_runs(lake):
    folder = Path(os.environ["BEARER_TOKEN_FILE"]).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert os.environ["OAUTH2_TOKEN"] == f"FILE:{folder}/eos"
    assert os.environ["RUCIO_CONFIG"] == f"{folder}/rucio.cfg"


async def test_node_is_started_with_the_server(lake, jp_serverapp):
    await lake._start_jupyter_server_extension(jp_serverapp)
    assert lake._sidecar.state != "not-started"


async def test_the_folder_is_gone_with_the_server(lake):
    folder = Path(os.environ["BEARER_TOKEN_FILE"]).parent
    assert folder.exists()
    await lake.stop_extension()
    assert not folder.exists()


@pytest.fixture
def page(lake, http_server, http_server_port, jp_base_url):
    """A page of ours beside the routes."""
    server = f"http://127.0.0.1:{http_server_port[-1]}{jp_base_url}jupyterlab-datalake/callback"

    async def page(path="", headers=None):
        async with (
            aiohttp.ClientSession() as session,
            session.get(URL(server + path, encoded=True), headers=headers) as answer,
        ):
            return answer.status, answer.headers, await answer.text()

    return page


@pytest.mark.parametrize(("path", "kind"), [("", "text/html"), (".js", "text/javascript"), (".css", "text/css")])
async def test_the_page_is_the_same_for_everybody_and_shows_nothing_of_its_address(page, jp_auth_header, path, kind):
    query = "?code=very-secret-code&state=%3Cscript%3E"
    # As a browser that comes back from another site asks.
    headers = {**jp_auth_header, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    status, found, text = await page(path + query, headers)
    assert (status, found["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    assert "very-secret-code" not in text and "script%3E" not in text
    assert (status, text) == (await page(path, jp_auth_header))[::2]
    assert found["Referrer-Policy"] == "no-referrer"
    assert found["Cache-Control"] == "no-store"
    policy = found["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


async def test_who_is_not_signed_in_to_jupyter_gets_no_page_and_is_not_sent_on_with_the_code(page):
    status, found, text = await page("?code=very-secret-code&state=x")
    assert status == 403
    assert "very-secret-code" not in text and "Location" not in found


async def test_the_code_is_in_no_log(page, jp_auth_header, caplog):
    caplog.set_level("DEBUG")
    await page("?code=very-secret-code&state=x", jp_auth_header)
    await page("?code=very-secret-code&state=x")
    assert "callback" in caplog.text
    assert "very-secret-code" not in caplog.text


async def test_node_knows_a_browser_by_its_cookie_without_the_cookie(ask, jp_auth_header):
    async def browser(cookie):
        headers = {**jp_auth_header, **({"Cookie": f"_xsrf={cookie}"} if cookie else {})}
        found = (await ask("echo", headers=headers)).json["headers"]
        assert cookie == "" or cookie not in str(found)
        return found["x-datalake-browser"]

    one, same, other, none = [await browser(cookie) for cookie in ("first", "first", "second", "")]
    assert one == same
    assert len({one, other, none}) == 3
    assert re.fullmatch("[0-9a-f]{64}", one)


async def test_a_page_cannot_choose_its_browser(ask, jp_auth_header):
    headers = {**jp_auth_header, "X-DataLake-Browser": "0" * 64}
    assert (await ask("echo", headers=headers)).json["headers"]["x-datalake-browser"] != "0" * 64
