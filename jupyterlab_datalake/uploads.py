"""What is configured of uploads: limits, answers that the dialog begins with, and folders that are scratch RSEs."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote

from .mistakes import problem

PROVENANCE = ("client", "host", "notebook", "kernel", "inputs")


def read_uploads(extension: Any, problems: list[dict[str, str]]) -> dict[str, Any]:
    """As Node gets it; what is wrong is left out and told in `problems`."""
    return {
        "scope": extension.upload_scope,
        "rseExpression": extension.upload_rse_expression,
        "lifetimeDays": _above_zero(extension, "upload_lifetime_days", problems),
        "atOnce": max(1, extension.uploads_at_once),
        "bytesPerSecond": _above_zero(extension, "upload_bandwidth", problems),
        "md5": extension.upload_md5,
        "provenance": [part for part in PROVENANCE if part in extension.upload_provenance],
        "storageHosts": list(extension.storage_hosts),
        "cleansScratch": extension.scratch_cleaning,
        "scratch": _scratch(extension.scratch, problems),
    }


def unfinished(state_dir: str) -> bool:
    """Whether an upload was left in the middle: then Node is needed though nobody asks for anything."""
    path = os.path.join(state_dir, "uploads.sqlite")
    if not os.path.isfile(path):
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", timeout=1, uri=True)) as database:
            query = "SELECT 1 FROM job WHERE endedAt IS NULL AND state <> 'paused' LIMIT 1"
            return database.execute(query).fetchone() is not None
    except sqlite3.Error:
        # Node knows what to say of such a file.
        return True


def _above_zero(extension: Any, name: str, problems: list[dict[str, str]]) -> float | None:
    value = getattr(extension, name)
    if value is None or 0 < value < float("inf"):
        return value
    problems.append(problem(name, "This must be a number greater than zero; it is not used."))
    return None


def _scratch(entries: list[Any], problems: list[dict[str, str]]) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    for number, entry in enumerate(entries):
        try:
            read.append(_folder(entry))
        except ValueError as error:
            problems.append(problem(f"scratch[{number}]", str(error)))
    return read


def _folder(entry: Mapping[str, Any]) -> dict[str, Any]:
    for word in entry:
        if word not in ("path", "rse", "pfnPrefix", "deleteAfterDays"):
            raise ValueError(f"There is no '{word}' in a folder; there are path, rse, pfnPrefix and deleteAfterDays.")
    for name in ("path", "rse", "pfnPrefix"):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise ValueError(f"A folder needs '{name}', a text.")
    path = os.path.expanduser(entry["path"])
    if not os.path.isabs(path):
        raise ValueError(f"The path {path} is relative; give an absolute one.")
    if "://" not in entry["pfnPrefix"]:
        raise ValueError("'pfnPrefix' is what PFNs begin with, for instance root://host:1094//lake/scratch/.")
    days = entry.get("deleteAfterDays", 2)
    if not isinstance(days, int | float) or isinstance(days, bool) or not days > 0:
        raise ValueError("'deleteAfterDays' must be a number of days greater than zero.")
    return {
        # Links on the way are followed once, here: sources are compared with what they lead to.
        "path": os.path.realpath(path),
        "rse": entry["rse"],
        "pfnPrefix": f"{entry['pfnPrefix'].rstrip('/')}/",
        "deleteAfterDays": days,
    }
