"""Reads the options on tokens: where the subject's token comes from, and which tokens are kept fresh."""

import os
import re
from collections.abc import Mapping
from typing import Any

from .mistakes import problem

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WORDS = ("name", "audience", "scope", "file", "format", "serves")
# Who reads a target's file, with the form in which they want it.
SERVES = {"": "plain", "eos": "eos", "rucio": "plain", "storage": "plain"}
_TOKEN = "{token}"


def read_tokens(
    extension: Any, environ: Mapping[str, str], folder: str, problems: list[dict[str, str]]
) -> dict[str, Any] | None:
    """The options as Node reads them, or None if no token is to be kept fresh.

    `folder` is this server's own folder for tokens.
    """
    source = _source(extension, environ, problems)
    if not source:
        if extension.token_targets:
            problems.append(problem("token_targets", "There is nothing to make tokens from: set oidc_issuer."))
        return None
    issuer = "" if source == "rucio" else _issuer(extension, problems)
    if not issuer and source != "rucio":
        return None
    return {
        "source": source,
        "issuer": issuer,
        "clientId": extension.oidc_client_id,
        "clientSecretFile": _secret(extension, "oidc_client_secret_file", problems),
        "scope": extension.oidc_scope,
        "redirectUrl": extension.oidc_redirect_url,
        "hubTokenPath": extension.hub_token_path,
        "subjectFile": extension.subject_token_file,
        "subjectVariable": extension.subject_token_env,
        "targets": _targets(extension, folder, source, problems),
        "inSharedFolders": extension.token_files_in_shared_folders,
    }


def _source(extension: Any, environ: Mapping[str, str], problems: list[dict[str, str]]) -> str:
    chosen = extension.token_source
    if chosen == "hub" and not environ.get("JUPYTERHUB_API_URL"):
        problems.append(
            problem("token_source", "This server was not started by JupyterHub, so there is no hub to ask.")
        )
        return ""
    if chosen == "agent" and not environ.get("OIDC_SOCK"):
        problems.append(problem("token_source", "No oidc-agent runs here: OIDC_SOCK is not set."))
        return ""
    if chosen == "file" and not os.path.isabs(extension.subject_token_file):
        problems.append(problem("subject_token_file", "token_source is 'file': set this to an absolute path."))
        return ""
    if chosen == "environment" and not environ.get(extension.subject_token_env):
        problems.append(problem("subject_token_env", "token_source is 'environment': name a variable that is set."))
        return ""
    if chosen or not extension.oidc_issuer:
        return str(chosen)
    return "hub" if environ.get("JUPYTERHUB_API_URL") else "sign-in"


def _issuer(extension: Any, problems: list[dict[str, str]]) -> str:
    issuer: str = extension.oidc_issuer
    if not issuer.startswith("https://"):
        problems.append(problem("oidc_issuer", "Set this to the https URL of the identity provider."))
        return ""
    if not extension.oidc_client_id:
        problems.append(problem("oidc_client_id", "The identity provider has to know us: set the client's id."))
        return ""
    return issuer


def _secret(extension: Any, name: str, problems: list[dict[str, str]]) -> str:
    path = os.path.expanduser(getattr(extension, name))
    if path and not os.path.isabs(path):
        problems.append(problem(name, f"The path {path} is relative; give an absolute one."))
        return ""
    if path and not os.path.isfile(path):
        problems.append(problem(name, f"There is no file {path}."))
    return path


def _targets(extension: Any, folder: str, source: str, problems: list[dict[str, str]]) -> list[dict[str, str]]:
    read: list[dict[str, str]] = []
    # Rucio's own sign-in gives one token, for Rucio.
    entries = extension.token_targets or ([{"name": "rucio"}] if source == "rucio" else [])
    for number, entry in enumerate(entries):
        try:
            target = _target(entry, folder)
            if source == "rucio" and (target["audience"] or target["scope"] or target["format"] == "eos"):
                raise ValueError("Rucio's own sign-in gives a token for Rucio only: leave audience and scope out.")
            for other in read:
                if target["name"] == other["name"]:
                    raise ValueError(f"There are two targets named {target['name']}.")
                if target["file"] == other["file"]:
                    raise ValueError(f"Two targets are in the file {target['file']}.")
                if target["serves"] and target["serves"] == other["serves"]:
                    raise ValueError(f"Two targets serve {target['serves']}.")
            read.append(target)
        except ValueError as error:
            problems.append(problem(f"token_targets[{number}]", str(error)))
    return read


def _target(entry: dict[str, Any], folder: str) -> dict[str, str]:
    for word, value in entry.items():
        if word not in _WORDS:
            raise ValueError(f"There is no '{word}' in a target; there are {', '.join(_WORDS)}.")
        if not isinstance(value, str):
            raise ValueError(f"'{word}' must be a text.")
    name = entry.get("name", "")
    if not _NAME.fullmatch(name) or name in (".", ".."):
        raise ValueError("A target needs a 'name' of letters, digits, dots, hyphens and underscores, at most 64.")
    serves = entry.get("serves", name if name in SERVES else "")
    if serves not in SERVES:
        raise ValueError(f"'serves' is one of {', '.join(repr(word) for word in SERVES if word)}, or left out.")
    form = entry.get("format", SERVES[serves])
    if form not in ("plain", "eos") and _TOKEN not in form:
        raise ValueError("'format' is 'plain', 'eos', or a text with {token} in it.")
    file = os.path.expanduser(entry.get("file") or os.path.join(folder, name))
    if not os.path.isabs(file):
        raise ValueError(f"The path {file} is relative; give an absolute one.")
    return {
        "name": name,
        "audience": entry.get("audience", ""),
        "scope": entry.get("scope", ""),
        "file": file,
        "format": form,
        "serves": serves,
    }
