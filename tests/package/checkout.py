"""A copy of the checkout as it is now, in which a test may build and break things."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_checkout(target: Path) -> Path:
    """Copies what git would commit now. Packages are shared, and cost no space."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        # One that was deleted and not yet committed is still listed.
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


def share_packages(target: Path) -> None:
    """Hard links of node_modules: npm may add and remove there without touching ours."""
    subprocess.run(["cp", "-al", str(ROOT / "node_modules"), str(target / "node_modules")], check=True)
    # npm writes into this one in place.
    record = target / "node_modules" / ".package-lock.json"
    content = record.read_bytes()
    record.unlink()
    record.write_bytes(content)


def tools_without_node(target: Path) -> str:
    """A PATH with all that the system has but Node."""
    target.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        if not os.path.isdir(folder) or Path(folder) == ROOT / ".venv" / "bin":
            continue
        for tool in os.scandir(folder):
            link = target / tool.name
            if tool.name not in ("node", "nodejs", "npm", "npx", "corepack", "jupyter") and not link.exists():
                try:
                    link.symlink_to(tool.path)
                except FileExistsError:
                    continue
    return str(target)
