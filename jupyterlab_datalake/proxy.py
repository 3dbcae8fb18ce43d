"""Forwards a request to Node and its answer to the browser, streaming both ways."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from tornado import web
from tornado.iostream import StreamClosedError
from yarl import URL

from .guarded import GuardedApi, Refusal
from .node_client import NodeClient

API = "/jupyterlab-datalake/api"
# Only these reach Node: never Cookie, Authorization or X-XSRFToken.
REQUEST_HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Content-Length",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Range",
)
# Only these reach the browser: never a cookie, a policy or a CORS header.
ANSWER_HEADERS = (
    "Accept-Ranges",
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Retry-After",
    "Vary",
)
# Hears the method, the status and the seconds of each answer.
Answered = Callable[[str, int, float], None]
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Node would take these out of the path, and with them our /api.
_DOT_SEGMENT = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)
_START_DEADLINE = 15.0


@web.stream_request_body
class ProxyHandler(GuardedApi):
    """One exchange. The body is handed on as it arrives, and no faster than Node takes it."""

    _node: NodeClient
    _largest: int
    _body: asyncio.Queue[bytes | None] | None = None
    _exchange: asyncio.Task[None] | None = None
    _received = 0
    _gone = False

    def initialize(  # type: ignore[override]
        self, node: NodeClient, max_request_bytes: int, answered: Answered = lambda *_: None
    ) -> None:
        self._node = node
        self._answered = answered
        self._largest = max_request_bytes

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if int(self.request.headers.get("Content-Length") or 0) > self._largest:
            raise self._too_large()
        # Ours is the limit: tornado's own would cut the connection without a word.
        connection: Any = self.request.connection
        connection.set_max_body_size(2 * self._largest + (1 << 20))
        target = self._target()
        if not await self._node.sidecar.listening(_START_DEADLINE):
            raise self._down()
        if self.request.method not in ("GET", "HEAD"):
            self._body = asyncio.Queue(maxsize=4)
        self._exchange = asyncio.create_task(self._forward(target))
        # A failure that nobody waits for any more is no news.
        self._exchange.add_done_callback(lambda task: task.cancelled() or task.exception())
        if self._gone:
            self._exchange.cancel()

    async def data_received(self, chunk: bytes) -> None:
        """Waits until Node has room for the chunk."""
        self._received += len(chunk)
        if self._received > self._largest and not self._finished:
            if self._exchange is not None:
                self._exchange.cancel()
            if not self._headers_written:
                self.set_status(413)
                self.write_error(413, exc_info=(None, self._too_large(), None))
            return
        await self._feed(chunk)

    async def _feed(self, chunk: bytes | None) -> None:
        if self._body is None or self._exchange is None:
            return
        put = asyncio.ensure_future(self._body.put(chunk))
        await asyncio.wait({put, self._exchange}, return_when=asyncio.FIRST_COMPLETED)
        put.cancel()

    async def _chunks(self) -> AsyncIterator[bytes]:
        assert self._body is not None
        while (chunk := await self._body.get()) is not None:
            yield chunk

    def _target(self) -> URL:
        path = self.request.path[len(self.base_url.rstrip("/") + API) :]
        if any(_DOT_SEGMENT.fullmatch(segment) for segment in path.split("/")):
            raise Refusal(400, "bad-request", "The address has a segment of dots.")
        query = f"?{self.request.query}" if self.request.query else ""
        return URL(f"http://datalake/api{path}{query}", encoded=True)

    def _upstream_headers(self) -> dict[str, str]:
        found = self.request.headers
        given = found.get("X-Request-Id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        self.set_header("X-Request-Id", request_id)
        return {
            **{name: found[name] for name in REQUEST_HEADERS if name in found},
            "X-DataLake-User": self.user_header,
            "X-DataLake-Browser": self.browser_header,
            "X-Request-Id": request_id,
        }

    async def _forward(self, target: URL) -> None:
        body = None if self._body is None else self._chunks()
        method = self.request.method or "GET"
        try:
            async with self._node.request(method, target, self._upstream_headers(), body) as answer:
                self.set_status(answer.status)
                self.set_header("Cache-Control", "no-store")
                for name in ANSWER_HEADERS:
                    if name in answer.headers:
                        self.set_header(name, answer.headers[name])
                # nginx, in front of many hubs, would gather the lines of a stream.
                self.set_header("X-Accel-Buffering", "no")
                async for chunk in answer.content.iter_any():
                    self.write(chunk)
                    await self.flush()
        except (aiohttp.ClientError, ConnectionError):
            if not self._headers_written:
                raise self._down() from None
            # Cut, so that the browser does not take what it has for the whole.
            connection: Any = self.request.connection
            connection.stream.close()

    async def _answer(self) -> None:
        if self._exchange is None or self._finished:
            return
        try:
            await self._feed(None)
            await self._exchange
        except StreamClosedError:
            # The browser has gone away; tornado tells us so a moment later.
            return
        except asyncio.CancelledError:
            if self._gone or self._finished:
                return
            raise
        if not self._finished:
            content_type = self._headers.get("Content-Type", "application/octet-stream")
            self.finish(set_content_type=content_type)

    def on_connection_close(self) -> None:
        """The browser has gone away: Node need not go on either."""
        self._gone = True
        if self._exchange is not None:
            self._exchange.cancel()
        super().on_connection_close()

    def on_finish(self) -> None:
        self._answered(self.request.method or "GET", self.get_status(), self.request.request_time())
        super().on_finish()

    def _too_large(self) -> Refusal:
        return Refusal(413, "too-large", f"The request is larger than {self._largest} bytes.")

    def _down(self) -> Refusal:
        return Refusal(
            503,
            "server-down",
            "The data lake server is starting again; try again in a moment.",
            self._node.sidecar.retry_after(),
        )

    @web.authenticated
    async def get(self) -> None:
        await self._answer()

    head = post = put = patch = delete = get

    @web.authenticated
    async def options(self) -> None:
        """No page of another origin may ask, so there is nothing to negotiate."""
        raise Refusal(405, "bad-request", "There is nothing to negotiate here.")
