"""What `c.DataLake` comes to, and what is said of a mistake in it."""

import json
import os
import stat
import subprocess
import sys

import pytest
from traitlets.config import Config

from jupyterlab_datalake import configuration, rucio_cfg
from jupyterlab_datalake.effective import effective
from jupyterlab_datalake.extension import DataLake


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No Rucio anywhere, and folders of our own."""
    for name in ("RUCIO_CONFIG", "RUCIO_HOME", "VIRTUAL_ENV", "JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "config").mkdir()


def come_to(**options):
    return effective(DataLake(config=Config(DataLake=options)))


def instance(**options):
    [found] = come_to(rucio_url="https://rucio.example", **options)["instances"]
    return found


def problems(**options):
    options.setdefault("rucio_url", "https://rucio.example")
    return {problem["name"]: problem["message"] for problem in come_to(**options)["problems"]}


SCRATCH = {"path": "/scratch", "rse": "S", "pfnPrefix": "root://host:1094//lake/scratch"}


def test_a_scratch_folder_is_where_links_lead_to(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    [folder] = instance(scratch=[{**SCRATCH, "path": str(tmp_path / "link")}])["uploads"]["scratch"]
    assert folder == {
        "path": str(tmp_path / "real"),
        "rse": "S",
        "pfnPrefix": "root://host:1094//lake/scratch/",
        "deleteAfterDays": 2,
    }


def test_defaults():
    config = come_to(rucio_url="https://rucio.example:8443")
    assert config["problems"] == []
    assert config["instances"] == [
        {
            "name": "default",
            "displayName": "",
            "rucioCfg": "",
            "rucioUrl": "https://rucio.example:8443",
            "authUrl": "",
            "caCert": "",
            "account": "",
            "authType": "",
            "username": "",
            "passwordFile": "",
            "oidcTokenFile": "",
            "oidcTokenEnv": "",
            "clientCert": "",
            "clientKey": "",
            "clientX509Proxy": "",
            "mounts": [],
            "rseExpressions": [],
            "ruleLifetimeDays": {"default": 7, "min": None, "max": None},
            "tokens": None,
            "uploads": {
                "scope": "",
                "rseExpression": "",
                "lifetimeDays": None,
                "atOnce": 8,
                "bytesPerSecond": None,
                "md5": False,
                "provenance": ["client", "host", "notebook", "kernel", "inputs"],
                "storageHosts": [],
                "cleansScratch": False,
                "scratch": [],
            },
        }
    ]
    assert config["logLevel"] == "info"
    assert config["requestDeadlineSeconds"] == 30
    assert os.path.isabs(config["stateDir"])


def test_every_option_has_a_help_text_and_is_in_the_help():
    text = DataLake.class_get_help()
    for name, trait in DataLake.class_own_traits(config=True).items():
        assert len(trait.help) > 20, name
        assert f"--DataLake.{name}=" in text


@pytest.mark.parametrize(
    ("options", "name", "words"),
    [
        ({"rucio_urll": "x"}, "rucio_urll", "Did you mean rucio_url?"),
        ({"nonsense_that_is_like_nothing": 1}, "nonsense_that_is_like_nothing", "no such option"),
        ({"rule_lifetime_days": "a week"}, "rule_lifetime_days", "float"),
        ({"mounts": "/eos"}, "mounts", "list"),
        ({"mounts": ["/eos"]}, "mounts", "dict"),
        ({"mounts": [{"path": "/eos"}]}, "mounts[0]", "'rse'"),
        ({"mounts": [{"rse": "A"}]}, "mounts[0]", "'path'"),
        ({"mounts": [{"rse": "A", "path": "eos"}]}, "mounts[0]", "relative"),
        ({"mounts": [{"rse": "A", "path": "/a"}, {"rse": "A", "path": "/b"}]}, "mounts[1]", "twice"),
        ({"mounts": [{"rse": "A", "path": "/a", "prefix": ""}]}, "mounts[0]", "'prefix'"),
        ({"mounts": [{"rse": "A", "path": "/a", "pfnPrefix": 1}]}, "mounts[0]", "text"),
        ({"mounts": [{"rse": "A", "path": "/a", "path_begins_at": -1}]}, "mounts[0]", "whole number"),
        ({"scratch": [{**SCRATCH, "days": 1}]}, "scratch[0]", "'days'"),
        ({"scratch": [SCRATCH, {"path": "/s"}]}, "scratch[1]", "'rse'"),
        ({"scratch": [{**SCRATCH, "path": "s"}]}, "scratch[0]", "relative"),
        ({"scratch": [{**SCRATCH, "pfnPrefix": "/s"}]}, "scratch[0]", "root://"),
        ({"scratch": [{**SCRATCH, "deleteAfterDays": 0}]}, "scratch[0]", "greater than zero"),
        ({"upload_bandwidth": 0}, "upload_bandwidth", "greater than zero"),
        ({"upload_lifetime_days": float("inf")}, "upload_lifetime_days", "greater than zero"),
        ({"upload_provenance": ["kernels"]}, "upload_provenance", "kernels"),
        ({"rule_lifetime_days_min": 9, "rule_lifetime_days_max": 3}, "rule_lifetime_days_min", "longer"),
        ({"rule_lifetime_days": 9, "rule_lifetime_days_max": 3}, "rule_lifetime_days", "out of the bounds"),
        ({"rule_lifetime_days": 0}, "rule_lifetime_days", "greater than zero"),
        ({"rule_lifetime_days_max": float("nan")}, "rule_lifetime_days_max", "greater than zero"),
        ({"request_deadline_seconds": -1.0}, "request_deadline_seconds", "greater than zero"),
        ({"password_file": "/nowhere/password"}, "password_file", "no file /nowhere/password"),
        ({"oidc_token_file": "token"}, "oidc_token_file", "relative"),
        ({"client_cert": "/nowhere/usercert.pem"}, "client_cert", "no file"),
        ({"client_key": "userkey.pem"}, "client_key", "relative"),
        ({"client_x509_proxy": "proxy"}, "client_x509_proxy", "relative"),
        ({"ca_cert": "/nowhere/ca.pem"}, "ca_cert", "no file"),
        ({"rucio_cfg": "/nowhere/rucio.cfg"}, "rucio_cfg", "no file"),
        ({"oidc_token_env": "NOT_SET_ANYWHERE"}, "oidc_token_env", "NOT_SET_ANYWHERE"),
        ({"rucio_url": "rucio.example"}, "rucio_url", "http"),
        ({"rucio_url": "https://rucio.example:99999"}, "rucio_url", "http"),
        ({"auth_url": "https://alice:secret@rucio.example"}, "auth_url", "must not hold"),
        ({"auth_type": "kerberos"}, "auth_type", "userpass"),
        ({"instance_name": "a/b"}, "instance_name", "letters"),
        ({"state_dir": "state"}, "state_dir", "relative"),
        ({"rucio_url": ""}, "rucio_url", "No Rucio is configured"),
    ],
)
def test_a_mistake_is_told_by_name(options, name, words):
    found = problems(**options)
    assert list(found) == [f"c.DataLake.{name}"]
    assert words in found[f"c.DataLake.{name}"]
    assert "secret" not in json.dumps(found)


def test_a_proxy_need_not_be_there_yet():
    assert problems(auth_type="x509_proxy", client_x509_proxy="/nowhere/proxy") == {}
    assert instance(client_x509_proxy="/nowhere/proxy")["clientX509Proxy"] == "/nowhere/proxy"


def test_a_mistake_does_no_harm_to_the_rest():
    found = instance(rule_lifetime_days="x", mounts=[{"rse": "A"}, {"rse": "B", "path": "/b"}], account="alice")
    assert found["ruleLifetimeDays"]["default"] == 7
    assert found["mounts"] == [{"rse": "B", "path": "/b", "pfnPrefix": ""}]
    assert found["account"] == "alice"


def test_a_right_value_mends_a_wrong_one():
    extension = DataLake(config=Config(DataLake={"rucio_url": "https://rucio.example", "rule_lifetime_days": "x"}))
    extension.update_config(Config(DataLake={"rule_lifetime_days": 3}))
    config = effective(extension)
    assert config["problems"] == []
    assert config["instances"][0]["ruleLifetimeDays"]["default"] == 3


def test_mounts_in_the_words_of_rucio_jupyterlab():
    mount = {"destination_rse": "EOS", "rse_mount_path": "/eos", "path_begins_at": 4}
    assert instance(mounts=[mount])["mounts"] == [{"rse": "EOS", "path": "/eos", "pfnPrefix": "", "pathBeginsAt": 4}]


def test_a_lifetime_out_of_bounds_is_put_into_them():
    found = instance(rule_lifetime_days=1, rule_lifetime_days_min=2, rule_lifetime_days_max=3)
    assert found["ruleLifetimeDays"] == {"default": 2, "min": 2, "max": 3}


@pytest.mark.parametrize(
    ("level", "word"), [("DEBUG", "debug"), (0, "debug"), (30, "warning"), ("WARN", "warning"), ("CRITICAL", "error")]
)
def test_levels_in_nodes_words(level, word):
    assert come_to(log_level=level)["logLevel"] == word


class TestRucioCfg:
    def test_is_looked_for_where_rucios_clients_look(self):
        assert rucio_cfg.candidates({"RUCIO_HOME": "/r", "VIRTUAL_ENV": "/v"}) == [
            "/r/etc/rucio.cfg",
            "/v/etc/rucio.cfg",
            "/opt/rucio/etc/rucio.cfg",
        ]
        assert rucio_cfg.candidates({"RUCIO_CONFIG": "/x.cfg", "RUCIO_HOME": "/r"}) == ["/x.cfg"]

    def test_alone_is_enough(self, tmp_path, monkeypatch):
        (tmp_path / "etc").mkdir()
        (tmp_path / "etc" / "rucio.cfg").touch()
        monkeypatch.setenv("RUCIO_HOME", str(tmp_path))
        config = come_to()
        assert config["problems"] == []
        assert config["instances"][0]["rucioCfg"] == f"{tmp_path}/etc/rucio.cfg"


class TestDocument:
    def test_is_private_and_says_where_each_value_is_from(self, tmp_path):
        (tmp_path / "config" / "jupyter_server_config.py").write_text("c.DataLake.rucio_url = 'https://a.example'\n")
        (tmp_path / "config" / "jupyter_lab_config.json").write_text('{"DataLake": {"account": "alice"}}')
        document = configuration.of_files()
        configuration.write(document)
        path = configuration.config_path()
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
        with open(path, encoding="utf-8") as file:
            written = json.load(file)
        assert written == document
        assert written["config"]["instances"][0]["rucioUrl"] == "https://a.example"
        assert written["sources"]["rucio_url"] == str(tmp_path / "config" / "jupyter_server_config.py")
        assert written["sources"]["account"] == str(tmp_path / "config" / "jupyter_lab_config.json")
        assert written["sources"]["auth_url"] == "default"
        files = written["inputs"]["files"]
        assert files[str(tmp_path / "config" / "jupyter_server_config.py")]["bytes"] > 0
        assert files[str(tmp_path / "config" / "jupyter_server_config.json")] is None
        assert files["/opt/rucio/etc/rucio.cfg"] is None
        assert written["inputs"]["environment"]["RUCIO_HOME"] is None
        assert len(written["inputs"]["environment"]["HOME"]) == 64
        assert written["inputs"]["process"] is None

    def test_holds_no_secret(self, tmp_path, monkeypatch):
        (tmp_path / "password").write_text("hunter2")
        monkeypatch.setenv("MY_TOKEN", "hunter2")
        (tmp_path / "config" / "jupyter_server_config.py").write_text(
            f"c.DataLake.password_file = '{tmp_path}/password'\nc.DataLake.oidc_token_env = 'MY_TOKEN'\n"
        )
        text = json.dumps(configuration.of_files())
        assert "hunter2" not in text
        assert f"{tmp_path}/password" in text

    def test_does_not_read_the_working_folder(self, tmp_path, monkeypatch):
        (tmp_path / "jupyter_server_config.py").write_text("c.DataLake.account = 'mallory'\n")
        monkeypatch.chdir(tmp_path)
        assert configuration.of_files()["config"]["instances"][0]["account"] == ""

    def test_is_what_the_command_prints_and_keeps(self, tmp_path):
        (tmp_path / "config" / "jupyter_server_config.py").write_text("c.DataLake.account = 'alice'\n")
        printed = subprocess.run(
            [sys.executable, "-m", "jupyterlab_datalake.configuration"], check=True, capture_output=True, text=True
        )
        document = json.loads(printed.stdout)
        assert document["config"]["instances"][0]["account"] == "alice"
        with open(configuration.config_path(), encoding="utf-8") as file:
            assert json.load(file) == document


class TestOfServer:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        return {**jp_server_config, "DataLake": {"account": "alice", "accnt": "x"}}

    def test_is_written_when_the_server_starts(self, lake):
        with open(configuration.config_path(), encoding="utf-8") as file:
            document = json.load(file)
        assert document["config"]["instances"][0]["account"] == "alice"
        assert document["sources"]["account"] == "command line"
        assert document["inputs"]["process"]["pid"] == os.getpid()

    async def test_problems_reach_node(self, ask):
        told = (await ask("self")).json["hello"]["config"]["problems"]
        assert {"name": "c.DataLake.accnt", "message": "There is no such option. Did you mean account?"} in told
