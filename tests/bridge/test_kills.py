"""Node is killed at work, once and again: nobody takes half an answer for a whole one, and all goes on."""

import os
import signal

import aiohttp
import pytest
from waiting import until

from jupyterlab_datalake.process_identity import is_alive, started_at

KILLS = 3
EVERYTHING = {"key": "*"}


def kill(pid):
    """Kills Node outright, and tells how to know that it is gone."""
    started = started_at(pid)
    os.kill(pid, signal.SIGKILL)
    return lambda: not is_alive(pid, started)


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


async def test_node_killed_three_times_during_work(ask, url, jp_auth_header, lake):
    await ask("echo")
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url("events"), headers=jp_auth_header) as window,
    ):
        await window.send_json({"watch": ["a"]})
        assert await window.receive_json() == EVERYTHING
        pids = []
        for _ in range(KILLS):
            await until(lambda: is_served(ask))
            pids.append((await ask("self")).json["pid"])
            gone = kill(pids[-1])
            assert await window.receive_json() == EVERYTHING
            await until(gone)

        async def watched():
            answer = await ask("seen")
            return answer.status == 200 and list(answer.json["windows"].values()) == [["a"]]

        await until(watched)
        assert len({*pids, (await ask("self")).json["pid"]}) == KILLS + 1
        assert os.listdir(os.path.dirname(lake._sidecar.socket)) == ["s"]
