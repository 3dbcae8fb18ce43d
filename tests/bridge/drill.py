"""A drill runs short with the other tests, and whole in `make drill`, which also wants its figures."""

import json
import os
from typing import Any


def amount(name: str, short: int) -> int:
    """How many, or how long: what the environment says, else so much as every test run can bear."""
    return int(os.environ.get(name, short))


def note(drill: str, **figures: Any) -> None:
    """Hands figures to `make drill`; nobody else asks for them."""
    file = os.environ.get("DATALAKE_DRILL_FIGURES")
    if file:
        with open(file, "a") as out:
            out.write(json.dumps({"drill": drill, **figures}) + "\n")
