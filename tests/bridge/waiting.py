"""Waiting for what nobody announces."""

import asyncio
from collections.abc import Callable
from typing import Any


async def until(holds: Callable[[], Any], deadline: float = 60.0) -> Any:
    """Waits for an observation of something that nobody announces; the deadline is only for failure."""
    ends = asyncio.get_running_loop().time() + deadline
    while True:
        result = holds()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return result
        assert asyncio.get_running_loop().time() < ends, "it never came to be"
        await asyncio.sleep(0.02)
