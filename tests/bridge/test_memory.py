"""A gibibyte each way leaves Jupyter's memory as it was."""

from jupyter_process import STAND_IN, JupyterProcess, memory

GIBIBYTE = 1 << 30
# Room for buffers and for what Python has not yet given back.
ROOM = 64 << 20


def peak(pid: int) -> int:
    return memory(pid, "VmHWM")


class Zeros:
    """A gibibyte that nobody has to hold."""

    def __init__(self):
        self._left = GIBIBYTE
        self._piece = bytes(1 << 20)

    def read(self, size: int = -1) -> bytes:
        size = min(self._left, len(self._piece) if size < 0 else min(size, len(self._piece)))
        self._left -= size
        return self._piece[:size]


def test_a_gibibyte_each_way(tmp_path):
    with JupyterProcess(tmp_path, STAND_IN) as jupyter:
        assert jupyter.ask("upload", "POST", b"warm")["bytes"] == 4
        before = peak(jupyter.pid)
        with jupyter.open("upload", "POST", Zeros(), **{"Content-Length": str(GIBIBYTE)}) as answer:
            assert str(GIBIBYTE).encode() in answer.read()
        received = 0
        with jupyter.open("big?mb=1024") as answer:
            while piece := answer.read(1 << 20):
                received += len(piece)
        assert received == GIBIBYTE
        assert peak(jupyter.pid) - before < ROOM


def test_a_browser_that_reads_slowly_holds_node_back(tmp_path):
    with JupyterProcess(tmp_path, STAND_IN) as jupyter:
        jupyter.ask("echo")
        before = peak(jupyter.pid)
        with jupyter.open("big?mb=512") as answer:
            assert answer.read(1 << 16)
            # Jupyter answers others meanwhile, and has not taken in what nobody reads.
            assert jupyter.ask("echo")["method"] == "GET"
            assert peak(jupyter.pid) - before < ROOM
