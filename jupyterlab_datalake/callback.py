"""Where the identity provider sends the browser back to: a static page, whose script hands the answer to Node.

The page itself changes nothing. Its script asks our own route, with the XSRF check of every change; what it
hands over is good only in the browser that began the sign-in.
"""

import os
from functools import cache

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

CALLBACK = "/jupyterlab-datalake/callback"
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_FILES = {
    "": ("callback/callback.html", "text/html"),
    ".js": ("node/callback.js", "text/javascript"),
    ".css": ("callback/callback.css", "text/css"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)


class CallbackHandler(JupyterHandler):
    """The page, its script and its style: the same for everybody."""

    _track_activity = False

    async def prepare(self) -> None:  # type: ignore[override]
        # Jupyter writes the address into its log, and here it has a code in it.
        self.request.uri = self.request.path
        await super().prepare()

    @allow_unauthenticated
    async def get(self, ending: str | None = None) -> None:
        if not self.current_user:
            # Not to the login page: its address would carry the code on.
            raise web.HTTPError(403, "Sign in to Jupyter first, and begin again in the data lake panel.")
        text, content_type = _file(ending or "")
        self.set_header("Content-Type", f"{content_type}; charset=utf-8")
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        self.finish(text)


@cache
def _file(ending: str) -> tuple[str, str]:
    name, content_type = _FILES[ending]
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read(), content_type
