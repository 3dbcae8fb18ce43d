"""The WebSocket by which a window hears that something has changed."""

import asyncio
import json
from typing import Any

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .event_hub import EventHub
from .guarded import Guarded
from .window import Window

LARGEST_MESSAGE = 1 << 20
_MOST_KEYS = 5000
_LONGEST_KEY = 2000
_POLICY_VIOLATION = 1008


class EventsHandler(Guarded, WebSocketMixin, WebSocketHandler, JupyterHandler):  # type: ignore[misc]
    """Sends `{"key", "version"}`, `{"key": "*"}` and `{"heartbeat"}`; takes `{"watch": [keys]}`."""

    _hub: EventHub
    _window: Window | None = None
    _delivery: asyncio.Task[None] | None = None

    def initialize(self, hub: EventHub) -> None:  # type: ignore[override]
        self._hub = hub

    @property
    def max_message_size(self) -> int:  # type: ignore[override]
        return LARGEST_MESSAGE

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        super().open(*args, **kwargs)
        self._window = Window(self.user_header, self.write_message)
        self._delivery = asyncio.create_task(self._deliver(self._window))
        self._hub.open(self._window)

    async def _deliver(self, window: Window) -> None:
        try:
            await window.deliver()
        except WebSocketClosedError:
            pass

    def on_message(self, message: str | bytes) -> None:
        keys = _watched(message)
        if keys is None:
            self.close(_POLICY_VIOLATION, "not a watch list")
        elif self._window is not None:
            self._hub.watch(self._window, keys)

    def on_close(self) -> None:
        if self._delivery is not None:
            self._delivery.cancel()
        if self._window is not None:
            self._hub.close(self._window)
            self._window = None
        super().on_close()


def _watched(message: str | bytes) -> list[str] | None:
    """The keys of a watch list, or None if the message is anything else."""
    try:
        keys = json.loads(message).get("watch")
    except (ValueError, AttributeError):
        return None
    if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
        return None
    return keys if all(isinstance(key, str) and len(key) <= _LONGEST_KEY for key in keys) else None
