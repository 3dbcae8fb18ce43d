"""Sets the variables of a notebook's cart."""

import json

from . import registry
from .pending import PendingFile, PendingFiles
from .state import is_ready, read_state
from .values import load

LAST_REPORT = []


def inject(namespace, variables):
    """Sets each variable, never over a value that is not ours; keeps what is up to date."""
    del LAST_REPORT[:]
    for item in variables:
        try:
            outcome = set_variable(namespace, item)
        except Exception as error:
            outcome = {"outcome": "failed", "message": f"{type(error).__name__}: {error}"[:500]}
        LAST_REPORT.append(dict(outcome, variableName=item["variableName"]))


def report():
    """What the last inject() did, in hexadecimal digits: safe in any way that a kernel shows it."""
    return json.dumps(LAST_REPORT).encode("ascii").hex()


def set_variable(namespace, item):
    name, did = item["variableName"], item["did"]
    stamp = registry.stamp_of(namespace, name)
    if name in namespace and stamp is None and not registry.is_ours(namespace[name], did):
        return {"outcome": "in-use", "ready": False}
    state = read_state(item["stateFile"])
    ready = is_ready(state)
    new_stamp = [did, item["stateFile"], ready, state.get("filesStamp") if ready else None]
    if stamp == new_stamp:
        return {"outcome": "kept", "ready": ready}
    if ready:
        value = load(did, state)
    else:
        kind = PendingFile if item["type"] == "FILE" else PendingFiles
        value = kind(name, did, item["stateFile"])
    registry.remember(namespace, name, value, new_stamp)
    return {"outcome": "set", "ready": ready}
