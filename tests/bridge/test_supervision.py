"""How Node is started, started again and ended."""

import asyncio
import json
import logging
import os
import signal
import stat
import sys

import pytest
from waiting import until

from jupyterlab_datalake import extension, node_runtime, private_folder, sidecar
from jupyterlab_datalake.node_environment import node_environment
from jupyterlab_datalake.private_folder import PrivateFolder, remove_stale
from jupyterlab_datalake.process_identity import is_alive, started_at
from jupyterlab_datalake.sidecar import Sidecar


def processes_of(folder):
    """The processes whose command line names this folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as cmdline:
                if os.fsencode(folder) in cmdline.read():
                    found.append(int(pid))
        except OSError:
            continue
    return found


async def test_node_starts_at_the_first_request(ask, lake):
    assert lake._sidecar.pid is None
    assert (await ask("echo")).status == 200
    assert lake._sidecar.pid is not None


async def test_the_secret_is_neither_in_arguments_nor_in_the_environment(ask, lake):
    self = (await ask("self")).json
    secret = lake._sidecar.secret
    assert len(secret) >= 32
    assert secret not in json.dumps([self["argv"], self["env"]])


async def test_what_node_is_told(ask, lake, jp_root_dir):
    hello = (await ask("self")).json["hello"]
    assert hello["socket"] == lake._sidecar.socket
    config = hello["config"]
    assert config["instances"][0]["rucioUrl"] == "https://rucio.example"
    assert config["rootDir"] == str(jp_root_dir)
    assert config["problems"] == []
    assert config["kernelDir"].endswith("jupyterlab_datalake/kernel")


async def test_the_socket_is_private(ask, lake):
    self = (await ask("self")).json
    assert self["umask"] == 0o077
    folder = os.path.dirname(lake._sidecar.socket)
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(lake._sidecar.socket).st_mode) & 0o077 == 0


def test_node_does_not_see_jupyters_tokens():
    secrets = "JUPYTER_TOKEN JUPYTERHUB_API_TOKEN JPY_API_TOKEN NODE_OPTIONS AWS_SECRET_ACCESS_KEY BEARER_TOKEN"
    secret = dict.fromkeys([*secrets.split(), "XrdSecCREDS"], "x")
    wanted = dict.fromkeys(
        [
            "PATH",
            "HOME",
            "LANG",
            "LC_ALL",
            "TZ",
            "https_proxy",
            "NO_PROXY",
            "TMPDIR",
            "XDG_RUNTIME_DIR",
            "SSL_CERT_FILE",
            "NODE_EXTRA_CA_CERTS",
            "X509_USER_PROXY",
            "RUCIO_CLIENT_PROXY",
            # Without them an upload from the server is refused where the same from a terminal is not.
            "BEARER_TOKEN_FILE",
            "X509_CERT_DIR",
            "KRB5CCNAME",
            "XrdSecPROTOCOL",
            "XrdSecSSSKT",
            "XrdSecGSISRVNAMES",
            "XRD_STREAMTIMEOUT",
            "MY_TOKEN",
        ],
        "y",
    )
    assert node_environment({**secret, **wanted}, "MY_TOKEN") == wanted
    assert "MY_TOKEN" not in node_environment({**secret, **wanted}, "")


async def test_node_is_started_again(ask, lake):
    first = (await ask("self")).json["pid"]
    os.kill(first, signal.SIGKILL)

    async def back():
        answer = await ask("self")
        assert answer.status in (200, 503)
        return answer.status == 200 and answer.json["pid"] != first

    await until(back)


async def test_a_request_that_node_dies_of(ask):
    answer = await ask("die")
    assert (answer.status, answer.json["code"]) == (503, "server-down")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_also_when_node_took_its_folder_along(ask, lake):
    first = (await ask("self")).json["pid"]
    lake._sidecar._process.stdin.close()
    await until(lambda: not is_alive(first, started_at(first) or "gone"))

    async def back():
        return (await ask("echo")).status == 200

    await until(back)


@pytest.fixture
def crashing(tmp_path, monkeypatch, caplog):
    """A Node that ends at once, and the delays that were announced."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(sidecar, "FIRST_DELAY", 0.001)
    monkeypatch.setattr(sidecar, "LONGEST_DELAY", 0.004)
    crash = tmp_path / "crash.mjs"
    crash.write_text("console.error('no reason'); process.exit(7);")
    argv = [node_runtime.node_binary(), str(crash)]
    log = logging.getLogger("datalake-test")
    return Sidecar(argv, {}, {}, PrivateFolder(str(tmp_path)), log)


async def test_the_delay_grows_up_to_a_limit(crashing, monkeypatch, caplog):
    delays = []
    real = asyncio.sleep

    async def sleep(seconds):
        delays.append(seconds)
        await real(0)

    monkeypatch.setattr(sidecar.asyncio, "sleep", sleep)
    crashing.start()
    while len(delays) < 5:
        await real(0.01)
    monkeypatch.undo()
    await crashing.stop()
    announced = [delay for delay in delays if delay in (0.001, 0.002, 0.004)]
    assert announced[:4] == [0.001, 0.002, 0.004, 0.004]
    assert "ended with status 7" in caplog.text
    assert "no reason" in caplog.text


async def test_while_node_waits_for_its_next_start_requests_are_refused_at_once(ask, lake, tmp_path, monkeypatch):
    monkeypatch.setattr(sidecar, "FIRST_DELAY", 25.0)
    assert (await ask("die")).status == 503
    await until(lambda: lake._sidecar.retry_after() > 1)
    answer = await ask("echo")
    assert (answer.status, answer.json["code"]) == (503, "server-down")
    assert 1 < int(answer.headers["Retry-After"]) <= 25


async def test_a_node_that_never_listens_is_ended(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(sidecar, "READY_DEADLINE", 0.05)
    mute = tmp_path / "mute.mjs"
    mute.write_text("setInterval(() => {}, 1000);")
    node = Sidecar([node_runtime.node_binary(), str(mute)], {}, {}, PrivateFolder(str(tmp_path)), logging.getLogger())
    node.start()
    await until(lambda: "did not listen" in caplog.text and "status -9" in caplog.text)
    await node.stop()


async def test_no_node_at_all_is_told(tmp_path, caplog):
    node = Sidecar(["/nowhere/node"], {}, {}, PrivateFolder(str(tmp_path)), logging.getLogger())
    node.start()
    await until(lambda: "could not start" in caplog.text)
    await node.stop()


async def test_what_node_writes_becomes_jupyters_log(ask, lake, caplog):
    caplog.set_level(logging.DEBUG)
    strange = [
        '{"level":"warning","message":"slow mount","rse":"A\\nB"}',
        "no JSON \x1b[31m",
        "[1]",
        '{"level":7}',
        "x" * 3_000_000,
        '{"level":"error","message":"last"}',
    ]
    await ask("say", "POST", data="\n".join(strange) + "\n")
    await until(lambda: any("last" in record.message for record in caplog.records))
    [slow] = [record for record in caplog.records if "slow mount" in record.message]
    assert (slow.levelno, slow.message) == (logging.WARNING, 'slow mount rse="A\\nB"')
    assert "\x1b" not in caplog.text
    assert "xxxx" not in caplog.text
    assert (await ask("echo")).status == 200


async def test_stopping_leaves_nothing(ask, lake):
    await ask("echo")
    pid, folder = lake._sidecar.pid, os.path.dirname(lake._sidecar.socket)
    await lake.stop_extension()
    assert started_at(pid) is None
    assert not os.path.exists(folder)
    await until(lambda: not processes_of(folder))


async def test_stopping_ends_a_node_whose_loop_is_blocked(ask, lake, monkeypatch):
    monkeypatch.setattr(sidecar, "STOP_DEADLINE", 0.1)
    await ask("block", "POST", headers=None)
    pid, folder = lake._sidecar.pid, os.path.dirname(lake._sidecar.socket)
    await lake.stop_extension()
    assert started_at(pid) is None
    assert not os.path.exists(folder)


class TestFolders:
    def test_of_dead_servers_are_removed(self, tmp_path):
        home = tmp_path / "jupyterlab-datalake"
        mine = PrivateFolder(str(tmp_path))
        here = os.path.basename(mine.path).split("-")
        dead = home / "-".join([*here[:3], "999999999", "1", "abc"])
        reused = home / "-".join([*here[:3], str(os.getpid()), "1", "abc"])
        other_host = home / "-".join(["dl", "000000", here[2], "999999999", "1", "abc"])
        for folder in (dead, reused, other_host):
            folder.mkdir()
            (folder / "s").touch()
        PrivateFolder(str(tmp_path))
        assert not dead.exists()
        assert not reused.exists()
        assert other_host.exists()
        assert os.path.exists(mine.path)

    def test_are_short_enough_for_a_socket(self, tmp_path):
        deep = tmp_path / ("d" * 90)
        folder = PrivateFolder(str(deep))
        assert len(folder.socket) <= private_folder.LONGEST_SOCKET_PATH
        assert stat.S_IMODE(os.stat(folder.path).st_mode) == 0o700
        folder.remove()

    def test_that_became_a_link_are_refused(self, tmp_path):
        folder = PrivateFolder(str(tmp_path))
        folder.remove()
        os.symlink(tmp_path, folder.path)
        with pytest.raises(PermissionError):
            folder.prepare()

    def test_elsewhere_do_not_matter(self):
        remove_stale("/nowhere")


def test_the_command_is_on_the_path_of_kernels(monkeypatch, tmp_path):
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "datalake").touch(mode=0o755)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin")
    extension.put_command_on_path()
    extension.put_command_on_path()
    assert os.environ["PATH"] == f"{scripts}{os.pathsep}/usr/bin"
