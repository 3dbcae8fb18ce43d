"""A lake in a temporary folder, a namespace to inject into, and real kernels."""

import json
import sys

import pytest
from jupyter_client.manager import KernelManager
from lake import REPORT, Lake


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


@pytest.fixture
def inject(lake):
    """Sets variables in a namespace of this process; answers the report."""

    def run(namespace, **variables):
        exec(lake.code(**variables), namespace)
        report = eval(REPORT, {})
        return {entry["variableName"]: entry for entry in json.loads(bytes.fromhex(report))}

    yield run
    for name in [name for name in sys.modules if name.startswith("_jupyterlab_datalake")]:
        del sys.modules[name]


class Kernel:
    """A kernel and the two ways in which code gets to it: a cell, and ours."""

    def __init__(self, manager):
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def cell(self, code, timeout=60):
        """Runs a cell; answers its standard output, its result's text and its reply."""
        texts = {"out": "", "result": None}

        def hook(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                texts["out"] += content["text"]
            elif message["msg_type"] == "execute_result":
                texts["result"] = content["data"]["text/plain"]

        reply = self.client.execute_interactive(code, timeout=timeout, output_hook=hook)
        return texts["out"], texts["result"], reply["content"]

    def silently(self, code, timeout=60):
        """As the browser runs it."""
        messages = []
        reply = self.client.execute_interactive(
            code,
            silent=True,
            store_history=False,
            user_expressions={"report": REPORT},
            allow_stdin=False,
            stop_on_error=False,
            timeout=timeout,
            output_hook=messages.append,
        )
        content = reply["content"]
        assert content["status"] == "ok", content
        shown = content["user_expressions"]["report"]["data"]["text/plain"]
        report = json.loads(bytes.fromhex(shown.strip("'\"")))
        seen = [message["msg_type"] for message in messages if message["msg_type"] != "status"]
        return {entry["variableName"]: entry for entry in report}, seen

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path):
    manager = KernelManager(kernel_name="python3")
    # Outside of the checkout, so that only what was injected can be found.
    manager.start_kernel(cwd=str(tmp_path))
    running = Kernel(manager)
    yield running
    running.stop()
