"""However Jupyter dies, no Node and no socket folder stay behind."""

import contextlib
import http.client
import itertools
import os
import re
import signal
import threading

import pytest
from jupyter_process import STAND_IN, JupyterProcess, until
from swelling_rucio import PASSWORD, SwellingRucio

from jupyterlab_datalake.private_folder import PrivateFolder
from jupyterlab_datalake.process_identity import is_alive, started_at

AS_ALICE = """
c.DataLake.rucio_url = %r
c.DataLake.account = "alice"
c.DataLake.auth_type = "userpass"
c.DataLake.username = "alice"
c.DataLake.password_file = %r
"""


def remains_of(folder):
    """The processes whose command line names this folder, and the folder itself."""
    found = [folder] if os.path.exists(folder) else []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as cmdline:
                if os.fsencode(folder) in cmdline.read():
                    found.append(pid)
        except OSError:
            continue
    return found


def children_of(parent, program):
    """The children of this process that run the program."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as stat, open(f"/proc/{pid}/cmdline") as cmdline:
                if int(stat.read().rpartition(")")[2].split()[1]) == parent and program in cmdline.read():
                    found.append(int(pid))
        except OSError:
            continue
    return found


def socket_of(pid):
    """The unix socket on which this process listens."""
    inodes = set()
    for descriptor in os.scandir(f"/proc/{pid}/fd"):
        match = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(descriptor.path))
        if match:
            inodes.add(match[1])
    with open("/proc/net/unix") as sockets:
        for line in sockets:
            fields = line.split()
            if len(fields) == 8 and fields[6] in inodes and fields[7].endswith("/s"):
                return fields[7]
    raise AssertionError("it does not listen")


@pytest.mark.parametrize("blocked", [False, True], ids=["loop turns", "loop blocked"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP], ids=lambda how: how.name)
def test_nothing_stays(tmp_path, how, blocked):
    with JupyterProcess(tmp_path, STAND_IN) as jupyter:
        seen = jupyter.ask("self")
        node, folder = seen["pid"], os.path.dirname(seen["hello"]["socket"])
        started = started_at(node)
        if blocked:
            jupyter.ask("block")
        jupyter.end(how)
        until(lambda: not is_alive(node, started))
        until(lambda: not remains_of(folder))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_nothing_stays_of_the_real_server(tmp_path, how):
    with JupyterProcess(tmp_path) as jupyter:
        assert jupyter.ask("session")["signIns"]
        [node] = children_of(jupyter.pid, "server.mjs")
        folder = os.path.dirname(socket_of(node))
        started = started_at(node)
        jupyter.end(how)
        until(lambda: not is_alive(node, started))
        until(lambda: not remains_of(folder))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_nothing_stays_of_the_real_server_at_work(tmp_path, how):
    """It reads an answer without end of Rucio's, for somebody who waits for it."""
    flowing = threading.Event()

    def endless():
        for number in itertools.count():
            yield f"scope_{number}"
            if number == 100_000:
                flowing.set()

    password = tmp_path / "password"
    password.touch(mode=0o600)
    password.write_text(PASSWORD)
    with SwellingRucio() as rucio:
        rucio.scopes = endless
        with JupyterProcess(tmp_path, config=AS_ALICE % (rucio.url, str(password))) as jupyter:

            def ask():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    jupyter.ask("scopes")

            asking = threading.Thread(target=ask)
            asking.start()
            assert flowing.wait(60)
            [node] = children_of(jupyter.pid, "server.mjs")
            folder = os.path.dirname(socket_of(node))
            started = started_at(node)
            jupyter.end(how)
            until(lambda: not is_alive(node, started))
            until(lambda: not remains_of(folder))
            asking.join(60)
            assert not asking.is_alive()


def test_neither_when_the_guard_is_gone_too(tmp_path):
    """The next server removes what is left."""
    with JupyterProcess(tmp_path, STAND_IN) as jupyter:
        seen = jupyter.ask("self")
        node, folder = seen["pid"], os.path.dirname(seen["hello"]["socket"])
        guards = [int(pid) for pid in remains_of(folder)[1:]]
        assert guards
        for pid in (*guards, node):
            os.kill(pid, signal.SIGSTOP)
        jupyter.end(signal.SIGKILL)
        for pid in (*guards, node):
            os.kill(pid, signal.SIGKILL)
    assert os.path.exists(folder)
    PrivateFolder(str(tmp_path / "runtime"))
    assert not os.path.exists(folder)
