"""News from Node to any number of windows over one subscription, and what they watch back to Node."""

import asyncio
import json
from contextlib import AsyncExitStack

import aiohttp
import pytest
from waiting import until

from jupyterlab_datalake import event_hub
from jupyterlab_datalake.window import LONGEST_QUEUE, Window

EVERYTHING = {"key": "*"}


@pytest.fixture
def windows(url, jp_auth_header):
    """Opens so many windows, for the length of a block."""

    class Windows(AsyncExitStack):
        async def open(self, number: int = 1):
            session = await self.enter_async_context(aiohttp.ClientSession())
            return [
                await self.enter_async_context(session.ws_connect(url("events"), headers=jp_auth_header))
                for _ in range(number)
            ]

    return Windows


@pytest.fixture
def publish(ask):
    async def publish(*messages):
        await ask("publish", "POST", data=json.dumps(messages))

    return publish


@pytest.fixture
def seen(ask):
    async def seen():
        return (await ask("seen")).json

    return seen


async def test_every_window_hears_the_news_of_one_subscription(ask, windows, publish, seen):
    await ask("echo")
    async with windows() as stack:
        opened = await stack.open(10)
        for window in opened:
            assert await window.receive_json() == EVERYTHING
        await publish({"key": "availability/lab/a:b", "version": 12})
        for window in opened:
            assert await window.receive_json() == {"key": "availability/lab/a:b", "version": 12}
        assert (await seen())["subscriptions"] == 1


async def test_a_window_does_not_start_node_but_waiting_for_something_does(lake, windows, seen):
    async with windows() as stack:
        [window] = await stack.open()
        await window.send_json({"watch": []})
        await window.ping()
        assert lake._sidecar.pid is None
        await window.send_json({"watch": ["availability/lab/a:b"]})
        assert await window.receive_json() == EVERYTHING
        assert lake._sidecar.pid is not None


async def test_node_knows_what_the_windows_watch(windows, seen, lake):
    async with windows() as stack:
        one, two = await stack.open(2)
        await one.send_json({"watch": ["a"]})
        await two.send_json({"watch": ["b", "c"]})

        async def all_known():
            return sorted((await seen())["windows"].values()) == [["a"], ["b", "c"]]

        await until(all_known)
        assert all((await seen())["users"].values())
        await one.send_json({"watch": []})
        await two.close()

        async def forgotten():
            found = await seen()
            return list(found["windows"].values()) == [[]] and len(found["deleted"]) == 1

        await until(forgotten)


async def test_the_last_watch_list_wins(windows, seen):
    async with windows() as stack:
        [window] = await stack.open()
        for number in range(50):
            await window.send_json({"watch": [str(number)]})

        async def known():
            return list((await seen())["windows"].values()) == [["49"]]

        await until(known)


async def test_after_a_restart_of_node_everything_is_read_and_watched_again(ask, windows, seen, lake):
    await ask("echo")
    async with windows() as stack:
        [window] = await stack.open()
        await window.send_json({"watch": ["a"]})
        assert await window.receive_json() == EVERYTHING
        assert (await ask("die")).status == 503
        assert await window.receive_json() == EVERYTHING

        async def watched():
            return list((await seen())["windows"].values()) == [["a"]]

        await until(watched)


async def test_the_subscription_ends_with_the_last_window(ask, windows, seen, lake):
    await ask("echo")
    async with windows() as stack:
        [window] = await stack.open()
        await window.receive_json()
    await until(lambda: not lake._hub._loops)
    async with windows() as stack:
        [window] = await stack.open()
        assert await window.receive_json() == EVERYTHING
        assert (await seen())["subscriptions"] == 2


async def test_a_window_hears_a_heartbeat(windows, lake, monkeypatch):
    monkeypatch.setattr(event_hub, "HEARTBEAT_SECONDS", 0.01)
    async with windows() as stack:
        [window] = await stack.open()
        assert await window.receive_json() == {"heartbeat": True}


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        "1",
        '{"watch": "a"}',
        '{"watch": [1]}',
        json.dumps({"watch": ["x" * 2001]}),
        json.dumps({"watch": ["x"] * 5001}),
    ],
)
async def test_a_message_that_is_no_watch_list_closes_the_window(windows, message, lake):
    async with windows() as stack:
        [window] = await stack.open()
        await window.send_str(message)
        assert (await window.receive()).type == aiohttp.WSMsgType.CLOSE
        assert window.close_code == 1008
    assert lake._sidecar.pid is None


async def test_a_message_beyond_the_limit_closes_the_window(windows):
    async with windows() as stack:
        [window] = await stack.open()
        await window.send_str("x" * (1 << 20) + "x")
        await window.receive()
        assert window.close_code == 1009


async def test_a_slow_window_reads_everything_again():
    room = asyncio.Event()
    received = []

    async def write(message):
        await room.wait()
        received.append(json.loads(message))

    window = Window("user", write)
    delivery = asyncio.create_task(window.deliver())
    for number in range(LONGEST_QUEUE + 500):
        window.push({"key": str(number)})
    assert len(window._news) <= LONGEST_QUEUE
    room.set()
    await until(lambda: len(received) > 0 and not window._news)
    delivery.cancel()
    assert received == [EVERYTHING]


async def test_a_key_that_changes_often_takes_one_place():
    window = Window("user", None)
    for version in range(5000):
        window.push({"key": "a", "version": version})
    assert list(window._news.values()) == [{"key": "a", "version": 4999}]
