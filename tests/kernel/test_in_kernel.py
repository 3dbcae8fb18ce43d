"""In a real IPython kernel: what a person sees of it, and what must not be seen."""

import signal
import threading


def test_a_dataset_is_a_list_of_paths(lake, kernel):
    lake.put("obs:hy_20", "AVAILABLE", files=["obs:a.mseed", "obs:b.mseed"])
    report, seen = kernel.silently(lake.code(hy_20="obs:hy_20"))
    assert report["hy_20"]["outcome"] == "set" and report["hy_20"]["ready"]
    assert seen == []
    out, _, _ = kernel.cell("for item in hy_20: print(item.pfn)")
    assert out == "root://se/obs:a.mseed\nroot://se/obs:b.mseed\n"
    out, _, _ = kernel.cell("print([open(item, 'rb').read() for item in hy_20], len(hy_20))")
    assert out == "[b'data', b'data'] 2\n"


def test_nothing_but_the_variables_is_left(lake, kernel):
    kernel.cell("import sys; before = set(dir())")
    kernel.cell("41 + 1")
    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    kernel.silently(lake.code(one="obs:one"))
    kernel.silently(lake.code(one="obs:one"))
    assert kernel.cell("_")[1] == "42"
    out, _, _ = kernel.cell("print(sorted(n for n in set(dir()) - before if n[0] != '_'))")
    assert out == "['before', 'one']\n"
    out, _, _ = kernel.cell("%who")
    assert out.split() == ["before", "one", "sys"]
    out, _, _ = kernel.cell("print(len(In), list(Out), hasattr(sys, 'last_value'))")
    # In[0] is empty, and this is the sixth cell that a person has run.
    assert out == "7 [2, 3] False\n"


def test_builtins_hidden_by_the_user_do_not_matter(lake, kernel):
    kernel.cell("exec = compile = globals = json = sys = 'mine'")
    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    report, _ = kernel.silently(lake.code(one="obs:one"))
    assert report["one"]["ready"]
    assert kernel.cell("print(exec, globals)")[0] == "mine mine\n"


def test_a_value_of_the_user_is_never_replaced(lake, kernel):
    kernel.cell("one = 'mine'")
    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    report, _ = kernel.silently(lake.code(one="obs:one"))
    assert report["one"]["outcome"] == "in-use"
    assert kernel.cell("print(one)")[0] == "mine\n"


def test_displaying_what_is_not_here_raises_nothing(lake, kernel):
    lake.put("obs:hy", "REPLICATING", files=["obs:a"], expected=4, etaSeconds=120)
    kernel.silently(lake.code(hy="obs:hy"))
    _, result, reply = kernel.cell("hy")
    assert reply["status"] == "ok"
    assert result == ("<obs:hy is on its way: 25 %, 1 of 4 files, about 2 min left. hy.wait() waits for it.>")
    _, _, reply = kernel.cell("print(hy)")
    assert reply["ename"] == "NotAvailableYet"


def test_wait_works_while_the_cell_blocks_the_kernel(lake, kernel):
    lake.put("obs:hy", "REPLICATING", files=["obs:a"], expected=2)
    kernel.silently(lake.code(hy="obs:hy"))
    kernel.client.execute("print(len(hy.wait()), type(hy).__name__, len(hy))", store_history=False)
    while kernel.client.get_iopub_msg(timeout=60)["msg_type"] != "execute_input":
        pass
    lake.put("obs:hy", "AVAILABLE", files=["obs:a", "obs:b"])
    message = kernel.client.get_iopub_msg(timeout=60)
    while message["msg_type"] not in ("stream", "error"):
        message = kernel.client.get_iopub_msg(timeout=60)
    assert message["content"].get("text") == "2 LakeFiles 2\n", message["content"]


def test_an_interrupt_ends_the_waiting(lake, kernel):
    lake.put("obs:hy", "REPLICATING", files=[], expected=2)
    kernel.silently(lake.code(hy="obs:hy"))
    waiting = "import os; print(os.getpid(), flush=True); hy.wait()"
    result = {}

    def interrupt(message):
        if message["msg_type"] == "stream":
            kernel.manager.signal_kernel(signal.SIGINT)

    def run():
        reply = kernel.client.execute_interactive(waiting, timeout=60, output_hook=interrupt)
        result.update(reply["content"])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert result["ename"] == "KeyboardInterrupt"
    assert kernel.cell("print(repr(hy)[:7])")[0] == "<obs:hy\n"


def test_after_a_restart_it_is_set_again(lake, kernel):
    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    kernel.silently(lake.code(one="obs:one"))
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.cell("one")[2]["ename"] == "NameError"
    report, _ = kernel.silently(lake.code(one="obs:one"))
    assert report["one"]["outcome"] == "set"
