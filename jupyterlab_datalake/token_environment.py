"""Tells kernels and terminals of this server where its tokens are, before there is any token or any Node.

Nothing that the user or the site has set is replaced: what would have been set is then a hint.
"""

import os
from collections.abc import Mapping
from typing import Any

from . import rucio_cfg
from .private_folder import replace_private
from .rucio_desk import USERNAME, RucioDesk

# What eosxd and other clients of EOS, and XRootD and gfal (WLCG bearer token discovery), look at.
_VARIABLES = {"eos": ("OAUTH2_TOKEN", "FILE:{}"), "storage": ("BEARER_TOKEN_FILE", "{}")}


def token_environment(
    instance: dict[str, Any], tokens: dict[str, Any], folder: str, environ: Mapping[str, str], desk: RucioDesk
) -> tuple[dict[str, str], list[str]]:
    """The variables to set, and a line of advice for each that is somebody else's already."""
    wanted: dict[str, str] = {}
    hints: list[str] = []
    for target in tokens["targets"]:
        if target["serves"] in _VARIABLES:
            variable, form = _VARIABLES[target["serves"]]
            value = form.format(target["file"])
            if environ.get(variable):
                hints.append(f"{variable} is set already; for fresh tokens set it to {value}")
            else:
                wanted[variable] = value
        elif target["serves"] == "rucio":
            theirs = instance["rucioCfg"] or rucio_cfg.find(environ)
            if theirs:
                # 'oidc' would take the storage token instead, wherever BEARER_TOKEN_FILE is set.
                hints.append(f"for fresh tokens in {theirs}: auth_type = gss, auth_token_file_path = {target['file']}")
            elif instance["rucioUrl"]:
                wanted["RUCIO_CONFIG"] = _write_rucio_cfg(instance, desk.open(target["file"]), desk.secret, folder)
    return wanted, hints


def _write_rucio_cfg(instance: dict[str, Any], auth_host: str, secret: str, folder: str) -> str:
    """A rucio.cfg with which Rucio's clients sign in at our desk, as the one account whose token is there."""
    lines = [
        "[client]",
        f"rucio_host = {instance['rucioUrl']}",
        f"auth_host = {auth_host}",
        "auth_type = userpass",
        f"username = {USERNAME}",
        f"password = {secret}",
    ]
    if instance["account"]:
        lines.append(f"account = {instance['account']}")
    if instance["caCert"]:
        lines.append(f"ca_cert = {instance['caCert']}")
    path = os.path.join(folder, "rucio.cfg")
    replace_private(path, "\n".join([*lines, ""]))
    return path
