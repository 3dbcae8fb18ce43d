"""What Node writes: structured lines, which become lines of Jupyter's log. Nothing here raises."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

_LONGEST_LINE = 1 << 20
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


async def lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Complete lines, without their end; a line beyond 1 MiB is dropped."""
    kept = b""
    dropping = False
    while chunk := await stream.read(1 << 16):
        *complete, kept = (kept + chunk).split(b"\n")
        for line in complete:
            if not dropping:
                yield line
            dropping = False
        if len(kept) > _LONGEST_LINE:
            kept, dropping = b"", True
    if kept and not dropping:
        yield kept


def parse(line: bytes) -> dict[str, Any]:
    """The object that the line holds; anything else becomes a message, cut and free of control characters."""
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if isinstance(message, dict):
        return message
    return {"level": "warning", "message": line.decode("utf-8", "replace")}


def log_message(log: logging.Logger, message: dict[str, Any]) -> None:
    """Writes one of Node's messages to Jupyter's log: the sentence, then its fields."""
    level = message.get("level")
    text = str(message.get("message", ""))
    fields = "".join(
        f" {name}={json.dumps(value, default=str)}"
        for name, value in message.items()
        if name not in ("level", "message")
    )
    log.log(_LEVELS.get(str(level), logging.INFO), "%s", _printable(text + fields))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:2000])
