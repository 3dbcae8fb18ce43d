"""Wrong imports are refused: the project's own settings of tsc and ESLint, on a small tree of wrong files."""

import json
import re
import shutil
import subprocess
from collections import defaultdict

import pytest
from checkout import ROOT

# What the wrong files import.
TREE = {
    "src/common/contract/did.ts": "export interface Did { scope: string }\n",
    "src/common/core/clock.ts": "export interface IClock { now(): number }\n",
    "src/alpha/contract.ts": "export interface Row { bytes: number }\n",
    "src/alpha/core/ports.ts": "export interface IPort { ask(): number }\n",
    "src/alpha/core/thing.ts": "export const thing = 1;\n",
    "src/alpha/server/routes.ts": "export const routes = 1;\n",
    "src/alpha/cli.ts": "export const commands = 1;\n",
    "src/alpha/browser/tokens.ts": "export const token = 1;\n",
    "src/alpha/browser/panel.ts": "export const panel = 1;\n",
    "src/adapters/one/client.ts": "export const client = 1;\n",
    "src/adapters/one/wire/row.ts": "export const row = 1;\n",
    "src/adapters/clock.ts": "export const clock = 1;\n",
    "src/adapters/two/client.ts": "export const client = 2;\n",
    "src/server/main.ts": "export const server = 1;\n",
    "src/cli/main.ts": "export const cli = 1;\n",
    "src/testing/hand-clock.ts": "export const hand = 1;\n",
    "src/index.ts": "export default [];\n",
}


def using(path: str, name: str = "x") -> str:
    return f"import {{ {name} }} from '{path}';\nexport const used = {name};\n"


# Name: file, content, the error of tsc.
REFUSED_BY_TSC = {
    "browser to the server": ("beta/browser/a.ts", using("../../server/main.js", "server"), "TS6307"),
    "browser to its own server": ("alpha/browser/b.ts", using("../server/routes.js", "routes"), "TS6307"),
    "browser to core": ("alpha/browser/c.ts", using("../core/thing.js", "thing"), "TS6307"),
    "browser to core, type only": (
        "alpha/browser/d.ts",
        "import type { IPort } from '../core/ports.js';\nexport type Used = IPort;\n",
        "TS6307",
    ),
    "browser to node:fs": ("alpha/browser/e.ts", using("node:fs", "readFileSync"), "TS2591"),
    "browser to process": ("alpha/browser/f.ts", "export const used = process.env.HOME;\n", "TS2591"),
    "browser to Buffer": ("alpha/browser/g.ts", "export const used = Buffer.from('');\n", "TS2591"),
    "core to document": ("alpha/core/h.ts", "export const used = document.title;\n", "TS2584"),
    "core to process": ("alpha/core/i.ts", "export const used = process.env.HOME;\n", "TS2591"),
    "core to node:fs": ("alpha/core/j.ts", using("node:fs", "readFileSync"), "TS2591"),
    "core to adapters": ("alpha/core/k.ts", using("../../adapters/one/client.js", "client"), "TS6307"),
    "contract to core": ("beta/contract.ts", using("../alpha/core/thing.js", "thing"), "TS6307"),
    "contract to the web": ("gamma/contract.ts", "export const used = new AbortController();\n", "TS2304"),
    "server to document": ("alpha/server/l.ts", "export const used = document.title;\n", "TS2584"),
    "server to browser": ("alpha/server/m.ts", using("../browser/panel.js", "panel"), "TS6307"),
    "a misspelt field, read": (
        "alpha/browser/n.ts",
        "import type { Row } from '../contract.js';\nexport const used = (row: Row) => row.byte;\n",
        "TS2551",
    ),
    "a misspelt field, answered": (
        "alpha/server/o.ts",
        "import type { Row } from '../contract.js';\nexport const used: Row = { byte: 1 };\n",
        "TS2561",
    ),
}

# Name: file, content.
REFUSED_BY_ESLINT = {
    "browser to the server": ("beta/browser/a.ts", using("../../server/main.js", "server")),
    "browser to node:fs": ("alpha/browser/e.ts", using("node:fs", "readFileSync")),
    "browser to hono": ("alpha/browser/p.ts", using("hono", "Hono")),
    "browser to another's browser": ("beta/browser/q.ts", using("../../alpha/browser/panel.js", "panel")),
    "browser, deeper, to another's browser": (
        "beta/browser/deep/r.ts",
        using("../../../alpha/browser/panel.js", "panel"),
    ),
    "core to adapters": ("alpha/core/k.ts", using("../../adapters/one/client.js", "client")),
    "core to another's core": ("beta/core/s.ts", using("../../alpha/core/thing.js", "thing")),
    "core to hono": ("alpha/core/t.ts", using("hono", "Hono")),
    "core to react": ("alpha/core/u.ts", using("react", "useState")),
    "core to self": ("alpha/core/v.ts", "export const used = self.name;\n"),
    "contract to core": ("beta/contract.ts", using("../alpha/core/thing.js", "thing")),
    "command to another's command": ("beta/cli.ts", using("../alpha/cli.js", "commands")),
    "server to another's server": ("beta/server/w.ts", using("../../alpha/server/routes.js", "routes")),
    "server to an adapter": ("beta/server/x.ts", using("../../adapters/one/client.js", "client")),
    "server to a composition root": ("beta/server/y.ts", using("../../server/main.js", "server")),
    "server to what only tests use": ("beta/server/z.ts", using("../../testing/hand-clock.js", "hand")),
    "adapter to a core": ("adapters/two/a.ts", using("../../alpha/core/thing.js", "thing")),
    "adapter to a slice's server": ("adapters/two/b.ts", using("../../alpha/server/routes.js", "routes")),
    "adapter to a composition root": ("adapters/two/c.ts", using("../../server/main.js", "server")),
    "adapter to another adapter": ("adapters/two/d.ts", using("../one/client.js", "client")),
    "adapter, deeper, to another": ("adapters/two/wire/e.ts", using("../../one/client.js", "client")),
    "adapter of one file to another": ("adapters/other.ts", using("./one/client.js", "client")),
    "adapter to an adapter of one file": ("adapters/two/f.ts", using("../clock.js", "clock")),
    "a file in no project": ("elsewhere/g.ts", "export const used = 1;\n"),
}

ALLOWED = {
    "another's tokens": ("beta/browser/ok-a.ts", using("../../alpha/browser/tokens.js", "token")),
    "another's contract": (
        "beta/server/ok-b.ts",
        "import type { Row } from '../../alpha/contract.js';\nexport type Used = Row;\n",
    ),
    "common": (
        "beta/core/ok-c.ts",
        "import type { IClock } from '../../common/core/clock.js';\nexport type Used = IClock;\n",
    ),
    "its own core": ("alpha/server/ok-d.ts", using("../core/thing.js", "thing")),
    "an adapter's port": (
        "adapters/two/ok-e.ts",
        "import type { IPort } from '../../alpha/core/ports.js';\nexport type Used = IPort;\n",
    ),
    "an adapter's own parts": ("adapters/one/ok-f.ts", using("./wire/row.js", "row")),
    "an adapter's own parts, from below": ("adapters/one/wire/ok-g.ts", using("../client.js", "client")),
    "a composition root to all": ("server/ok-h.ts", using("../adapters/one/client.js", "client")),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    target = tmp_path_factory.mktemp("boundaries")
    for name in ("package.json", "eslint.config.mjs", "tsconfig.json"):
        shutil.copy(ROOT / name, target / name)
    shutil.copytree(ROOT / "tsconfig", target / "tsconfig")
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    contents = {
        f"src/{case[0]}": case[1] for cases in (REFUSED_BY_TSC, REFUSED_BY_ESLINT, ALLOWED) for case in cases.values()
    }
    for name, content in {**TREE, **contents}.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(content)
    return target


@pytest.fixture(scope="module")
def tsc(tree):
    """The errors of tsc by file."""
    projects = [f"tsconfig/{name}.json" for name in ("contract", "core", "server", "browser")]
    done = subprocess.run(
        [ROOT / ".venv/bin/node", "node_modules/typescript/bin/tsc", "-b", *projects, "--pretty", "false"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = defaultdict(set)
    for name, code in re.findall(r"^src/(\S+?)\(\d+,\d+\): error (TS\d+)", done.stdout, re.MULTILINE):
        errors[name].add(code)
    assert errors, done.stdout + done.stderr
    return errors


@pytest.fixture(scope="module")
def eslint(tree):
    """The errors of ESLint by file: the rule, or the parser's message."""
    done = subprocess.run(
        [ROOT / ".venv/bin/node", "node_modules/eslint/bin/eslint.js", "--format", "json", "src"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        entry["filePath"].removeprefix(f"{tree}/src/"): {m["ruleId"] or m["message"] for m in entry["messages"]}
        for entry in json.loads(done.stdout)
    }


@pytest.mark.parametrize("case", REFUSED_BY_TSC)
def test_tsc_refuses(tsc, case):
    name, _, code = REFUSED_BY_TSC[case]
    assert code in tsc[name]


@pytest.mark.parametrize("case", REFUSED_BY_ESLINT)
def test_eslint_refuses(eslint, case):
    name, _ = REFUSED_BY_ESLINT[case]
    refusals = {"no-restricted-imports", "no-restricted-globals"}
    assert any(rule in refusals or "not found by the project service" in rule for rule in eslint[name])


@pytest.mark.parametrize("case", ALLOWED)
def test_both_allow(tsc, eslint, case):
    name, _ = ALLOWED[case]
    assert name not in tsc
    assert eslint[name] == set()
