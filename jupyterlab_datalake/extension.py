"""The Jupyter server extension: its options, and what it adds to the server."""

import logging
import os
import shutil
import sys
from typing import Any

from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.extension.application import ExtensionApp
from prometheus_client import REGISTRY
from traitlets import Bool, Dict, Enum, Float, Integer, List, Unicode
from traitlets.config import Config

from . import configuration, mistakes, node_runtime
from .effective import effective
from .event_hub import EventHub
from .events import EventsHandler
from .figures import Figures
from .health import HealthHandler
from .node_client import NodeClient
from .node_environment import node_environment
from .private_folder import PrivateFolder
from .proxy import API, ProxyHandler
from .sidecar import Sidecar
from .transfers import Transfers


class DataLake(ExtensionApp):
    """A Rucio data lake in JupyterLab.

    An existing rucio.cfg is enough to sign in with; what is set here wins over it.
    """

    name = "jupyterlab_datalake"
    extension_url = "/lab"
    load_other_extensions = True

    instance_name = Unicode(
        "default", help="Short name of this instance of Rucio: letters, digits, dots, hyphens, underscores."
    ).tag(config=True)
    display_name = Unicode("", help="Name of this instance of Rucio for people. Default: its short name.").tag(
        config=True
    )
    rucio_cfg = Unicode(
        "",
        help="Path of the rucio.cfg to use. Default: where Rucio's own clients look, which is $RUCIO_CONFIG,"
        " $RUCIO_HOME/etc/rucio.cfg, $VIRTUAL_ENV/etc/rucio.cfg, $CONDA_PREFIX/etc/rucio.cfg,"
        " /opt/rucio/etc/rucio.cfg.",
    ).tag(config=True)
    rucio_url = Unicode("", help="URL of the Rucio server, instead of rucio_host in rucio.cfg.").tag(config=True)
    auth_url = Unicode("", help="URL of the Rucio authentication server, instead of auth_host in rucio.cfg.").tag(
        config=True
    )
    ca_cert = Unicode(
        "", help="Path of the file of certificate authorities (PEM) that signed the servers' certificates."
    ).tag(config=True)
    account = Unicode("", help="Rucio account, instead of the one in rucio.cfg.").tag(config=True)
    auth_type = Enum(
        ["", "userpass", "oidc"], "", help="How to sign in to Rucio, instead of auth_type in rucio.cfg."
    ).tag(config=True)
    username = Unicode("", help="User name for auth_type 'userpass'.").tag(config=True)
    password_file = Unicode(
        "", help="Path of a file that holds the password for auth_type 'userpass'; only its owner may read it."
    ).tag(config=True)
    oidc_token_file = Unicode(
        "", help="Path of a file that holds a token for auth_type 'oidc'; read again when it changes."
    ).tag(config=True)
    oidc_token_env = Unicode(
        "", help="Name of an environment variable that holds a token for auth_type 'oidc'; read at start."
    ).tag(config=True)
    mounts = List(
        Dict(),
        help="RSEs that are mounted here: a list of {'rse': name, 'path': folder} with, if the PFN's prefix is not"
        " the one in the RSE's protocols, 'pfnPrefix'. Understood too: 'destination_rse', 'rse_mount_path' and"
        " 'path_begins_at' of rucio-jupyterlab.",
    ).tag(config=True)
    rse_expressions = List(
        Unicode(),
        help="RSE expressions that people may choose when they make data available, besides the mounted RSEs.",
    ).tag(config=True)
    rule_lifetime_days = Float(7, help="Lifetime in days of the rules that Make Available creates.").tag(config=True)
    rule_lifetime_days_min = Float(
        None, allow_none=True, help="Shortest lifetime in days that people may choose. Default: no bound."
    ).tag(config=True)
    rule_lifetime_days_max = Float(
        None, allow_none=True, help="Longest lifetime in days that people may choose. Default: no bound."
    ).tag(config=True)
    state_dir = Unicode(
        "",
        help="Folder for what must survive a restart, on a local disk if there is one."
        " Default: a folder of Jupyter's data folder.",
    ).tag(config=True)
    log_level = Enum(
        (0, 10, 20, 30, 40, 50, "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"),
        default_value=logging.INFO,
        help="Lowest level of messages that go to the log.",
    ).tag(config=True)
    start_with_server = Bool(
        False, help="Start the data lake server with the Jupyter server. Default: at the first request."
    ).tag(config=True)
    transfers_count_as_activity = Bool(
        False,
        help="Count transfers under way as activity of the Jupyter server, so that a culler leaves it alone."
        " Nothing else of the data lake ever counts.",
    ).tag(config=True)
    max_request_bytes = Integer(1 << 34, help="Largest body of a request from a browser, in bytes.").tag(config=True)
    request_deadline_seconds = Float(30, help="Longest time to wait for an answer of Rucio, in seconds.").tag(
        config=True
    )

    def _load_config(self, cfg: Config, section_names: Any = None, traits: Any = None) -> None:
        """Loads what is right; what is wrong is reported by name later, and does not keep Jupyter from starting."""
        super()._load_config(mistakes.without(self, cfg), section_names, traits)

    def initialize_handlers(self) -> None:
        """Adds the routes, and puts the `datalake` command on the path of this server's kernels and terminals."""
        put_command_on_path()
        assert self.serverapp is not None
        config = effective(self, os.path.abspath(self.serverapp.root_dir))
        for problem in config["problems"]:
            self.log.error("%s: %s", problem["name"], problem["message"])
        self._write_configuration(config)
        self._transfers = Transfers(self)
        self._sidecar = Sidecar(
            argv=[node_runtime.node_binary(), node_runtime.bundle("server")],
            config=config,
            environment=node_environment(os.environ, self.oidc_token_env),
            folder=PrivateFolder(jupyter_runtime_dir()),
            log=self.log,
            on_metrics=self._take_figures,
        )
        node = NodeClient(self._sidecar)
        self._node = node
        self._hub = EventHub(node, self.log)
        self._figures = Figures(REGISTRY, self._sidecar, lambda: self._hub.windows)
        self.handlers.extend(
            [
                (rf"{API}/events", EventsHandler, {"hub": self._hub}),
                (rf"{API}/health", HealthHandler, {"sidecar": self._sidecar, "problems": config["problems"]}),
                (
                    rf"{API}(?:/.*)?",
                    ProxyHandler,
                    {
                        "node": node,
                        "max_request_bytes": self.max_request_bytes,
                        "answered": self._figures.answered,
                    },
                ),
            ]
        )

    def _take_figures(self, figures: dict[str, Any]) -> None:
        self._transfers.take(figures)
        self._figures.take(figures)

    def _write_configuration(self, config: dict[str, Any]) -> None:
        try:
            configuration.write(configuration.of_server(self, config))
        except OSError as error:
            self.log.warning("the datalake command will read the configuration itself: %s", error)

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        if self.start_with_server:
            self._sidecar.start()

    def current_activity(self) -> Any:
        """Transfers under way, if the site counts them; Jupyter asks before it shuts itself down."""
        return self._transfers.counted()

    async def stop_extension(self) -> None:
        self._figures.close()
        await self._hub.stop()
        await self._node.close()
        await self._sidecar.stop()


def put_command_on_path() -> None:
    """Lets kernels and terminals of this server find `datalake` where its environment is not activated."""
    scripts = os.path.join(sys.prefix, "Scripts" if os.name == "nt" else "bin")
    path = os.environ.get("PATH", os.defpath)
    if os.path.isfile(os.path.join(scripts, "datalake")) and shutil.which("datalake", path=path) is None:
        os.environ["PATH"] = os.pathsep.join([scripts, path])
