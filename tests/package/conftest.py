"""One build for all tests: the sdist from a copy of the checkout, the wheel from the sdist, and a venv with it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import copy_checkout, share_packages, tools_without_node


@dataclass
class Built:
    """What the build left."""

    sdist: Path
    wheel: Path


@dataclass
class Installed:
    """A clean environment with the wheel and JupyterLab, used with a PATH that has no Node."""

    scripts: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """Runs a command of the environment; its output and its errors together."""
        done = subprocess.run(
            [str(self.scripts / command[0]), *command[1:]],
            env=self.environment,
            cwd=self.environment["HOME"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def no_node(tmp_path_factory) -> str:
    """A PATH without Node."""
    path = tools_without_node(tmp_path_factory.mktemp("path") / "bin")
    which = subprocess.run(["/bin/sh", "-c", "command -v node"], env={"PATH": path}, check=False)
    assert which.returncode != 0
    return path


@pytest.fixture(scope="session")
def built(tmp_path_factory, no_node) -> Built:
    """`python -m build` where there is no Node: the build brings its own."""
    copy = copy_checkout(tmp_path_factory.mktemp("checkout"))
    share_packages(copy)
    environment = {**os.environ, "PATH": no_node}
    subprocess.run([sys.executable, "-m", "build"], cwd=copy, env=environment, check=True)
    [sdist] = (copy / "dist").glob("*.tar.gz")
    [wheel] = (copy / "dist").glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="session")
def installed(tmp_path_factory, built, no_node) -> Installed:
    """The wheel in a venv of its own."""
    home = tmp_path_factory.mktemp("home")
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(built.wheel), "jupyterlab>=4.6,<5"], check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "RUCIO", "VIRTUAL"))}
    return Installed(venv / "bin", {**kept, "PATH": f"{venv / 'bin'}{os.pathsep}{no_node}", "HOME": str(home)})
