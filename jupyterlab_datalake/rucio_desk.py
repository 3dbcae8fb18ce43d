"""Signs Rucio's own clients in with the token that is kept fresh, where the generated rucio.cfg sends them.

A file of theirs (auth_token_file_path) would be read once and for all, for whichever account is asked for, and after
the storage token of BEARER_TOKEN_FILE. A sign-in is repeated by them when a token has ended, and names the account.
"""

import hmac
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

USERNAME = "jupyterlab-datalake"

Accounts = Callable[[], Awaitable[str | None]]


class RucioDesk:
    """Listens on 127.0.0.1 from `open` on, so that its address is known; answers from `serve` on."""

    def __init__(self, accounts: Accounts):
        """`accounts` says which Rucio account the token is for, None while that cannot be known."""
        self.secret = secrets.token_hex(32)
        self._accounts = accounts
        self._sockets: list[socket.socket] = []
        self._server: HTTPServer | None = None
        self._token_file = ""

    def open(self, token_file: str) -> str:
        """The auth_host for this token."""
        self._token_file = token_file
        self._sockets = bind_sockets(0, "127.0.0.1")
        return f"http://127.0.0.1:{self._sockets[0].getsockname()[1]}"

    def serve(self) -> None:
        """On the running loop; nothing without `open`."""
        if self._sockets and self._server is None:
            self._server = HTTPServer(web.Application([(r"/auth/userpass", _SignIn, {"desk": self})]))
            self._server.add_sockets(self._sockets)

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
        for each in self._sockets:
            each.close()
        self._sockets = []

    def is_ours(self, password: str) -> bool:
        return hmac.compare_digest(password.encode(), self.secret.encode())

    def token(self) -> str:
        """'' if there is none."""
        try:
            with open(self._token_file, encoding="ascii") as file:
                return file.read().strip()
        except (OSError, ValueError):
            return ""

    async def account(self) -> str | None:
        return await self._accounts()


class _SignIn(web.RequestHandler):
    """As Rucio's /auth/userpass."""

    def initialize(self, desk: RucioDesk) -> None:
        self._desk = desk

    async def get(self) -> None:
        asked = self.request.headers
        if not self._desk.is_ours(asked.get("X-Rucio-Password", "")):
            return self._refuse(401, "This rucio.cfg is not the one of this Jupyter server.")
        token = self._desk.token()
        if not token:
            return self._refuse(401, "Nobody is signed in: use the data lake's panel, or datalake token login.")
        wanted = asked.get("X-Rucio-Account")
        if wanted is not None:
            account = await self._desk.account()
            if account is None:
                return self._refuse(503, "It is not known just now which account is signed in.")
            if account != wanted:
                return self._refuse(401, f"The data lake is signed in as {account}, not as {wanted}.")
        self.set_header("X-Rucio-Auth-Token", token)
        self.set_header("Cache-Control", "no-store")
        self.finish()

    def _refuse(self, status: int, message: str) -> None:
        self.set_status(status)
        self.set_header("ExceptionClass", "CannotAuthenticate")
        self.set_header("ExceptionMessage", message)
        self.finish()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """No page and no trace."""
        self.finish()
