"""What every route of ours refuses, and in which words. Authentication, Host and XSRF checks are Jupyter's own."""

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import ensure_async
from tornado import web

RESOURCE = "datalake"


class Refusal(web.HTTPError):
    """An answer that is a problem: a code of the shared table and a sentence for people."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None):
        super().__init__(status, "%s", message)
        self.problem: dict[str, Any] = {"code": code, "message": message}
        if retry_after is not None:
            self.problem["retryAfterSeconds"] = retry_after


class Guarded(JupyterHandler if TYPE_CHECKING else object):  # type: ignore[misc]
    """Goes before one of Jupyter's handlers: refuses a foreign origin for every method, also with a token."""

    async def prepare(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        if self.request.headers.get("Sec-Fetch-Site", "").lower() == "cross-site":
            raise Refusal(403, "forbidden-origin", "Another site's page asked for this.")
        if not self.check_origin():
            raise Refusal(403, "forbidden-origin", "A page of another origin asked for this.")
        await super().prepare(*args, **kwargs)
        if not self.current_user:
            raise Refusal(403, "unauthenticated", "Sign in to Jupyter first.")
        action = HTTP_METHOD_TO_AUTH_ACTION[self.request.method or "GET"]
        allowed = self.authorizer.is_authorized(self, self.current_user, action, RESOURCE)
        if not await ensure_async(allowed):
            raise Refusal(403, "forbidden", "You may not use the data lake on this server.")

    def skip_check_origin(self) -> bool:
        """Never: Jupyter lets a page of any origin pass that knows the token."""
        return False

    @property
    def user_header(self) -> str:
        """The user's name as a header; an anonymous id where Jupyter has no names."""
        return quote(getattr(self.current_user, "username", ""), safe="@+")

    @property
    def browser_header(self) -> str:
        """What only this browser has, without what it is good for; the same for all who have no cookies."""
        return hashlib.sha256((self.get_cookie("_xsrf") or "").encode()).hexdigest()

    def _is_signed_in(self) -> bool:
        try:
            return bool(self.current_user)
        except RuntimeError:
            # Refused before Jupyter has looked who it is, as an unknown method is.
            return False

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A problem, never a page or a trace."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, Refusal):
            problem = error.problem
        else:
            problem = _jupyters_own(status_code, signed_in=self._is_signed_in())
        if "retryAfterSeconds" in problem:
            self.set_header("Retry-After", str(problem["retryAfterSeconds"]))
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(problem))


class GuardedApi(Guarded, APIHandler):
    """A guarded route that leaves Jupyter's record of activity alone."""

    # A hub's culler must still see an idle server as idle.
    _track_activity = False

    def compute_etag(self) -> None:
        """None: Node's own, if it has one, is passed on."""
        return None


def _jupyters_own(status: int, signed_in: bool) -> dict[str, Any]:
    """The problem that stands for a refusal of Jupyter's or tornado's."""
    if status == 403 and not signed_in:
        return {"code": "unauthenticated", "message": "Sign in to Jupyter first."}
    if status == 403:
        return {
            "code": "forbidden-origin",
            "message": "This request does not come from a page of this server; reload the page.",
        }
    if status == 404:
        return {"code": "not-found", "message": "There is no such route."}
    if status < 500:
        return {"code": "bad-request", "message": "The request is malformed."}
    return {"code": "internal", "message": "Something went wrong; Jupyter's log says what."}
