"""A Jupyter server in a process of its own, for tests that kill it or measure it."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TOKEN = "a-token-of-the-tests"
STAND_IN = Path(__file__).parent / "stand_in.mjs"
_CONFIG = """
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = 0
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True
c.ServerApp.jpserver_extensions = {"jupyterlab_datalake": True}
c.IdentityProvider.token = "%s"
"""
_RUCIO = """
c.DataLake.rucio_url = "https://rucio.example"
"""
_STAND_IN = """
from jupyterlab_datalake import node_runtime
node_runtime.bundle = lambda name: %r
"""
DEADLINE = 120.0


class JupyterProcess:
    """Started in `home`, which holds its configuration, its runtime folder and its log."""

    def __init__(
        self,
        home: Path,
        stand_in: Path | None = None,
        config: str = _RUCIO,
        command: tuple[str, ...] = (sys.executable, "-m", "jupyter_server"),
        environment: Mapping[str, str] = os.environ,
        deadline: float = DEADLINE,
    ):
        self.home = home
        self.runtime = home / "runtime"
        settings = home / "config"
        settings.mkdir()
        bundle = "" if stand_in is None else _STAND_IN % str(stand_in)
        (settings / "jupyter_server_config.py").write_text(_CONFIG % TOKEN + bundle + config)
        self.environment = {
            **{name: value for name, value in environment.items() if not name.startswith("JUPYTER")},
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(settings),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
        }
        self.process = subprocess.Popen(
            command,
            cwd=home,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._fresh: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.base = self._find_base(deadline)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """The parsed JSON of a route of ours."""
        with self.open(path, method, body) as answer:
            return json.load(answer)

    def open(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
        """The open answer of a route of ours."""
        request = urllib.request.Request(
            f"{self.base}jupyterlab-datalake/api/{path}",
            data=body,
            method=method,
            headers={"Authorization": f"token {TOKEN}", **headers},
        )
        return urllib.request.urlopen(request, timeout=DEADLINE)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal and waits for the end; the exit status."""
        self.process.send_signal(how)
        return self.process.wait(DEADLINE)

    def __enter__(self) -> "JupyterProcess":
        return self

    def __exit__(self, *exc_info: Any) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            self._fresh.put(line)

    def _find_base(self, deadline: float) -> str:
        ends = time.monotonic() + deadline
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                line = self._fresh.get(timeout=1)
            except queue.Empty:
                continue
            for word in line.split():
                if word.startswith("http://127.0.0.1:") and "?token=" in word:
                    # JupyterLab prints the address of its page, jupyter_server that of its root.
                    base = "/".join(word.split("/", 3)[:3]) + "/"
                    # It is printed a moment before the server listens.
                    until(lambda url=f"{base}api": urllib.request.urlopen(url, timeout=DEADLINE).status == 200)
                    return base
        raise AssertionError(f"Jupyter did not start:\n{self.log}")


def memory(pid: int, field: str = "VmRSS") -> int:
    """Memory of the process, in bytes: now, or with VmHWM the most that it has ever had."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def until(holds: Any, deadline: float = DEADLINE) -> Any:
    """Waits for an observation of another process; the deadline is only for failure."""
    ends = time.monotonic() + deadline
    while True:
        try:
            result = holds()
        except urllib.error.URLError:
            result = None
        if result:
            return result
        assert time.monotonic() < ends, "it never came to be"
        time.sleep(0.02)
