"""The small file in which the server keeps the state of one DID."""

import json

# A person must do something before it goes on.
HALTED = ("NOT_AVAILABLE", "STUCK", "SUSPENDED", "WAITING_APPROVAL", "PATH_MISSING")
HALTING_PROBLEMS = ("not-signed-in", "sign-in-refused", "not-found", "forbidden", "not-configured")


def read_state(path):
    """What the server wrote last; never raises."""
    try:
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
    except (OSError, ValueError):
        return {"unreadable": True}
    return state if isinstance(state, dict) else {"unreadable": True}


def read_files(state):
    """The lines of the list of files: path, PFN, DID, bytes, adler32, whether it is here."""
    with open(state["filesFile"], encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_ready(state):
    return state.get("ready") is True


def is_halted(state):
    """It does not go on unless somebody does something."""
    problem = state.get("problem")
    if problem:
        return problem.get("code") in HALTING_PROBLEMS
    return state.get("state") in HALTED


def reason_of(state):
    problem = state.get("problem")
    return problem.get("message") if problem else state.get("reason")
