"""Sends files by whatever protocol Rucio's client has, as a process of its own: `python -I rucio_driver.py`.

The client's own classes for protocols are asked (rucio.rse.rsemanager), as `rucio upload` asks them; nothing is
registered. One order at a time: they cannot be broken off but by ending the process.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rucio.client import Client
from rucio.common.exception import RSEChecksumUnavailable, RucioException, SourceNotFound
from rucio.rse import rsemanager

sys.path.insert(0, str(Path(__file__).parent))
from orders import Order, Refused, Source, serve, sums_of

# As Rucio's own clients name what is not there yet.
PARTIAL = ".rucio.upload"
# What is said on standard output is for the data lake server alone: of what libraries and programs print nothing is.
_client: Any = None


def client() -> Any:
    global _client
    _client = _client or Client()
    return _client


class Store:
    """An RSE by one of its protocols, for one operation."""

    def __init__(self, wanted: dict[str, Any], operation: str) -> None:
        self._wanted = wanted
        self._operation = operation
        self._settings = rsemanager.get_rse_info(rse=wanted["rse"], vo=client().vo)
        self.protocol = rsemanager.create_protocol(
            self._settings, operation, scheme=wanted["scheme"], auth_token=client().auth_token
        )

    def pfn(self, ending: str = "") -> str:
        """Signed where the RSE wants it."""
        pfn = self._wanted["pfn"] + ending
        service = self._settings.get("sign_url")
        return client().get_signed_url(self._wanted["rse"], service, self._operation, pfn) if service else pfn


@contextmanager
def store(wanted: dict[str, Any], operation: str) -> Iterator[Store]:
    try:
        opened = Store(wanted, operation)
        opened.protocol.connect()
        try:
            yield opened
        finally:
            opened.protocol.close()
    except RucioException as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    except NotImplementedError as error:
        raise Refused(f"Rucio's client cannot {operation} by {wanted['scheme']}.") from error


def put(order: Order, wanted: dict[str, Any]) -> dict[str, Any]:
    source = Source(wanted["source"])
    try:
        sums = sums_of(source, wanted["md5"])
        with store(wanted, "write") as there:
            protocol = there.protocol
            ending = PARTIAL if protocol.renaming else ""
            for old in {there.pfn(ending), there.pfn()}:
                if not protocol.overwrite and protocol.exists(old):
                    _delete(wanted, old)
            if wanted["paced"]:
                order.take(source.size)
            folder, name = os.path.split(wanted["source"]["path"])
            protocol.put(name, there.pfn(ending), folder)
            source.check()
            if ending:
                protocol.rename(there.pfn(ending), there.pfn())
        return sums
    finally:
        source.close()


def look(_order: Order, wanted: dict[str, Any]) -> dict[str, Any] | None:
    with store(wanted, "read") as there:
        pfn = there.pfn()
        if not there.protocol.exists(pfn):
            return None
        try:
            found = there.protocol.stat(pfn)
        except RSEChecksumUnavailable as error:
            raise Refused("The store says neither size nor checksum.") from error
        adler32 = found.get("adler32")
        return {"bytes": int(found["filesize"]), "adler32": str(adler32).rjust(8, "0").lower() if adler32 else None}


def _delete(wanted: dict[str, Any], pfn: str) -> None:
    with store(wanted, "delete") as there:
        there.protocol.delete(pfn)


def remove(_order: Order, wanted: dict[str, Any]) -> None:
    with store(wanted, "delete") as there:
        for ending in ("", PARTIAL):
            try:
                if there.protocol.exists(there.pfn(ending)):
                    there.protocol.delete(there.pfn(ending))
            except SourceNotFound:
                pass


if __name__ == "__main__":
    # Programs that protocols start, and their own prints, write elsewhere.
    said = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(said, "w")
    serve({"put": put, "look": look, "remove": remove}, 1)
