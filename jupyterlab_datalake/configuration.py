"""The one reader of the configuration `c.DataLake.*`.

The bridge writes what it came to, without secrets, to `config.json` in the folder `jupyterlab-datalake` of
Jupyter's runtime folder, readable by its owner alone. The `datalake` command uses that file while nothing
that went into it has changed, and otherwise runs `python -m jupyterlab_datalake.configuration`, which prints
the same document and writes it there. The document:

    {
      "format": 1,
      "config": {...},                   as Node gets it, see effective.py
      "sources": {"rucio_url": "/etc/jupyter/jupyter_server_config.py", "account": "default", ...},
      "inputs": {
        "pythonFolder": "/opt/venv/bin",
        "files": {"/path": {"mtimeNs": "1700000000000000000", "bytes": 12, "inode": 34}, "/absent": null},
        "environment": {"RUCIO_HOME": SHA-256 of its value, "RUCIO_CONFIG": null},
        "process": {"pid": 12, "started": "3456"} or null
      }
    }

A source is a path, "command line" or "default". `process` is there if a server's command line counts: the
document is that server's, and holds for as long as it lives.
"""

import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_core.application import JupyterApp
from jupyter_core.paths import jupyter_config_path, jupyter_runtime_dir
from traitlets.config import Config

from . import rucio_cfg
from .effective import effective
from .mistakes import SECTION
from .private_folder import replace_private
from .process_identity import started_at

FORMAT = 1
# In the order in which Jupyter lets them win: the last one does.
CONFIG_FILES = (
    "jupyter_jupyterlab_datalake_config",
    "jupyter_config",
    "jupyter_lab_config",
    "jupyter_server_config",
)
_VARIABLES = (
    "CONDA_PREFIX",
    "HOME",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_DATA_DIR",
    "JUPYTER_NO_CONFIG",
    "JUPYTER_PLATFORM_DIRS",
    "JUPYTER_PREFER_ENV_PATH",
    "JUPYTER_RUNTIME_DIR",
    "RUCIO_CONFIG",
    "RUCIO_HOME",
    "VIRTUAL_ENV",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)
_COMMAND_LINE = "command line"


def config_path() -> str:
    """Where the document is."""
    return os.path.join(jupyter_runtime_dir(), "jupyterlab-datalake", "config.json")


def of_server(extension: Any, config: dict[str, Any]) -> dict[str, Any]:
    """The document of this server, whose effective configuration is `config`."""
    loaded = [*extension._loaded_config_files, *extension.serverapp._loaded_config_files]
    chosen = extension.config[SECTION] if extension.config._has_section(SECTION) else {}
    sources = {
        name: _server_source(name, loaded) if name in chosen else "default"
        for name in extension.class_own_traits(config=True)
    }
    process = None
    if _COMMAND_LINE in sources.values():
        process = {"pid": os.getpid(), "started": started_at(os.getpid())}
    return _document(extension, config, sources, {*loaded, *_candidates()}, process)


def of_files() -> dict[str, Any]:
    """The document without a server: what one that is started now, in this environment, would read.

    Unlike a server it does not look into the working folder, where anybody may have put a file.
    """
    from .extension import DataLake

    merged = Config()
    origin: dict[str, str] = {}
    log = logging.getLogger(__name__)
    for name in CONFIG_FILES:
        for config, path in JupyterApp._load_config_files(name, path=jupyter_config_path(), log=log):
            merged.merge(config)
            if config._has_section(SECTION):
                origin.update(dict.fromkeys(config[SECTION], path))
    extension = DataLake(config=merged)
    sources = {name: origin.get(name, "default") for name in extension.class_own_traits(config=True)}
    return _document(extension, effective(extension), sources, _candidates(), None)


def write(document: Mapping[str, Any]) -> None:
    """Replaces the file at once, readable by its owner alone from the first byte."""
    path = config_path()
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    replace_private(path, json.dumps(document, indent=1))


def _document(
    extension: Any,
    config: dict[str, Any],
    sources: dict[str, str],
    files: Iterable[str],
    process: dict[str, Any] | None,
) -> dict[str, Any]:
    looked_at = {*files, *rucio_cfg.candidates(os.environ)}
    named = {
        *(extension.rucio_cfg, extension.password_file, extension.ca_cert),
        *(extension.client_cert, extension.client_key),
    } - {""}
    looked_at.update(os.path.expanduser(path) for path in named)
    inputs = {
        "pythonFolder": os.path.dirname(sys.executable),
        "files": {path: _stamp(path) for path in sorted(looked_at)},
        "environment": {name: _digest(os.environ.get(name)) for name in _VARIABLES},
        "process": process,
    }
    return {"format": FORMAT, "config": config, "sources": sources, "inputs": inputs}


def _candidates() -> set[str]:
    return {
        os.path.join(folder, name + ending)
        for folder in jupyter_config_path()
        for name in CONFIG_FILES
        for ending in (".py", ".json")
    }


def _server_source(name: str, loaded: list[str]) -> str:
    """The last file that mentions the option. Running the files again to be sure could do harm."""
    for path in reversed(loaded):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            continue
        if SECTION in text and name in text:
            return path
    return _COMMAND_LINE


def _stamp(path: str) -> dict[str, Any] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return {"mtimeNs": str(found.st_mtime_ns), "bytes": found.st_size, "inode": found.st_ino}


def _digest(value: str | None) -> str | None:
    return None if value is None else hashlib.sha256(os.fsencode(value)).hexdigest()


def main() -> None:
    """Prints the document, and leaves it for the next command."""
    document = of_files()
    try:
        write(document)
    except OSError as error:
        print(f"cannot keep the configuration: {error}", file=sys.stderr)
    json.dump(document, sys.stdout)


if __name__ == "__main__":
    main()
