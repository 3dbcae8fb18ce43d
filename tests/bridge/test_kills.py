"""Node is killed at work, once and again: nobody takes half an answer for a whole one, and all goes on."""

import asyncio
import os
import signal
import statistics

import aiohttp
import pytest
from drill import amount, note
from jupyter_process import memory
from waiting import until

from jupyterlab_datalake import sidecar
from jupyterlab_datalake.process_identity import is_alive, started_at

KILLS = amount("DATALAKE_KILLS", 3)
EVERYTHING = {"key": "*"}


def kill(pid):
    """Kills Node outright, and tells how to know that it is gone."""
    started = started_at(pid)
    os.kill(pid, signal.SIGKILL)
    return lambda: not is_alive(pid, started)


async def news(window):
    """The next message that is one, past heartbeats."""
    while True:
        message = await window.receive_json()
        if "key" in message:
            return message


async def is_served(ask):
    return (await ask("echo")).status == 200


async def test_node_killed_while_answering(ask, url, jp_auth_header):
    pid = (await ask("self")).json["pid"]
    async with aiohttp.ClientSession() as session, session.get(url("slow"), headers=jp_auth_header) as answer:
        assert await answer.content.readline() == b'{"item":1}\n'
        kill(pid)
        with pytest.raises(aiohttp.ClientError):
            await answer.content.read()
    await until(lambda: is_served(ask))


async def test_node_killed_again_and_again_during_work(ask, url, jp_auth_header, lake, monkeypatch):
    monkeypatch.setattr(sidecar, "LONGEST_DELAY", 0.4)  # Else fifty kills are twenty minutes of waiting.
    clock = asyncio.get_running_loop().time
    await ask("echo")
    async with (
        aiohttp.ClientSession(headers=jp_auth_header) as session,
        session.ws_connect(url("events")) as window,
    ):
        await window.send_json({"watch": ["a"]})
        assert await news(window) == EVERYTHING
        pids, outages, held = [], [], []
        for _ in range(KILLS):
            await until(lambda: is_served(ask))
            pids.append((await ask("self")).json["pid"])
            async with session.get(url("slow")) as answer:
                assert await answer.content.readline() == b'{"item":1}\n'
                held.append((len(os.listdir("/proc/self/fd")), memory(os.getpid())))
                gone, killed = kill(pids[-1]), clock()
                with pytest.raises(aiohttp.ClientError):
                    await answer.content.read()
            assert await news(window) == EVERYTHING
            outages.append(clock() - killed)
            await until(gone)

        async def watched():
            answer = await ask("seen")
            return answer.status == 200 and list(answer.json["windows"].values()) == [["a"]]

        await until(watched)
        assert len({*pids, (await ask("self")).json["pid"]}) == KILLS + 1
    (first_handles, first_memory), (last_handles, last_memory) = held[1], held[-1]
    assert last_handles - first_handles < KILLS
    note(
        "kills",
        kills=KILLS,
        outageSecondsMedian=round(statistics.median(outages), 2),
        outageSecondsMax=round(max(outages), 2),
        handlesAtStart=first_handles,
        handlesAtEnd=last_handles,
        growthMegabytes=round((last_memory - first_memory) / 1e6, 1),
    )
