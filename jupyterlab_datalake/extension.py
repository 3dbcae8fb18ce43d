"""The Jupyter server extension: its options, and what it adds to the server."""

import logging
import os
import shutil
import sys
from typing import Any

import aiohttp
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.extension.application import ExtensionApp
from prometheus_client import REGISTRY
from traitlets import Bool, Dict, Enum, Float, Integer, List, Unicode
from traitlets.config import Config

from . import configuration, mistakes, node_runtime
from .callback import CALLBACK, CallbackHandler
from .effective import effective
from .event_hub import EventHub
from .events import EventsHandler
from .figures import Figures
from .health import HealthHandler
from .node_client import NodeClient
from .node_environment import hub_of, node_environment
from .private_folder import PrivateFolder, marked_folder
from .proxy import API, ProxyHandler
from .rucio_desk import RucioDesk
from .sidecar import Sidecar
from .token_environment import token_environment
from .transfers import Transfers
from .uploads import PROVENANCE, unfinished


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
        ["", "userpass", "oidc", "x509", "x509_proxy"],
        "",
        help="How to sign in to Rucio, instead of auth_type in rucio.cfg.",
    ).tag(config=True)
    username = Unicode("", help="User name for auth_type 'userpass'.").tag(config=True)
    password_file = Unicode(
        "", help="Path of a file that holds the password for auth_type 'userpass'; only its owner may read it."
    ).tag(config=True)
    client_cert = Unicode(
        "", help="Path of the certificate (PEM) for auth_type 'x509', instead of client_cert in rucio.cfg."
    ).tag(config=True)
    client_key = Unicode(
        "",
        help="Path of the certificate's key, without a passphrase, instead of client_key in rucio.cfg; only its"
        " owner may read it. Both are read at each sign-in. Default: in the file of the certificate.",
    ).tag(config=True)
    client_x509_proxy = Unicode(
        "",
        help="Path of the proxy for auth_type 'x509_proxy', instead of client_x509_proxy in rucio.cfg."
        " Default: $X509_USER_PROXY, or /tmp/x509up_u<uid>.",
    ).tag(config=True)
    oidc_token_file = Unicode(
        "", help="Path of a file that holds a token for auth_type 'oidc'; read again when it changes."
    ).tag(config=True)
    oidc_token_env = Unicode(
        "", help="Name of an environment variable that holds a token for auth_type 'oidc'; read at start."
    ).tag(config=True)
    oidc_issuer = Unicode(
        "",
        help="URL of the identity provider (OpenID Connect), exactly as its metadata says it. With it, the data lake"
        " keeps tokens fresh; docs/tokens.md tells what to set for which provider.",
    ).tag(config=True)
    oidc_client_id = Unicode("", help="Id by which the identity provider knows the data lake.").tag(config=True)
    oidc_client_secret_file = Unicode(
        "", help="Path of a file with the client's secret. Default: a public client, which has none."
    ).tag(config=True)
    oidc_scope = Unicode(
        "openid profile offline_access", help="What a sign-in asks for; 'offline_access' makes it last."
    ).tag(config=True)
    oidc_redirect_url = Unicode(
        "",
        help="Where the identity provider sends the browser back to, as it is registered there."
        " Default: <this server>/jupyterlab-datalake/callback.",
    ).tag(config=True)
    token_source = Enum(
        ["", "hub", "file", "environment", "sign-in", "agent", "rucio"],
        "",
        help="Where the first token comes from: JupyterHub, a file, an environment variable, a sign-in in the"
        " browser, an oidc-agent, or Rucio's own sign-in (/auth/oidc), where Rucio is the identity provider's client"
        " and needs no oidc_issuer here. Default: 'hub' under JupyterHub, else 'sign-in'.",
    ).tag(config=True)
    hub_token_path = Unicode(
        "access_token", help="Where the token is in JupyterHub's auth_state; 'a/b' is b in a."
    ).tag(config=True)
    subject_token_file = Unicode("", help="Path of the file for token_source 'file'.").tag(config=True)
    subject_token_env = Unicode("", help="Name of the variable for token_source 'environment'.").tag(config=True)
    token_targets = List(
        Dict(),
        help="Tokens to keep fresh: a list of {'name', 'audience', 'scope', 'file', 'format', 'serves'}, of which"
        " only the name is needed. 'serves' is 'rucio', 'eos' or 'storage' (XRootD, gfal), by default the name"
        " if it is one of these; it sets the variables by which their programs find the file. 'format' is"
        " 'plain', 'eos' or a text with {token} in it. Default file: a folder of this server's own.",
    ).tag(config=True)
    token_files_in_shared_folders = Bool(
        False, help="Accept folders like /tmp, in which others may make files, for token files."
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
    upload_scope = Unicode("", help="Scope that uploads begin with. Default: the first scope of the account.").tag(
        config=True
    )
    upload_rse_expression = Unicode("", help="RSE expression that uploads begin with. Default: people choose one.").tag(
        config=True
    )
    upload_lifetime_days = Float(
        None, allow_none=True, help="Lifetime in days that uploads begin with. Default: for ever."
    ).tag(config=True)
    uploads_at_once = Integer(8, help="Files that are sent at once.").tag(config=True)
    upload_bandwidth = Float(
        None, allow_none=True, help="Most bytes per second that uploads send. Default: as fast as it goes."
    ).tag(config=True)
    upload_md5 = Bool(False, help="Give Rucio the MD5 of uploaded files, too. The Adler-32 is always given.").tag(
        config=True
    )
    upload_provenance = List(
        Enum(PROVENANCE),
        list(PROVENANCE),
        help="What is noted in the metadata of uploads: 'client', 'host', 'notebook', 'kernel', 'inputs' (the DIDs"
        " of the notebook's cart).",
    ).tag(config=True)
    storage_hosts = List(
        Unicode(),
        help="Hosts, besides those in the RSEs' protocols, that stores may send uploads on to, with the token:"
        " data servers behind a redirector.",
    ).tag(config=True)
    scratch = List(
        Dict(),
        help="Folders that are RSEs: a list of {'path': folder, 'rse': name, 'pfnPrefix': what stands for the folder"
        " in PFNs, 'deleteAfterDays': 2}. A file that lies there is registered where it is, and the lake copies it to"
        " its destination by itself.",
    ).tag(config=True)
    scratch_cleaning = Bool(
        False,
        help="Let the server remove what is too old from scratch folders, each hour. Default: only"
        " 'datalake scratch clean' does, e.g. by cron.",
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
        self._tokens = marked_folder(os.path.join(jupyter_runtime_dir(), "jupyterlab-datalake"))
        config = effective(self, os.path.abspath(self.serverapp.root_dir), self._tokens)
        self._desk = RucioDesk(self._account)
        self._state_dir = config["stateDir"]
        self._keeps_tokens = self._announce_tokens(config["instances"][0])
        for problem in config["problems"]:
            self.log.error("%s: %s", problem["name"], problem["message"])
        self._write_configuration(config)
        self._transfers = Transfers(self)
        self._sidecar = Sidecar(
            argv=[node_runtime.node_binary(), node_runtime.bundle("server")],
            config=config,
            hub=hub_of(os.environ) if self._keeps_tokens == "hub" else None,
            environment=node_environment(os.environ, {self.oidc_token_env, self.subject_token_env} - {""}),
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
                (rf"{CALLBACK}(\.js|\.css)?", CallbackHandler),
                (rf"{API}/events", EventsHandler, {"hub": self._hub}),
                (
                    rf"{API}/health",
                    HealthHandler,
                    {"sidecar": self._sidecar, "figures": self._figures, "problems": config["problems"]},
                ),
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

    def _announce_tokens(self, instance: dict[str, Any]) -> str:
        """Sets what kernels and terminals need to find the tokens; returns the tokens' source, or ''."""
        tokens = instance["tokens"]
        if tokens is None:
            return ""
        wanted, hints = token_environment(instance, tokens, self._tokens, os.environ, self._desk)
        os.environ.update(wanted)
        for hint in hints:
            self.log.info("data lake: %s", hint)
        tokens["hints"] = hints
        assert self.serverapp is not None
        page = self.serverapp.web_app.settings.setdefault("page_config_data", {})
        page["dataLakeKeepsTokens"] = "true"
        return str(tokens["source"])

    async def _account(self) -> str | None:
        """Of the first instance, as Rucio says; None if it cannot be asked."""
        try:
            timeout = aiohttp.ClientTimeout(total=self.request_deadline_seconds)
            async with self._node.request("GET", "http://datalake/api/session", {}, timeout=timeout) as answer:
                [sign_in, *_] = (await answer.json())["signIns"]
                return sign_in["account"] if answer.status == 200 else None
        except (aiohttp.ClientError, OSError, ValueError, KeyError, TimeoutError):
            return None

    def _take_figures(self, figures: dict[str, Any]) -> None:
        self._transfers.take(figures)
        self._figures.take(figures)

    def _write_configuration(self, config: dict[str, Any]) -> None:
        try:
            configuration.write(configuration.of_server(self, config))
        except OSError as error:
            self.log.warning("the datalake command will read the configuration itself: %s", error)

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        self._desk.serve()
        # Tokens must be there before anyone asks for them, and uploads go on by themselves.
        if self.start_with_server or self._keeps_tokens or unfinished(self._state_dir):
            self._sidecar.start()

    def current_activity(self) -> Any:
        """Transfers under way, if the site counts them; Jupyter asks before it shuts itself down."""
        return self._transfers.counted()

    async def stop_extension(self) -> None:
        self._desk.close()
        self._figures.close()
        await self._hub.stop()
        await self._node.close()
        await self._sidecar.stop()
        shutil.rmtree(self._tokens, ignore_errors=True)


def put_command_on_path() -> None:
    """Lets kernels and terminals of this server find `datalake` where its environment is not activated."""
    scripts = os.path.join(sys.prefix, "Scripts" if os.name == "nt" else "bin")
    path = os.environ.get("PATH", os.defpath)
    if os.path.isfile(os.path.join(scripts, "datalake")) and shutil.which("datalake", path=path) is None:
        os.environ["PATH"] = os.pathsep.join([scripts, path])
