"""What one window still has to hear. Bounded: a window that is too slow reads everything again."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

# Keys that one window may have unread.
LONGEST_QUEUE = 1000
EVERYTHING = {"key": "*"}
HEARTBEAT = {"heartbeat": True}


class Window:
    """One connected window: its watch list, and the news that it has not yet been sent.

    News is kept by key, so that a key that changes often takes one place.
    """

    def __init__(self, user: str, write: Callable[[str], Awaitable[None]]):
        self.id = uuid.uuid4().hex
        self.user = user
        self.watch: list[str] = []
        # Whether Node has not yet heard of the watch list.
        self.unsent = False
        # One request about this window at a time, in order.
        self.lock = asyncio.Lock()
        self._write = write
        self._news: dict[str, dict[str, Any]] = {}
        self._wake = asyncio.Event()

    def push(self, message: dict[str, Any]) -> None:
        """Takes a message for this window; never waits."""
        key = str(message.get("key", ""))
        if EVERYTHING["key"] in self._news and key:
            return
        if message == EVERYTHING or len(self._news) >= LONGEST_QUEUE:
            self._news = {EVERYTHING["key"]: EVERYTHING}
        else:
            self._news.pop(key, None)
            self._news[key] = message
        self._wake.set()

    async def deliver(self) -> None:
        """Writes the news as fast as the window takes it, until cancelled or the window is gone."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._news:
                key = next(iter(self._news))
                await self._write(json.dumps(self._news.pop(key)))
