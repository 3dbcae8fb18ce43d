"""What an administrator's monitoring sees: /metrics, and the route that says whether it works."""

import json
import os
import signal

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from waiting import until

from jupyterlab_datalake import sidecar


@pytest.fixture
def metrics(jp_fetch):
    """Asks Jupyter's /metrics; answers our samples by name and labels."""

    async def ask():
        text = (await jp_fetch("metrics")).body.decode()
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name.startswith("datalake_")
        }

    return ask


async def test_an_idle_server_has_figures_and_starts_no_node(lake, metrics):
    found = await metrics()
    assert found[("datalake_node_up",)] == 0
    assert found[("datalake_node_starts_total",)] == 0
    assert found[("datalake_windows",)] == 0
    assert lake._sidecar.pid is None


async def test_requests_and_nodes_own_figures_are_shown(lake, ask, metrics):
    told = {"transfersUnderWay": 2, "rucioSeconds": 1.5, "rucioRequests": {"ok": 7, "rucio-slow": 1}}
    await ask("say", "POST", data=json.dumps({"metrics": told}) + "\n")
    await until(lambda: lake._figures._of_node == told)
    found = await metrics()
    assert found[("datalake_node_up",)] == 1
    assert found[("datalake_node_starts_total",)] == 1
    assert found[("datalake_node_memory_bytes",)] > 1 << 20
    assert found[("datalake_transfers",)] == 2
    assert found[("datalake_rucio_seconds_total",)] == 1.5
    assert found[("datalake_rucio_requests_total", "ok")] == 7
    assert found[("datalake_rucio_requests_total", "rucio-slow")] == 1
    assert found[("datalake_request_seconds_count", "POST", "200")] == 1


async def test_tokens_are_shown_with_their_ends_and_how_renewals_ended(lake, ask, metrics):
    token = {"instance": "near", "target": "eos", "state": "failing", "expiresAt": 1_700_000_000}
    none = {"instance": "near", "target": "rucio", "state": "waiting", "expiresAt": None}
    renewal = {"instance": "near", "target": "eos", "outcome": "issuer-unreachable", "count": 3}
    told = {"tokens": [token, none], "renewals": [renewal]}
    await ask("say", "POST", data=json.dumps({"metrics": told}) + "\n")
    await until(lambda: lake._figures._of_node == told)
    found = await metrics()
    assert found[("datalake_token_expires_timestamp_seconds", "near", "eos")] == 1_700_000_000
    assert found[("datalake_token_expires_timestamp_seconds", "near", "rucio")] == 0
    assert found[("datalake_token_renewals_total", "near", "issuer-unreachable", "eos")] == 3
    assert json.loads((await ask("health")).body)["tokens"] == [token, none]


async def test_nonsense_of_node_breaks_no_page(lake, ask, metrics):
    await ask(
        "say", "POST", data='{"metrics":{"rucioRequests":"many","rucioSeconds":null,"tokens":"ey","renewals":[1]}}\n'
    )
    await until(lambda: lake._figures._of_node)
    assert (await metrics())[("datalake_rucio_seconds_total",)] == 0


async def test_a_server_that_has_stopped_shows_none(lake, metrics):
    await lake.stop_extension()
    assert await metrics() == {}


async def test_health_says_how_it_is_and_starts_nothing(lake, ask):
    answer = await ask("health")
    found = json.loads(answer.body)
    assert (answer.status, found["status"], found["memoryBytes"]) == (200, "not-started", None)
    assert lake._sidecar.pid is None
    await ask("echo")
    found = json.loads((await ask("health")).body)
    assert (found["status"], found["starts"]) == ("up", 1)
    assert found["memoryBytes"] > 1 << 20


async def test_health_is_503_while_node_is_down(lake, ask, monkeypatch):
    # Long enough to be looked at, however slow the machine is.
    monkeypatch.setattr(sidecar, "FIRST_DELAY", 600.0)
    await ask("echo")
    os.kill(lake._sidecar.pid, signal.SIGKILL)
    await until(lambda: lake._sidecar.state == "down")
    answer = await ask("health")
    assert (answer.status, json.loads(answer.body)["status"]) == (503, "down")
    assert int(answer.headers["Retry-After"]) > 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}])
async def test_health_is_for_who_is_signed_in(url, lake, headers):
    async with aiohttp.ClientSession() as session, session.get(url("health"), headers=headers) as answer:
        assert answer.status == 403


async def test_health_is_not_for_another_site(url, jp_auth_header, lake):
    foreign = {**jp_auth_header, "Sec-Fetch-Site": "cross-site"}
    async with aiohttp.ClientSession() as session, session.get(url("health"), headers=foreign) as answer:
        assert answer.status == 403


async def test_strangers_make_no_series_of_their_own(url, lake, metrics):
    for number in range(3):
        # tornado keeps no connection on which it was asked so.
        async with aiohttp.ClientSession() as session:
            async with session.request(f"STRANGE{number}", url("scopes")) as answer:
                assert (answer.status, (await answer.json())["code"]) == (405, "bad-request")
    methods = {key[1] for key in await metrics() if key[0] == "datalake_request_seconds_count"}
    assert methods == {"other"}


async def test_health_names_what_is_configured_wrong(lake, ask):
    assert json.loads((await ask("health")).body)["configurationProblems"] == []
