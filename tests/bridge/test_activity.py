"""A hub's culler must see an idle server as idle, whatever our windows do."""

import json

import aiohttp
import pytest
from waiting import until


@pytest.fixture
def last_activity(jp_serverapp):
    return jp_serverapp.web_app.last_activity


async def test_our_traffic_is_no_activity(ask, url, jp_auth_header, lake, last_activity):
    before = last_activity()
    for method in ("GET", "POST", "DELETE"):
        assert (await ask("echo", method)).status == 200
    async with aiohttp.ClientSession() as session, session.ws_connect(url("events"), headers=jp_auth_header) as window:
        await window.send_json({"watch": ["availability/lab/a:b"]})
        assert (await window.receive_json()) == {"key": "*"}
        await ask("publish", "POST", data=json.dumps([{"key": "session"}]))
        assert (await window.receive_json())["key"] == "session"
    assert last_activity() == before


async def test_jupyters_own_traffic_is(jp_fetch, ask, last_activity):
    before = last_activity()
    await jp_fetch("api", "contents")
    assert last_activity() > before


async def test_transfers_are_not_unless_the_site_says_so(ask, lake, last_activity):
    before = last_activity()
    await ask("say", "POST", data='{"metrics":{"transfersUnderWay":2}}\n')
    await until(lambda: lake._transfers._under_way == 2)
    assert last_activity() == before
    assert not lake.current_activity()


class TestSiteThatCountsTransfers:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        return {**jp_server_config, "DataLake": {"transfers_count_as_activity": True}}

    async def test_transfers_count(self, ask, lake, last_activity):
        before = last_activity()
        await ask("say", "POST", data='{"metrics":{"transfersUnderWay":2}}\n')
        await until(lambda: last_activity() > before)
        assert lake.current_activity() == 2
        ended = last_activity()
        await ask("say", "POST", data='{"metrics":{"transfersUnderWay":0}}\n')
        await until(lambda: not lake.current_activity())
        assert last_activity() == ended
