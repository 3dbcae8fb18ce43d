"""A Jupyter server as an administrator starts it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from jupyter_process import STAND_IN, JupyterProcess, until

from jupyterlab_datalake.extension import DataLake

MISTAKES = """
c.DataLake.rucio_urll = "x"
c.DataLake.rule_lifetime_days = "a week"
c.DataLake.mounts = [{"rse": "A", "path": "relative"}]
"""


def test_mistakes_are_logged_by_name_and_jupyter_runs(tmp_path):
    command = (sys.executable, "-m", "jupyter_server", "--DataLake.account=alice")
    with JupyterProcess(tmp_path, STAND_IN, MISTAKES, command) as jupyter:
        config = jupyter.ask("self")["hello"]["config"]
        for name in ("rucio_urll", "rule_lifetime_days", "mounts[0]"):
            assert f"c.DataLake.{name}: " in jupyter.log
            assert f"c.DataLake.{name}" in [problem["name"] for problem in config["problems"]]
        assert config["instances"][0]["account"] == "alice"
        assert "Traceback" not in jupyter.log
        document = (jupyter.runtime / "jupyterlab-datalake" / "config.json").read_text()
        assert '"account": "command line"' in document


def test_node_starts_with_the_server_if_asked(tmp_path):
    with JupyterProcess(tmp_path, STAND_IN, "c.DataLake.start_with_server = True\n") as jupyter:
        until(lambda: "the data lake server listens" in jupyter.log)


def test_node_waits_for_the_first_request_otherwise(tmp_path):
    with JupyterProcess(tmp_path, STAND_IN) as jupyter:
        assert "the data lake server listens" not in jupyter.log
        jupyter.ask("echo")
        until(lambda: "the data lake server listens" in jupyter.log)


@pytest.mark.parametrize(
    ("state", "ended", "starts"),
    [("running", None, True), ("paused", None, False), ("done", 1, False)],
)
def test_node_starts_with_the_server_where_an_upload_was_left_in_the_middle(tmp_path, state, ended, starts):
    with closing(sqlite3.connect(tmp_path / "uploads.sqlite")) as database, database:
        database.execute("CREATE TABLE job (state TEXT, endedAt INTEGER)")
        database.execute("INSERT INTO job VALUES (?, ?)", (state, ended))
    with JupyterProcess(tmp_path, STAND_IN, f"c.DataLake.state_dir = {str(tmp_path)!r}\n") as jupyter:
        if starts:
            until(lambda: "the data lake server listens" in jupyter.log)
        else:
            assert "the data lake server listens" not in jupyter.log


def test_secrets_of_the_environment_do_not_reach_node(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("MY_TOKEN", "wanted")
    with JupyterProcess(tmp_path, STAND_IN, "c.DataLake.oidc_token_env = 'MY_TOKEN'\n") as jupyter:
        seen = jupyter.ask("self")["env"]
        assert "hunter2" not in seen.values()
        assert seen["MY_TOKEN"] == "wanted"
        assert "PATH" in seen


def test_the_command_finds_its_bundle():
    version = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "datalake"), "--version"],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/nowhere"},
    )
    assert version.stdout.strip()


@pytest.mark.parametrize("application", ["jupyter_server.serverapp", "jupyterlab.labapp"])
def test_the_help_shows_the_options(application, tmp_path):
    program = f"import jupyterlab_datalake.help_all, {application} as application; application.main()"
    shown = subprocess.run(
        [sys.executable, "-c", program, "--help-all"], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    for name in DataLake.class_own_traits(config=True):
        assert f"--DataLake.{name}=" in shown.stdout
