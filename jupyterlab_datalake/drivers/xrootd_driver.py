"""Sends files by XRootD's own protocol for the data lake server, as a process of its own: `python -I xrootd_driver.py`."""

import hashlib
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

from XRootD import client
from XRootD.client.flags import AccessMode, OpenFlags, QueryCode, StatInfoFlags

sys.path.insert(0, str(Path(__file__).parent))
from orders import Order, Refused, Source, insisted, say, serve

# As `xrdcp` has them; where somebody limits the pace, smaller ones, so that it is even.
PIECE = 8 << 20
PACED_PIECE = 1 << 20
# Pieces that are on their way at once.
AHEAD = 4
# Files from here on go on after what is there already; smaller ones vanish unless they are whole.
LASTING = 256 << 20
TELL_SECONDS = 0.25
# XRootD computes so many checksums by default, and lets all others wait for a minute.
CHECKSUMS = threading.Semaphore(2)
NOT_FOUND = 3011
UNSUPPORTED = 3013


class StoreError(Refused):
    """What XRootD's client reports."""

    def __init__(self, status: Any) -> None:
        super().__init__(status.message.strip(), exit=status.shellcode, number=status.errno)


def checked(answer: tuple[Any, Any]) -> Any:
    """What XRootD's client answers, or the error that it reports."""
    status, found = answer
    if not status.ok:
        raise StoreError(status)
    return found


class Flight:
    """Pieces on their way to a file at a store, some of them at once."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._free = threading.Semaphore(AHEAD)
        self._error: Any = None

    def send(self, piece: bytes, offset: int) -> None:
        self._free.acquire()
        self._throw()

        # It holds the piece until XRootD has sent it.
        def sent(status: Any, _answer: Any, _hosts: Any, piece: bytes = piece) -> None:
            if not status.ok:
                self._error = self._error or status
            self._free.release()

        status = self._file.write(piece, offset, len(piece), callback=sent)
        if not status.ok:
            self._free.release()
            raise StoreError(status)

    def settle(self) -> None:
        """Waits for all of them, also for those of a flight that failed."""
        for _ in range(AHEAD):
            self._free.acquire()
        for _ in range(AHEAD):
            self._free.release()

    def land(self) -> None:
        self.settle()
        self._throw()

    def _throw(self) -> None:
        if self._error is not None:
            raise StoreError(self._error)


def there(url: str, size: int) -> int:
    """How much of a large file is there by an earlier time."""
    if size < LASTING:
        return 0
    address = client.URL(url)
    status, found = client.FileSystem(address.hostid).stat(address.path)
    return found.size if status.ok and 0 < found.size < size else 0


def put(order: Order, wanted: dict[str, Any]) -> dict[str, Any]:
    source = Source(wanted["source"])
    try:
        begin = there(wanted["url"], source.size)
        flags = OpenFlags.UPDATE if begin else OpenFlags.DELETE | OpenFlags.MAKEPATH
        if source.size < LASTING:
            flags |= OpenFlags.POSC
        file = client.File()
        checked(file.open(wanted["url"], flags, AccessMode.UR | AccessMode.UW | AccessMode.GR | AccessMode.OR))
        flight = Flight(file)
        try:
            sums = _send(order, wanted, source, flight, begin)
            flight.land()
        except BaseException:
            flight.settle()
            file.close()
            raise
        checked(file.close())
        order.check()
        return sums
    finally:
        source.close()


def _send(order: Order, wanted: dict[str, Any], source: Source, flight: Flight, begin: int) -> dict[str, Any]:
    adler32 = 1
    md5 = hashlib.md5(usedforsecurity=False) if wanted["md5"] else None
    most = PACED_PIECE if wanted["paced"] else PIECE
    done = 0
    told = 0.0
    while done < source.size:
        order.check()
        # What is there already is hashed only.
        piece = source.read(min(most, begin - done if done < begin else source.size - done))
        adler32 = zlib.adler32(piece, adler32)
        if md5:
            md5.update(piece)
        if done + len(piece) == source.size:
            # Before the last piece: what has changed is never whole at the store.
            source.check()
        if done >= begin:
            if wanted["paced"]:
                order.take(len(piece))
            flight.send(piece, done)
        done += len(piece)
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            say(id=order.number, progress=done)
    source.check()
    return {"adler32": f"{adler32:08x}", "md5": md5.hexdigest() if md5 else None}


def look(_order: Order, wanted: dict[str, Any]) -> dict[str, Any] | None:
    address = client.URL(wanted["url"])
    files = client.FileSystem(address.hostid)
    status, found = files.stat(address.path)
    if not status.ok and status.errno == NOT_FOUND:
        return None
    checked((status, found))
    if found.flags & StatInfoFlags.IS_DIR:
        return {"folder": True}
    deadline = 60 + wanted["bytes"] // 50_000_000

    def checksum() -> str | None:
        with CHECKSUMS:
            status, answer = files.query(QueryCode.CHECKSUM, address.path, timeout=deadline)
        if not status.ok and status.errno == UNSUPPORTED:
            raise StoreError(status)
        words = bytes(answer).decode(errors="replace").rstrip("\0").split() if status.ok and answer else []
        return words[1].rjust(8, "0").lower() if len(words) == 2 and words[0] == "adler32" else None

    return {"bytes": found.size, "adler32": insisted(checksum)}


def remove(_order: Order, wanted: dict[str, Any]) -> None:
    address = client.URL(wanted["url"])
    status, _ = client.FileSystem(address.hostid).rm(address.path)
    if not status.ok and status.errno != NOT_FOUND:
        raise StoreError(status)


if __name__ == "__main__":
    serve({"put": put, "look": look, "remove": remove}, 64)
