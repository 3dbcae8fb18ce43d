"""A Jupyter server with the extension, and the stand-in where a test needs a Node that misbehaves."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jupyter_process import STAND_IN
from yarl import URL

from jupyterlab_datalake import node_runtime

pytest_plugins = ["pytest_jupyter.jupyter_server"]

BASE = "jupyterlab-datalake/api"


@pytest.fixture(autouse=True)
def temporary(monkeypatch, tmp_path_factory):
    """A temporary folder with a name short enough for sockets, gone afterwards."""
    tmp_path_factory.getbasetemp()
    with tempfile.TemporaryDirectory(prefix="dlt-", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        # JupyterLab's language servers ask npm something at the start; it may outlive Jupyter, and writes there.
        monkeypatch.setenv("NODE_DISABLE_COMPILE_CACHE", "1")
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """The stand-in is what the bridge starts."""
    monkeypatch.setattr(node_runtime, "bundle", lambda name: str(STAND_IN))


@pytest.fixture
def jp_server_config():
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_datalake": True}},
        "DataLake": {"rucio_url": "https://rucio.example"},
    }


@pytest.fixture
def lake(jp_serverapp, jp_asyncio_loop):
    """The extension, loaded; its Node is ended afterwards."""
    extension = jp_serverapp.extension_manager.extension_points["jupyterlab_datalake"].app
    yield extension
    jp_asyncio_loop.run_until_complete(extension.stop_extension())


@dataclass
class Answer:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def url(lake, http_server, http_server_port, jp_base_url):
    """The address of a route of ours."""
    server = f"http://127.0.0.1:{http_server_port[-1]}{jp_base_url}"
    return lambda path: URL(f"{server}{BASE}/{path}", encoded=True)


@pytest.fixture
def ask(url, jp_auth_header):
    """Asks one of our routes, with Jupyter's token unless `headers` say otherwise."""

    async def ask(path: str, method: str = "GET", headers: Mapping[str, str] | None = None, **options: Any) -> Answer:
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, url(path), headers=jp_auth_header if headers is None else headers, **options
            ) as answer,
        ):
            return Answer(answer.status, answer.headers, await answer.read())

    return ask
