"""A hundred windows at once on a Jupyter server of their own: all hear the news, and nothing of them stays."""

import asyncio
import json
import os

import aiohttp
from jupyter_process import STAND_IN, TOKEN, JupyterProcess, memory
from waiting import until

WINDOWS = 100
EVERYTHING = {"key": "*"}
NEWS = {"key": "availability/lab/a:b", "version": 12}
HEADERS = {"Authorization": f"token {TOKEN}"}
# Handles that are opened when they are first needed, and stay; fewer than a leak of one a window comes to.
OPENED_ONCE = 8
# For all of them together: buffers, and what Python does not give back.
ROOM = 32 << 20


def handles(pid: int) -> int:
    """Open files and sockets of a process."""
    return len(os.listdir(f"/proc/{pid}/fd"))


async def status(session, jupyter) -> int:
    """What Jupyter itself answers."""
    async with session.get(f"{jupyter.base}api/status") as answer:
        return answer.status


async def hear(session, jupyter, pids):
    """Opens the windows, and has each hear of the same; what the processes hold meanwhile."""
    events = f"{jupyter.base}jupyterlab-datalake/api/events"
    windows = await asyncio.gather(*(session.ws_connect(events) for _ in range(WINDOWS)))
    await asyncio.gather(*(window.send_json({"watch": [NEWS["key"]]}) for window in windows))
    assert [await window.receive_json() for window in windows] == [EVERYTHING] * WINDOWS

    async def seen():
        async with session.get(f"{jupyter.base}jupyterlab-datalake/api/seen") as answer:
            return await answer.json()

    async def all_known():
        return len((await seen())["windows"]) == WINDOWS

    await until(all_known)
    publish = f"{jupyter.base}jupyterlab-datalake/api/publish"
    async with session.post(publish, data=json.dumps([NEWS])) as answer:
        assert answer.status == 200
    answers = await asyncio.gather(*(window.receive_json() for window in windows), status(session, jupyter))
    assert answers == [NEWS] * WINDOWS + [200]
    assert (await seen())["subscriptions"] - (await seen())["closed"] == 1
    held = [handles(pid) for pid in pids]
    await asyncio.gather(*(window.close() for window in windows))

    async def all_gone():
        found = await seen()
        return not found["windows"] and found["closed"] == found["subscriptions"]

    await until(all_gone)
    return held


async def test_all_hear_the_news_and_nothing_stays(tmp_path):
    with JupyterProcess(tmp_path, STAND_IN) as jupyter:
        node = jupyter.ask("self")["pid"]
        pids = (jupyter.pid, node)
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with aiohttp.ClientSession(headers=HEADERS, connector=connector) as session:
            at_first = [handles(pid) for pid in pids]

            async def hear_and_close():
                held = await hear(session, jupyter, pids)
                assert held[0] - at_first[0] >= WINDOWS
                await until(lambda: all(handles(pid) <= n + OPENED_ONCE for pid, n in zip(pids, at_first, strict=True)))

            await hear_and_close()
            before = [memory(pid) for pid in pids]
            for _ in range(3):
                await hear_and_close()
            growth = [memory(pid) - bytes_ for pid, bytes_ in zip(pids, before, strict=True)]
            assert max(growth) < ROOM
            assert await status(session, jupyter) == 200
