"""The real Node server runs out of memory at work: it is started again, and Jupyter is none the worse for it."""

import json
import os
import re
import urllib.error
import urllib.request

import pytest
from jupyter_process import DEADLINE, TOKEN, JupyterProcess, until
from swelling_rucio import PASSWORD, SESSION_TOKEN, SwellingRucio

from jupyterlab_datalake import node_runtime

# Enough for the server itself, and soon full.
HEAP_MEGABYTES = 48
CONFIG = """
from jupyterlab_datalake import node_runtime
node_runtime.node_binary = lambda: %(node)r
c.DataLake.rucio_url = %(rucio)r
c.DataLake.account = "alice"
c.DataLake.auth_type = "userpass"
c.DataLake.username = "alice"
c.DataLake.password_file = %(password)r
c.DataLake.state_dir = %(state)r
"""
NOTEBOOK = {
    "notebook": "a.ipynb",
    "items": [{"instance": "default", "did": "test:one", "variableName": "one"}],
}


@pytest.fixture
def rucio():
    with SwellingRucio() as rucio:
        yield rucio


@pytest.fixture
def jupyter(tmp_path, rucio):
    """With a Node of little room."""
    node = tmp_path / "node"
    node.write_text(f'#!/bin/sh\nexec "{node_runtime.node_binary()}" --max-old-space-size={HEAP_MEGABYTES} "$@"\n')
    node.chmod(0o700)
    password = tmp_path / "password"
    password.touch(mode=0o600)
    password.write_text(PASSWORD)
    places = {"node": str(node), "rucio": rucio.url, "password": str(password), "state": str(tmp_path / "state")}
    with JupyterProcess(tmp_path, config=CONFIG % places) as jupyter:
        yield jupyter


def huge(jupyter):
    """Names without end, and meanwhile a question to Jupyter itself now and then."""
    for number in range(1_000_000):
        if number % 100_000 == 0:
            request = urllib.request.Request(f"{jupyter.base}api/status", headers={"Authorization": f"token {TOKEN}"})
            assert urllib.request.urlopen(request, timeout=DEADLINE).status == 200
        yield f"scope_with_a_long_name_{number:010}"


def refused(jupyter, path):
    """The problem that a route of ours answers with instead, and the seconds to wait."""
    with pytest.raises(urllib.error.HTTPError) as raised:
        jupyter.ask(path)
    return raised.value.code, json.load(raised.value), int(raised.value.headers["Retry-After"])


def test_it_is_told_and_started_again_with_what_it_knew(jupyter, rucio, tmp_path):
    assert jupyter.ask("scopes")["scopes"]
    accept = json.dumps(NOTEBOOK).encode()
    with jupyter.open("cart/accepted", "PUT", accept, **{"Content-Type": "application/json"}) as answer:
        assert answer.status == 200

    rucio.scopes = lambda: huge(jupyter)
    status, problem, seconds = refused(jupyter, "scopes")
    assert (status, problem["code"]) == (503, "server-down")
    assert seconds >= 1

    rucio.scopes = lambda: iter(["test"])
    assert until(lambda: jupyter.ask("scopes"))["scopes"]
    with jupyter.open("cart/accepted", "POST", accept, **{"Content-Type": "application/json"}) as answer:
        assert json.load(answer) == {"accepted": [True]}

    assert "heap out of memory" in jupyter.log
    assert re.search(r"ended with status -?\d+; next start in 0\.2 s", jupyter.log)
    assert [name for name in (PASSWORD, SESSION_TOKEN) if name in jupyter.log] == []
    assert not [name for name in os.listdir(tmp_path) if name.startswith(("core", "report", "Heap"))]
