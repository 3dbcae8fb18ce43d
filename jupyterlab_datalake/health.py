"""Whether the data lake works, for people's monitoring: one route that never asks Rucio."""

import json
from typing import Any

from tornado import web

from .figures import Figures, memory
from .guarded import GuardedApi
from .sidecar import Sidecar


class HealthHandler(GuardedApi):
    """200 while all is well, also before the first request has started Node; 503 while Node is down."""

    _sidecar: Sidecar
    _figures: Figures
    _problems: list[dict[str, str]]

    def initialize(  # type: ignore[override]
        self, sidecar: Sidecar, figures: Figures, problems: list[dict[str, str]]
    ) -> None:
        self._sidecar = sidecar
        self._figures = figures
        self._problems = problems

    @web.authenticated
    async def get(self) -> None:
        state, pid = self._sidecar.state, self._sidecar.pid
        answer: dict[str, Any] = {
            "status": state,
            "starts": self._sidecar.starts,
            "memoryBytes": None if pid is None else memory(pid),
            "tokens": self._figures.tokens,
            "configurationProblems": self._problems,
        }
        if state == "down":
            self.set_status(503)
            self.set_header("Retry-After", str(self._sidecar.retry_after()))
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(answer))
