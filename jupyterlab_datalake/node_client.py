"""Requests to Node over its unix socket, each with the secret."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from yarl import URL

from .sidecar import Sidecar

# Shorter than Node's own 5 s, so that no request meets a connection that Node is closing.
_KEEP_ALIVE = 3.0


class NodeClient:
    """The one client session of a bridge; made at the first request, on the running loop."""

    def __init__(self, sidecar: Sidecar):
        self.sidecar = sidecar
        self._session: aiohttp.ClientSession | None = None

    def request(
        self,
        method: str,
        url: URL | str,
        headers: Mapping[str, str],
        body: AsyncIterator[bytes] | bytes | None = None,
        **options: Any,
    ) -> Any:
        """An aiohttp request context. No deadline of its own: Node has one for what it asks outside."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(self.sidecar.socket, limit=0, keepalive_timeout=_KEEP_ALIVE),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session.request(
            method,
            url,
            headers={**headers, "X-DataLake-Secret": self.sidecar.secret},
            data=body,
            allow_redirects=False,
            skip_auto_headers=("User-Agent", "Accept-Encoding", "Content-Type"),
            **options,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
