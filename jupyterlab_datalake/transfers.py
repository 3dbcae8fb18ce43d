"""Transfers under way as activity of the Jupyter server, where the site says so."""

from datetime import datetime, timezone
from typing import Any

# The end of the name makes Jupyter count it.
_SETTING = "jupyterlab_datalake_last_activity"


class Transfers:
    """How many transfers Node last said are under way."""

    def __init__(self, extension: Any):
        self._extension = extension
        self._under_way = 0

    def take(self, figures: dict[str, Any]) -> None:
        """Figures that Node has pushed; `transfersUnderWay` is the one that matters here."""
        under_way = figures.get("transfersUnderWay", 0)
        self._under_way = under_way if isinstance(under_way, int) else 0
        if self.counted():
            self._extension.serverapp.web_app.settings[_SETTING] = datetime.now(timezone.utc)

    def counted(self) -> int:
        """The transfers that count as activity, 0 if none or if the site does not count them."""
        return self._under_way if self._extension.transfers_count_as_activity else 0
