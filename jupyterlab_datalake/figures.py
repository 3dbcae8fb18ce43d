"""Our figures on the Jupyter server's /metrics, in the text format of Prometheus."""

import os
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from .sidecar import Sidecar

# Any other word is a stranger's: each would stay in memory as a series of its own.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Figures:
    """Collects when it is asked, and asks nobody: Node has told its own figures before.

    Counts of Node begin at zero when it starts again, as counters may.
    """

    def __init__(self, registry: CollectorRegistry, sidecar: Sidecar, windows: Callable[[], int]):
        self._registry = registry
        self._sidecar = sidecar
        self._windows = windows
        self._of_node: dict[str, Any] = {}
        self._seconds = Histogram(
            "datalake_request_seconds",
            "Time from a request of a browser to the end of its answer.",
            ["method", "status"],
            registry=None,
        )
        registry.register(self)  # type: ignore[arg-type]
        self._shown = True

    def take(self, figures: dict[str, Any]) -> None:
        """What Node has told."""
        self._of_node = figures

    def answered(self, method: str, status: int, seconds: float) -> None:
        """A request of a browser has been answered."""
        self._seconds.labels(method if method in _METHODS else "other", str(status)).observe(seconds)

    @property
    def tokens(self) -> list[dict[str, Any]]:
        """The tokens that are kept fresh, as Node has told: `instance`, `target`, `state`, `expiresAt`."""
        return _entries(self._of_node.get("tokens"))

    def close(self) -> None:
        """Shows nothing any more; more than once does no harm."""
        if self._shown:
            self._shown = False
            self._registry.unregister(self)  # type: ignore[arg-type]

    def describe(self) -> list[Metric]:
        """No names of its own: two servers of one process, as in tests, do not get into each other's way."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What Prometheus asks for."""
        pid = self._sidecar.pid
        yield _gauge("datalake_node_up", "Whether the data lake server listens.", int(self._sidecar.ready.is_set()))
        yield _counter("datalake_node_starts", "How often the data lake server was started.", self._sidecar.starts)
        yield _gauge(
            "datalake_node_memory_bytes", "Resident memory of the data lake server.", 0 if pid is None else memory(pid)
        )
        yield _gauge("datalake_windows", "Browser windows that are connected.", self._windows())
        yield _gauge("datalake_transfers", "Transfers under way.", _number(self._of_node.get("transfersUnderWay")))
        seconds = _number(self._of_node.get("rucioSeconds"))
        yield _counter("datalake_rucio_seconds", "Time until answers of Rucio began.", seconds)
        requests = CounterMetricFamily(
            "datalake_rucio_requests", "Requests to Rucio by how they ended.", labels=["outcome"]
        )
        outcomes = self._of_node.get("rucioRequests")
        for outcome, count in (outcomes if isinstance(outcomes, dict) else {}).items():
            requests.add_metric([str(outcome)], _number(count))
        yield requests
        yield from self._of_tokens()
        yield from self._seconds.collect()

    def _of_tokens(self) -> Iterator[Metric]:
        ends = GaugeMetricFamily(
            "datalake_token_expires_timestamp_seconds",
            "When a token ends, in seconds since 1970; 0 where there is none.",
            labels=["instance", "target"],
        )
        for token in self.tokens:
            ends.add_metric([str(token.get("instance")), str(token.get("target"))], _number(token.get("expiresAt")))
        yield ends
        renewals = CounterMetricFamily(
            "datalake_token_renewals",
            "Attempts to renew a token by how they ended.",
            labels=["instance", "target", "outcome"],
        )
        for entry in _entries(self._of_node.get("renewals")):
            renewals.add_metric(
                [str(entry.get(label)) for label in ("instance", "target", "outcome")], _number(entry.get("count"))
            )
        yield renewals


def memory(pid: int) -> int:
    """Resident memory of a process in bytes; 0 if it has just gone."""
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(name, text, value=value)


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else 0


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
