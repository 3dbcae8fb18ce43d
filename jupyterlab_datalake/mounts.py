"""Reads the option `mounts`, in our words or in those of rucio-jupyterlab."""

import os
from typing import Any

from .mistakes import problem

# Their words, and ours.
_WORDS = {
    "rse": "rse",
    "destination_rse": "rse",
    "path": "path",
    "rse_mount_path": "path",
    "pfnPrefix": "pfnPrefix",
    "path_begins_at": "pathBeginsAt",
}


def read_mounts(mounts: list[Any], problems: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The mounts that are right; each other one is told in `problems` and left out."""
    read: list[dict[str, Any]] = []
    for number, entry in enumerate(mounts):
        try:
            mount = _read_mount(entry)
            if any(other["rse"] == mount["rse"] for other in read):
                raise ValueError(f"The RSE {mount['rse']} is mounted twice.")
            read.append(mount)
        except ValueError as error:
            problems.append(problem(f"mounts[{number}]", str(error)))
    return read


def _read_mount(entry: dict[str, Any]) -> dict[str, Any]:
    mount: dict[str, Any] = {"pfnPrefix": ""}
    for word, value in entry.items():
        if word not in _WORDS:
            raise ValueError(f"There is no '{word}' in a mount; there are rse, path and pfnPrefix.")
        mount[_WORDS[word]] = value
    for name in ("rse", "path"):
        if not isinstance(mount.get(name), str) or not mount[name]:
            raise ValueError(f"A mount needs '{name}', a text.")
    mount["path"] = os.path.expanduser(mount["path"])
    if not os.path.isabs(mount["path"]):
        raise ValueError(f"The path {mount['path']} is relative; give an absolute one.")
    if not isinstance(mount["pfnPrefix"], str):
        raise ValueError("'pfnPrefix' must be a text.")
    begins_at = mount.get("pathBeginsAt", 0)
    if not isinstance(begins_at, int) or isinstance(begins_at, bool) or begins_at < 0:
        raise ValueError("'path_begins_at' must be a whole number, 0 or more.")
    return mount
