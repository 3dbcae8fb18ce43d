"""A stand-in for the data lake server: writes state files, and makes the code that it would send."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

KERNEL = Path(__file__).parents[2] / "jupyterlab_datalake" / "kernel"
# As in src/adapters/state/kernel-source.ts.
MODULES = ("state", "sentences", "values", "registry", "pending", "inject")


@dataclass
class Lake:
    """Files and states of DIDs below one folder."""

    folder: Path
    clock: int = 0
    types: dict = field(default_factory=dict)

    def file(self, did: str, content: bytes = b"data") -> Path:
        path = self.folder / "mount" / did.replace(":", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def state_file(self, did: str) -> str:
        return str(self.folder / (hashlib.sha256(did.encode()).hexdigest() + ".json"))

    def put(self, did, state, *, kind="DATASET", files=(), expected=None, **more):
        """Says where a DID stands; `files` are the DIDs of its files that are here."""
        self.clock += 1
        self.types[did] = kind
        total = len(files) if expected is None else expected
        list_file = self.state_file(did).replace(".json", ".ndjson")
        lines = [[str(self.file(f)), f"root://se/{f}", f, 4, "0446019b", True] for f in files]
        lines += [[None, None, f"{did}.{n}", 4, None, False] for n in range(total - len(files))]
        self._replace(list_file, "".join(json.dumps(line) + "\n" for line in lines))
        content = {
            "version": 1,
            "did": did,
            "type": kind,
            "state": state,
            "ready": state == "AVAILABLE",
            "percent": 100 * len(files) // total if total else 0,
            "reason": None,
            "problem": None,
            "filesTotal": total,
            "filesAvailable": len(files),
            "bytesTotal": 4 * total,
            "etaSeconds": None,
            "filesFile": list_file,
            "filesStamp": str(lines),
            "writtenAt": str(self.clock),
            **more,
        }
        self._replace(self.state_file(did), json.dumps(content))

    def _replace(self, path, text):
        temporary = f"{path}.tmp"
        Path(temporary).write_text(text, encoding="utf-8")
        os.replace(temporary, path)

    def request(self, **variables: str) -> dict:
        modules = [[name, (KERNEL / f"{name}.py").read_text("utf-8")] for name in MODULES]
        return {
            "digest": hashlib.sha256(json.dumps(modules).encode()).hexdigest(),
            "modules": modules,
            "variables": [
                {
                    "variableName": name,
                    "did": did,
                    "type": self.types.get(did, "DATASET"),
                    "stateFile": self.state_file(did),
                }
                for name, did in variables.items()
            ],
        }

    def code(self, **variables: str) -> str:
        """One expression, as src/cart/core/python-injector.ts makes it."""
        builtins = '__import__("builtins")'
        start = (KERNEL / "start.py").read_text("utf-8")
        request = json.dumps(self.request(**variables))
        return (
            f'{builtins}.exec({builtins}.compile({start!r}, "start", "exec"), '
            f'{{"namespace": {builtins}.globals(), '
            f'"request": __import__("json").loads({request!r})}})'
        )


REPORT = '__import__("sys").modules["_jupyterlab_datalake"].inject.report()'
