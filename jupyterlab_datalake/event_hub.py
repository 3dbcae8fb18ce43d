"""The one subscription to Node, and the windows that it is for."""

import asyncio
import json
import logging
from typing import Any

import aiohttp

from .node_client import NodeClient
from .node_output import lines
from .window import EVERYTHING, HEARTBEAT, Window

HEARTBEAT_SECONDS = 20.0
# Node's own heartbeat comes every 20 s: after this silence the subscription is taken for dead.
_SILENCE = 50.0
_PAUSE = 0.5
_START_DEADLINE = 15.0


class EventHub:
    """Subscribes to Node while any window is open, and hands each window the news.

    After each subscription all windows read everything again and Node hears all watch lists again: a
    Node that has restarted knows none, and news may have been missed.
    """

    def __init__(self, node: NodeClient, log: logging.Logger):
        self._node = node
        self._log = log
        self._windows: dict[str, Window] = {}
        self._subscribed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []

    @property
    def windows(self) -> int:
        """How many are connected."""
        return len(self._windows)

    def open(self, window: Window) -> None:
        """A window has connected."""
        self._windows[window.id] = window
        if not self._loops:
            self._loops = [
                asyncio.create_task(self._subscribe()),
                asyncio.create_task(self._beat()),
            ]
        if self._subscribed:
            window.push(EVERYTHING)

    def close(self, window: Window) -> None:
        """A window has gone."""
        self._windows.pop(window.id, None)
        self._spawn(self._forget(window))
        if not self._windows:
            self._end()

    def watch(self, window: Window, keys: list[str]) -> None:
        """A window says what it shows now. That someone waits for something starts Node."""
        window.watch = keys
        window.unsent = True
        self._spawn(self._tell(window))

    async def stop(self) -> None:
        self._end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _end(self) -> None:
        for loop in self._loops:
            loop.cancel()
        self._loops = []
        self._subscribed = False

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._push(HEARTBEAT)

    def _push(self, message: dict[str, Any]) -> None:
        for window in self._windows.values():
            window.push(message)

    async def _subscribe(self) -> None:
        while True:
            await self._node.sidecar.ready.wait()
            try:
                await self._listen()
            except (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError) as error:
                self._log.debug("the subscription to the data lake server ended: %r", error)
            self._subscribed = False
            await asyncio.sleep(_PAUSE)

    async def _listen(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SILENCE)
        request = self._node.request("GET", "http://datalake/events", {}, timeout=timeout)
        async with request as answer:
            answer.raise_for_status()
            self._subscribed = True
            self._push(EVERYTHING)
            for window in self._windows.values():
                window.unsent = True
                self._spawn(self._tell(window))
            async for line in lines(answer.content):
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            return
        if isinstance(message, dict) and isinstance(message.get("key"), str):
            self._push(message)

    async def _tell(self, window: Window) -> None:
        async with window.lock:
            if not window.unsent or window.id not in self._windows:
                return
            sidecar = self._node.sidecar
            if not (sidecar.ready.is_set() or (window.watch and await sidecar.listening(_START_DEADLINE))):
                return  # The next subscription says it again.
            window.unsent = False
            try:
                await self._ask("PUT", window, {"watch": window.watch})
            except (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError):
                window.unsent = True

    async def _forget(self, window: Window) -> None:
        async with window.lock:
            if not self._node.sidecar.ready.is_set():
                return
            try:
                await self._ask("DELETE", window, None)
            except (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError):
                pass  # A Node that is gone has forgotten it.

    async def _ask(self, method: str, window: Window, message: dict[str, Any] | None) -> None:
        timeout = aiohttp.ClientTimeout(total=30)
        headers = {"Content-Type": "application/json", "X-DataLake-User": window.user}
        body = None if message is None else json.dumps(message).encode()
        url = f"http://datalake/windows/{window.id}"
        async with self._node.request(method, url, headers, body, timeout=timeout) as answer:
            if answer.status >= 400:
                self._log.warning("the data lake server refused a watch list: %d", answer.status)
