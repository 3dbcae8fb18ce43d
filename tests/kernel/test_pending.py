"""What is not here yet: says so, wherever it is used, and can be waited for."""

import copy
import os
import pickle
import sys
import threading

import pytest


@pytest.fixture
def home():
    return {}


@pytest.fixture
def pending(sys_module):
    """The module as it is loaded in a kernel."""
    return lambda: sys_module("pending")


@pytest.fixture
def sys_module():
    return lambda name: sys.modules[f"_jupyterlab_datalake.{name}"]


def test_a_file_on_its_way_is_not_a_str_and_opens_nothing(lake, inject, home):
    lake.put("obs:one", "REPLICATING", kind="FILE", expected=1)
    inject(home, one="obs:one")
    one = home["one"]
    assert not isinstance(one, str) and isinstance(one, os.PathLike)
    for use in (open, os.stat, os.fspath, str, "{}".format, lambda x: os.path.join("/", x)):
        with pytest.raises(FileNotFoundError, match=r"on its way: 0 %\. one\.wait\(\) waits"):
            use(one)
    assert os.path.exists(one) is False
    with pytest.raises(FileNotFoundError):
        _ = one.pfn


def test_it_works_in_place_of_what_has_arrived(lake, inject, home):
    lake.put("obs:one", "REPLICATING", kind="FILE", expected=1)
    lake.put("obs:hy", "REPLICATING", expected=1)
    inject(home, one="obs:one", hy="obs:hy")
    one, hy = home["one"], home["hy"]
    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    assert open(one, "rb").read() == b"data"
    assert one.ready and one.pfn == "root://se/obs:one" and one.path == str(one)
    assert len(hy) == 1 and hy[0].did == "obs:a" and list(hy) == [hy[0]]
    assert repr(hy) == "<obs:hy is here: use it, or hy.wait() for its value>"
    assert pickle.loads(pickle.dumps([one, hy])) == [str(one), [str(hy[0])]]


def test_iterating_yields_what_has_arrived(lake, inject, home):
    lake.put("obs:hy", "REPLICATING", files=["obs:a", "obs:b"], expected=5)
    inject(home, hy="obs:hy")
    hy = home["hy"]
    assert [item.did for item in hy] == ["obs:a", "obs:b"]
    assert list(hy) == sorted(hy) == [*hy]
    assert hy.percent == 40 and hy.state == "REPLICATING" and hy.reason is None
    for use in (len, bool, lambda x: x[0], lambda x: x[-1:], reversed):
        with pytest.raises(FileNotFoundError, match="for file in hy"):
            use(hy)


def test_nothing_arrived_and_nothing_brings_it_is_no_empty_loop(lake, inject, home):
    lake.put("obs:hy", "NOT_AVAILABLE", expected=5)
    inject(home, hy="obs:hy")
    with pytest.raises(FileNotFoundError, match="Press Make available"):
        list(home["hy"])
    lake.put("obs:hy", "REPLICATING", expected=5)
    assert list(home["hy"]) == []


@pytest.mark.parametrize(
    ("state", "more", "expected"),
    [
        ("REPLICATING", {"etaSeconds": 7200}, "on its way: 50 %, 1 of 2 files, about 2 h left."),
        ("INJECT", {}, "on its way: 50 %"),
        ("STUCK", {"reason": "No such file at SITE."}, "stuck at 50 %, 1 of 2 files: No such file"),
        ("SUSPENDED", {"reason": "An operator did"}, "suspended at 50 %, 1 of 2 files: An op"),
        ("WAITING_APPROVAL", {}, "waits for approval."),
        ("PATH_MISSING", {"reason": "/m/x is not there"}, "not on this mount: /m/x is not there."),
        (None, {"problem": {"code": "rucio-slow", "message": "Slow."}}, "not be asked: Slow."),
    ],
)
def test_the_repr_says_where_it_stands_and_why(lake, inject, home, state, more, expected):
    lake.put("obs:hy", state, files=["obs:a"], expected=2, **more)
    inject(home, hy="obs:hy")
    assert expected in repr(home["hy"])


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"percent": {}}', "\x00", None])
def test_the_repr_never_raises(lake, inject, home, damage):
    lake.put("obs:hy", "REPLICATING", expected=2)
    inject(home, hy="obs:hy")
    if damage is None:
        os.remove(lake.state_file("obs:hy"))
    else:
        with open(lake.state_file("obs:hy"), "w") as file:
            file.write(damage)
    assert repr(home["hy"]).startswith("<obs:hy")
    with pytest.raises(FileNotFoundError):
        len(home["hy"])


def test_wait_returns_the_value_and_sets_the_variable(lake, inject, home, pending):
    lake.put("obs:hy", "REPLICATING", expected=1)
    inject(home, hy="obs:hy")
    old = home["hy"]
    reads = []
    read_state = pending().read_state

    def arrive(path):
        reads.append(path)
        if len(reads) == 3:
            lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
        return read_state(path)

    pending().read_state = arrive
    pending().PAUSE_SECONDS = 0.001
    value = old.wait()
    assert value is home["hy"] and [item.did for item in value] == ["obs:a"]
    # What a person has put into the variable meanwhile stays.
    home["hy"] = "mine"
    old.wait()
    assert home["hy"] == "mine"


def test_wait_stops_with_the_reason_of_rucio(lake, inject, home, pending):
    lake.put("obs:hy", "STUCK", expected=1, reason="DESTINATION: no room")
    inject(home, hy="obs:hy")
    with pytest.raises(pending().DidNotArrive, match="DESTINATION: no room"):
        home["hy"].wait()


def test_wait_stops_when_nobody_is_signed_in(lake, inject, home, pending):
    problem = {"code": "not-signed-in", "message": "You are not signed in."}
    lake.put("obs:hy", None, expected=1, problem=problem)
    inject(home, hy="obs:hy")
    with pytest.raises(pending().DidNotArrive, match="You are not signed in"):
        home["hy"].wait()


def test_wait_gives_a_rule_that_was_just_asked_for_a_moment(lake, inject, home, pending):
    lake.put("obs:hy", "NOT_AVAILABLE", expected=1)
    inject(home, hy="obs:hy")
    pending().PAUSE_SECONDS = 0.001
    pending().GRACE_SECONDS = 0.01
    with pytest.raises(pending().DidNotArrive, match="Press Make available"):
        home["hy"].wait()


def test_wait_stops_after_the_time_given(lake, inject, home, pending):
    lake.put("obs:hy", "REPLICATING", expected=1)
    inject(home, hy="obs:hy")
    with pytest.raises(TimeoutError, match=r"^Waited 0\.01 s\. obs:hy is on its way: 0 %"):
        home["hy"].wait(timeout=0.01)
    assert issubclass(pending().WaitTimedOut, Exception)


def test_wait_does_not_wait_for_a_server_that_is_gone(lake, inject, home, pending):
    lake.put("obs:hy", "REPLICATING", expected=1)
    inject(home, hy="obs:hy")
    pending().PAUSE_SECONDS = 0.001
    pending().SILENCE_SECONDS = 0.01
    with pytest.raises(pending().DidNotArrive, match="no news from the data lake server"):
        home["hy"].wait()


def test_threads_may_wait_together(lake, inject, home, pending):
    lake.put("obs:hy", "REPLICATING", expected=1)
    inject(home, hy="obs:hy")
    pending().PAUSE_SECONDS = 0.001
    values = []
    threads = [threading.Thread(target=lambda old: values.append(old.wait(30)), args=(home["hy"],)) for _ in range(3)]
    for thread in threads:
        thread.start()
    lake.put("obs:hy", "AVAILABLE", files=["obs:a"])
    for thread in threads:
        thread.join(60)
    assert [len(value) for value in values] == [1, 1, 1]


def test_elsewhere_it_is_an_exception_that_says_why(lake, inject, home):
    lake.put("obs:hy", "REPLICATING", expected=3)
    inject(home, hy="obs:hy")
    assert copy.deepcopy(home["hy"]) is home["hy"]
    data = pickle.dumps({"hy": home["hy"]})
    assert b"_jupyterlab_datalake" not in data
    error = pickle.loads(data)["hy"]
    assert type(error) is FileNotFoundError and "on its way" in str(error)
