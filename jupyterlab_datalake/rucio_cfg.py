"""Where Rucio's own clients look for their configuration. Its content is read by Node alone."""

import os
from collections.abc import Mapping


def candidates(environ: Mapping[str, str]) -> list[str]:
    """The paths at which Rucio's clients look for rucio.cfg, in their order."""
    if environ.get("RUCIO_CONFIG"):
        return [environ["RUCIO_CONFIG"]]
    homes = [environ[name] for name in ("RUCIO_HOME", "VIRTUAL_ENV", "CONDA_PREFIX") if environ.get(name)]
    return [os.path.join(home, "etc", "rucio.cfg") for home in (*homes, "/opt/rucio")]


def find(environ: Mapping[str, str]) -> str:
    """The rucio.cfg that Rucio's clients would use, or ''."""
    return next((path for path in candidates(environ) if os.path.isfile(path)), "")
