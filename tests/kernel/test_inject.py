"""Setting variables: again and again, by several windows, and never over what is not ours."""

import sys

import pytest


def test_setting_twice_keeps_the_value(lake, inject):
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    home = {}
    inject(home, hy="obs:hy")
    value = home["hy"]
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "kept"
    assert home["hy"] is value
    lake.put("obs:hy", "AVAILABLE", files=["obs:a", "obs:b"])
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "set"
    assert len(home["hy"]) == 2


def test_what_arrives_takes_the_place_of_what_was_pending(lake, inject):
    lake.put("obs:hy", "REPLICATING", expected=1)
    home = {}
    assert inject(home, hy="obs:hy")["hy"] == {
        "variableName": "hy",
        "outcome": "set",
        "ready": False,
    }
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "kept"
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    assert inject(home, hy="obs:hy")["hy"]["ready"] is True
    assert isinstance(home["hy"], list)
    lake.put("obs:hy", "NOT_AVAILABLE", expected=1)
    assert inject(home, hy="obs:hy")["hy"]["ready"] is False
    assert not isinstance(home["hy"], list)


@pytest.mark.parametrize("mine", [None, 0, "text", [], Exception, "obs:hy"])
def test_a_foreign_value_stays(lake, inject, mine):
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    home = {"hy": mine}
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "in-use"
    assert home["hy"] is mine
    del home["hy"]
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "set"


def test_a_value_that_the_user_has_put_in_place_of_ours_stays(lake, inject):
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    home = {}
    inject(home, hy="obs:hy")
    home["hy"] = home["hy"][0]
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "in-use"


def test_a_variable_that_is_given_to_another_did_is_set(lake, inject):
    lake.put("obs:one", "AVAILABLE", files=["obs:a"])
    lake.put("obs:two", "AVAILABLE", files=["obs:b"])
    home = {}
    inject(home, x="obs:one", y="obs:two")
    inject(home, y="obs:one", x="obs:two")
    assert home["x"].did == "obs:two" and home["y"].did == "obs:one"


def test_a_newer_module_takes_over(lake, inject, monkeypatch):
    lake.put("obs:hy", "REPLICATING", expected=1)
    home = {}
    inject(home, hy="obs:hy")
    old = home["hy"]
    request = lake.request

    def newer(**variables):
        return {**request(**variables), "digest": "newer"}

    monkeypatch.setattr(lake, "request", newer)
    inject(home, hy="obs:hy")
    assert home["hy"] is old
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    assert inject(home, hy="obs:hy")["hy"]["outcome"] == "set"
    assert len(home["hy"]) == 1


def test_one_that_fails_does_not_stop_the_others(lake, inject):
    lake.put("obs:bad", "AVAILABLE", files=["obs:a"], filesFile="/nowhere/at/all")
    lake.put("obs:good", "AVAILABLE", files=["obs:a"])
    home = {}
    report = inject(home, bad="obs:bad", good="obs:good")
    assert report["bad"]["outcome"] == "failed" and "FileNotFoundError" in report["bad"]["message"]
    assert report["good"]["outcome"] == "set"
    assert set(home) - {"__builtins__"} == {"good"}


def test_the_modules_are_loaded_once_and_hide_nothing(lake, inject):
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    inject({}, hy="obs:hy")
    module = sys.modules["_jupyterlab_datalake.values"]
    inject({}, hy="obs:hy")
    assert sys.modules["_jupyterlab_datalake.values"] is module


@pytest.mark.parametrize("did", ["s:{x}", "s:a{0}b", "s:__import__('os')", "s:%s", "s:\\'\"\n"])
def test_no_text_of_a_did_is_code_or_a_format(lake, inject, did):
    lake.put(did, "REPLICATING", expected=1, reason="{did} %s {0.__class__}")
    home = {}
    inject(home, hy=did)
    assert did in repr(home["hy"]) and "{did} %s {0.__class__}" in repr(home["hy"])
