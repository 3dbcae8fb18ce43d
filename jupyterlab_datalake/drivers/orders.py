"""What the drivers of stores have in common: orders in on standard input, one JSON object a line, words about them out.

The words are those of src/adapters/store/conversation.ts. A driver ends with its input. Nothing else of ours is
imported: the Python that has what a store needs may be another one than the bridge's.
"""

import hashlib
import json
import os
import signal
import sys
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PIECE = 1 << 20
NICE = 10
# How often a store is asked for a checksum that it should have.
CHECKSUM_TRIES = 3
CHECKSUM_PAUSE = 0.2
_out = threading.Lock()


class Cancelled(Exception):
    """The order is not wanted any more."""


class SourceError(Exception):
    """The file of this machine is `changed` or `unreadable`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail


class Refused(Exception):
    """The store did not do it: in its words, with its numbers."""

    def __init__(self, text: str, **numbers: Any) -> None:
        super().__init__(text)
        self.text = text
        self.numbers = numbers


def insisted(ask: Callable[[], str | None]) -> str | None:
    """What a store says when it is asked, or asked again: XRootD 5.5 keeps a checksum to itself now and then.

    `ask` raises Refused for a store that has none to tell.
    """
    for tries in range(CHECKSUM_TRIES):
        time.sleep(CHECKSUM_PAUSE if tries > 0 else 0)
        try:
            answer = ask()
        except Refused:
            return None
        if answer is not None:
            return answer
    return None


def say(**word: Any) -> None:
    """One line, whole, whichever thread it is."""
    line = json.dumps(word)
    with _out:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class Order:
    """One order that is carried out."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._cancelled = threading.Event()
        self._granted = threading.Semaphore(0)

    def cancel(self) -> None:
        self._cancelled.set()
        self._granted.release()

    def grant(self) -> None:
        self._granted.release()

    def check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    def take(self, size: int) -> None:
        """Waits until so many bytes may go."""
        say(id=self.number, takes=size)
        self._granted.acquire()
        self.check()


class Source:
    """A file of this machine that must stay what it was when it was put on the list."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._described = described
        self.size: int = described["bytes"]
        try:
            self._descriptor = os.open(described["path"], os.O_RDONLY | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise SourceError("gone", "ENOENT") from error
        except OSError as error:
            raise SourceError("unreadable", os.strerror(error.errno or 0)) from error
        try:
            self.check()
        except SourceError:
            self.close()
            raise

    def check(self) -> None:
        found = os.fstat(self._descriptor)
        wanted = self._described
        if (found.st_size, str(found.st_mtime_ns), str(found.st_ino)) != (
            self.size,
            wanted["modifiedNs"],
            wanted["inode"],
        ):
            raise SourceError("changed", "")

    def read(self, size: int) -> bytes:
        try:
            piece = os.read(self._descriptor, size)
        except OSError as error:
            raise SourceError("unreadable", os.strerror(error.errno or 0)) from error
        if not piece:
            raise SourceError("changed", "")
        return piece

    def close(self) -> None:
        os.close(self._descriptor)


def sums_of(source: Source, md5: bool) -> dict[str, Any]:
    """Reads all of it."""
    adler32 = 1
    digest = hashlib.md5(usedforsecurity=False) if md5 else None
    left = source.size
    while left > 0:
        piece = source.read(min(PIECE, left))
        left -= len(piece)
        adler32 = zlib.adler32(piece, adler32)
        if digest:
            digest.update(piece)
    return {"adler32": f"{adler32:08x}", "md5": digest.hexdigest() if digest else None}


def serve(do: dict[str, Callable[[Order, dict[str, Any]], Any]], at_once: int) -> None:
    """Carries out orders until there are no more, and then whatever is left of them is broken off."""
    if "DATALAKE_GIVES_WAY" in os.environ:
        # People who click come first.
        os.nice(NICE)
    running: dict[int, Order] = {}

    def carry_out(order: Order, wanted: dict[str, Any]) -> None:
        number = order.number
        try:
            order.check()
            say(id=number, done=do[wanted["do"]](order, wanted))
        except Cancelled:
            say(id=number, failed={"kind": "cancelled"})
        except SourceError as error:
            say(id=number, failed={"kind": error.kind, "text": error.detail})
        except Refused as error:
            say(id=number, failed={"kind": "store", "text": error.text, **error.numbers})
        except Exception as error:
            say(id=number, bug=f"{type(error).__name__}: {error}")
        finally:
            running.pop(number, None)

    with ThreadPoolExecutor(at_once) as threads:
        for line in sys.stdin:
            word = json.loads(line)
            number = word["id"]
            if "order" in word:
                order = running[number] = Order(number)
                threads.submit(carry_out, order, word["order"])
            elif number in running:
                running[number].cancel() if "abort" in word else running[number].grant()
        # Nobody listens any more; with it go the programs that it has started.
        if os.getpid() == os.getpgrp():
            os.killpg(0, signal.SIGKILL)
        os._exit(0)
