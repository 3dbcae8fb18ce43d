"""One supervised Node process on a private unix socket."""

import asyncio
import json
import logging
import math
import secrets
from collections.abc import Callable
from typing import Any

from .guard import Guard
from .node_output import lines, log_message, parse
from .private_folder import PrivateFolder

FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
# A Node that has lived this long was well: the next restart is at once again.
GOOD_LIFE = 30.0
# Longest time from start to listening.
READY_DEADLINE = 30.0
# Longest time that Node has to leave in order.
STOP_DEADLINE = 5.0


class Sidecar:
    """Starts Node, starts it again with a growing delay when it ends, and leaves none behind.

    Configuration and secret go in as one line on standard input, so that neither is in argv or in the
    environment. The input stays open: its end tells Node that Jupyter is gone, however Jupyter died.
    """

    def __init__(
        self,
        argv: list[str],
        config: dict[str, Any],
        environment: dict[str, str],
        folder: PrivateFolder,
        log: logging.Logger,
        on_metrics: Callable[[dict[str, Any]], None] = lambda figures: None,
        hub: dict[str, str] | None = None,
    ):
        self._argv = argv
        self._config = config
        self._hub = hub
        self._environment = environment
        self._folder = folder
        self._log = log
        self._on_metrics = on_metrics
        self.socket = folder.socket
        self.secret = secrets.token_urlsafe(32)
        # Set while Node listens.
        self.ready = asyncio.Event()
        # Set while Node is down and the next start is not yet due.
        self._delayed_until = 0.0
        self._process: asyncio.subprocess.Process | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._stopping = False
        # Lives of Node that were begun.
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Node's process, while there is one."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    @property
    def state(self) -> str:
        """`up` while Node listens; `not-started` before it is needed; `starting`; `down` between two starts."""
        if self.ready.is_set():
            return "up"
        if self._supervision is None:
            return "not-started"
        return "starting" if self.pid is not None or self._process is None else "down"

    def start(self) -> None:
        """Starts the supervision, once."""
        if self._supervision is None and not self._stopping:
            self._supervision = asyncio.create_task(self._supervise())

    async def listening(self, deadline: float) -> bool:
        """Starts Node if it was not yet, and says whether it listens within so many seconds.

        Says no at once while a crashed Node waits for its next start.
        """
        self.start()
        if self.ready.is_set():
            return True
        if self.retry_after() > 1:
            return False
        try:
            await asyncio.wait_for(self.ready.wait(), deadline)
        except asyncio.TimeoutError:
            return False
        return True

    def retry_after(self) -> int:
        """Whole seconds until the next start is due, at least 1."""
        return max(1, math.ceil(self._delayed_until - asyncio.get_running_loop().time()))

    async def stop(self) -> None:
        """Asks Node to leave, ends it if it does not, and removes the folder."""
        self._stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), STOP_DEADLINE)
            except asyncio.TimeoutError:
                self._log.warning("the data lake server did not leave within %d s", STOP_DEADLINE)
                _kill(process)
        if self._supervision is not None:
            if process is None or process.returncode is None:
                await asyncio.wait({self._supervision}, timeout=1)
            self._supervision.cancel()
            await asyncio.wait({self._supervision})
        self._folder.remove()

    async def _supervise(self) -> None:
        loop = asyncio.get_running_loop()
        delay = FIRST_DELAY
        while not self._stopping:
            started = loop.time()
            try:
                end = await self._run()
            except OSError as error:
                end = f"could not start: {error}"
            if self._stopping:
                return
            if loop.time() - started > GOOD_LIFE:
                delay = FIRST_DELAY
            self._log.error("the data lake server %s; next start in %.1f s", end, delay)
            self._delayed_until = loop.time() + delay
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _run(self) -> str:
        """One life of Node, and a word on how it ended."""
        self._folder.prepare()
        self.starts += 1
        process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
            cwd="/",
            umask=0o077,
            # Out of reach of ^C and of a terminal that closes: Jupyter decides.
            start_new_session=True,
        )
        self._process = process
        watch = asyncio.get_running_loop().call_later(READY_DEADLINE, self._kill_unless_ready, process)
        guard = None
        try:
            guard = await Guard.over(process.pid, self._folder.path)
            await self._greet(process)
            assert process.stdout is not None and process.stderr is not None
            await asyncio.gather(self._read(process.stdout), self._read(process.stderr))
            status = await process.wait()
        finally:
            watch.cancel()
            self.ready.clear()
            if process.returncode is None:
                _kill(process)
            if guard is not None:
                await guard.dismiss()
        return f"ended with status {status}"

    async def _greet(self, process: asyncio.subprocess.Process) -> None:
        hello = {"socket": self.socket, "secret": self.secret, "config": self._config, "hub": self._hub}
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(hello).encode() + b"\n")
            await process.stdin.drain()
        except ConnectionError:
            pass  # It has ended already; its status says more.

    async def _read(self, stream: asyncio.StreamReader) -> None:
        async for line in lines(stream):
            message = parse(line)
            if message.get("ready") is True:
                self._delayed_until = 0.0
                self._log.info("the data lake server listens (process %s)", message.get("pid"))
                self.ready.set()
            elif isinstance(message.get("metrics"), dict):
                self._on_metrics(message["metrics"])
            else:
                log_message(self._log, message)

    def _kill_unless_ready(self, process: asyncio.subprocess.Process) -> None:
        if not self.ready.is_set():
            self._log.error("the data lake server did not listen within %d s", READY_DEADLINE)
            _kill(process)


def _kill(process: asyncio.subprocess.Process) -> None:
    try:
        process.kill()
    except ProcessLookupError:
        pass
