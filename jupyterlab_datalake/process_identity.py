"""Tells a process from a later one with the same number, on this machine and boot."""

import hashlib
import os
import socket


def started_at(pid: int) -> str | None:
    """When this process started, in the kernel's own ticks; '' where the kernel does not say; None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            # The command name, in parentheses, may hold spaces and parentheses itself.
            fields = stat.read().rpartition(")")[2].split()
            return None if fields[0] in "ZX" else fields[19]
    except FileNotFoundError:
        if os.path.exists("/proc/self/stat"):
            return None
    except OSError:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return ""


def is_alive(pid: int, started: str) -> bool:
    """Whether the process that had this number and this start is still there."""
    return started_at(pid) == started


def host_mark() -> str:
    """Six letters for this host's name: a home folder may be shared by several."""
    return _mark(socket.gethostname())


def boot_mark() -> str:
    """Six letters for this boot of the machine."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot_id:
            return _mark(boot_id.read().strip())
    except OSError:
        return _mark("")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
