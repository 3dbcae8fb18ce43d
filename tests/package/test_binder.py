"""Binder's scripts, on a fresh copy of the checkout and with nothing but the system's tools."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from checkout import copy_checkout
from jupyter_process import JupyterProcess

# What says how packages are reached; everything else of our environment stays out.
REACH = ("HOME", "LANG", "PIP_", "npm_config_", "SSL_CERT_", "NODE_EXTRA_CA_CERTS", "http", "no_proxy", "NO_PROXY")
# Neighbouring ports that the lake takes from its base on.
PORTS = 10


def free_ports() -> int:
    """The first of some neighbouring ports that nobody listens on."""
    for base in range(24100, 24900, PORTS):
        try:
            for port in range(base, base + PORTS):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise AssertionError("there are no free ports")


@pytest.fixture(scope="module")
def clean_environment(no_node):
    kept = {name: value for name, value in os.environ.items() if name.lower().startswith(tuple(map(str.lower, REACH)))}
    return {**kept, "PATH": no_node, "LAB_PORT_BASE": str(free_ports())}


@pytest.fixture(scope="module")
def image(clean_environment):
    """The checkout after postBuild. Its folder can be passed by the user that PostgreSQL runs as."""
    with tempfile.TemporaryDirectory(prefix="datalake-binder-", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        copy = copy_checkout(Path(folder) / "checkout")
        subprocess.run(["binder/postBuild"], cwd=copy, env=clean_environment, check=True)
        yield copy
        node = copy / ".venv" / "bin" / "node"
        if node.exists():
            subprocess.run([node, "lab/main.ts", "down", "--purge"], cwd=copy, env=clean_environment, check=False)
        shutil.rmtree(copy / ".lab", ignore_errors=True)


def test_post_build_leaves_a_lake_that_is_stopped(image, clean_environment):
    status = [image / ".venv/bin/node", "lab/main.ts", "status"]
    assert subprocess.run(status, cwd=image, env=clean_environment, check=False).returncode == 3


def test_start_brings_jupyterlab_with_the_lake(image, clean_environment, tmp_path):
    command = (str(image / "binder" / "start"), "python3", "-m", "jupyterlab")
    with JupyterProcess(tmp_path, config="", command=command, environment=clean_environment) as jupyter:
        [sign_in] = jupyter.ask("session")["signIns"]
        assert jupyter.end() == 0
    assert (sign_in["account"], sign_in["signedIn"], sign_in["problem"]) == ("alice", True, None)
