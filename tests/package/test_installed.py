"""The wheel in a clean environment on a machine that has only Python."""

import re

from jupyter_process import JupyterProcess, until


def test_the_command_runs(installed):
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", installed.run("datalake", "--version"))


def test_the_command_explains_itself_and_what_is_not_configured(installed):
    assert "Usage: datalake" in installed.run("datalake", "--help")


def test_the_configuration_can_be_read(installed):
    assert '"format": 1' in installed.run("python", "-m", "jupyterlab_datalake.configuration")


def test_the_server_extension_is_well(installed):
    listed = installed.run("jupyter", "server", "extension", "list")
    assert re.search(r"jupyterlab_datalake.*enabled", listed)
    assert re.search(r"jupyterlab_datalake \d\S+ .*OK", listed)


def test_the_lab_extension_is_well(installed):
    listed = installed.run("jupyter", "labextension", "list")
    assert re.search(r"jupyterlab-datalake v\S+ .*enabled.*OK", listed)


def test_the_help_shows_the_options(installed):
    assert "--DataLake.rucio_url=" in installed.run("jupyter", "server", "--help-all")
    assert "--DataLake.rucio_url=" in installed.run("jupyter", "lab", "--help-all")


def test_node_answers_behind_jupyter(installed, tmp_path):
    command = (str(installed.scripts / "python"), "-m", "jupyter_server")
    with JupyterProcess(tmp_path, command=command, environment=installed.environment) as jupyter:
        answer = jupyter.ask("session")
        assert answer["signIns"][0]["rucioUrl"] == "https://rucio.example"
        assert answer["signIns"][0]["signedIn"] is False
        until(lambda: "the data lake server listens" in jupyter.log)
