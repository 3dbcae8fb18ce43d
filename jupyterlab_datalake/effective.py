"""What the options come to: the configuration that Node gets, with every problem met on the way by name."""

import logging
import os
import re
import sys
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

from . import __version__, mistakes, rucio_cfg
from .mistakes import problem
from .mounts import read_mounts
from .tokens import read_tokens
from .uploads import read_uploads

_INSTANCE_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


def effective(extension: Any, root_dir: str = "", token_folder: str = "") -> dict[str, Any]:
    """The configuration as Node reads it. What is wrong is left out and told in `problems`.

    `token_folder` is the server's own; without a server there is one for all commands.
    """
    problems = [problem(*mistake) for mistake in mistakes.find(extension, extension.config)]
    tokens = read_tokens(extension, os.environ, token_folder or _commands_folder(), problems)
    instance = _instance(extension, tokens, problems)
    return {
        "instances": [instance],
        "stateDir": _state_dir(extension, problems),
        "python": sys.executable,
        "kernelDir": os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernel"),
        "rootDir": root_dir,
        "logLevel": _log_level(extension.log_level),
        "requestDeadlineSeconds": _positive(extension, "request_deadline_seconds", problems),
        "version": __version__,
        "problems": problems,
    }


def _commands_folder() -> str:
    return os.path.join(jupyter_runtime_dir(), "jupyterlab-datalake", "tokens")


def _instance(extension: Any, tokens: dict[str, Any] | None, problems: list[dict[str, str]]) -> dict[str, Any]:
    name = extension.instance_name
    if not _INSTANCE_NAME.fullmatch(name):
        problems.append(
            problem("instance_name", "The name may hold letters, digits, dots, hyphens and underscores, at most 64.")
        )
        name = "default"
    cfg = _file(extension, "rucio_cfg", problems) or rucio_cfg.find(os.environ)
    url = _url(extension, "rucio_url", problems)
    if not extension.rucio_cfg and not cfg and not extension.rucio_url:
        looked = ", ".join(rucio_cfg.candidates(os.environ))
        problems.append(
            problem("rucio_url", f"No Rucio is configured: this is not set, and there is no rucio.cfg at {looked}.")
        )
    rucio = next((each["file"] for each in (tokens or {}).get("targets", []) if each["serves"] == "rucio"), "")
    variable = extension.oidc_token_env
    if variable and not os.environ.get(variable):
        problems.append(problem("oidc_token_env", f"The environment variable {variable} is not set."))
    return {
        "name": name,
        "displayName": extension.display_name,
        "rucioCfg": cfg,
        "rucioUrl": url,
        "authUrl": _url(extension, "auth_url", problems),
        "caCert": _file(extension, "ca_cert", problems),
        "account": extension.account,
        "authType": extension.auth_type or ("oidc" if rucio else ""),
        "username": extension.username,
        "passwordFile": _file(extension, "password_file", problems),
        "oidcTokenFile": rucio or _file(extension, "oidc_token_file", problems),
        "oidcTokenEnv": variable,
        "clientCert": _file(extension, "client_cert", problems),
        "clientKey": _file(extension, "client_key", problems),
        # There is none until somebody makes one, and that is no mistake in the configuration.
        "clientX509Proxy": _path(extension, "client_x509_proxy", problems),
        "mounts": read_mounts(extension.mounts, problems),
        "rseExpressions": list(extension.rse_expressions),
        "ruleLifetimeDays": _lifetime(extension, problems),
        "tokens": tokens,
        "uploads": read_uploads(extension, problems),
    }


def _file(extension: Any, name: str, problems: list[dict[str, str]]) -> str:
    """The path, also where the file cannot be read: it may come to be."""
    path = _path(extension, name, problems)
    if not path:
        return ""
    if not os.path.isfile(path):
        problems.append(problem(name, f"There is no file {path}."))
    elif not os.access(path, os.R_OK):
        problems.append(problem(name, f"The file {path} cannot be read by this user."))
    return path


def _path(extension: Any, name: str, problems: list[dict[str, str]]) -> str:
    path = os.path.expanduser(getattr(extension, name))
    if path and not os.path.isabs(path):
        problems.append(problem(name, f"The path {path} is relative; give an absolute one."))
        return ""
    return path


def _url(extension: Any, name: str, problems: list[dict[str, str]]) -> str:
    url = getattr(extension, name)
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        problems.append(problem(name, "This is not an http or https URL."))
        return ""
    if parts.username or parts.password:
        problems.append(problem(name, "A URL must not hold a user name or a password; use password_file."))
        return ""
    return url


def _lifetime(extension: Any, problems: list[dict[str, str]]) -> dict[str, float | None]:
    shortest, longest = (_bound(extension, f"rule_lifetime_days_{end}", problems) for end in ("min", "max"))
    if shortest is not None and longest is not None and shortest > longest:
        problems.append(
            problem(
                "rule_lifetime_days_min",
                f"The shortest lifetime, {shortest:g} days, is longer than the longest, {longest:g}; neither is used.",
            )
        )
        shortest = longest = None
    default = _positive(extension, "rule_lifetime_days", problems)
    bounded = max(default, shortest or default)
    bounded = min(bounded, longest or bounded)
    if bounded != default:
        problems.append(
            problem("rule_lifetime_days", f"{default:g} days is out of the bounds; {bounded:g} is used instead.")
        )
    return {"default": bounded, "min": shortest, "max": longest}


def _bound(extension: Any, name: str, problems: list[dict[str, str]]) -> float | None:
    return None if getattr(extension, name) is None else _positive(extension, name, problems)


def _positive(extension: Any, name: str, problems: list[dict[str, str]]) -> Any:
    value = getattr(extension, name)
    # Neither is NaN greater than anything.
    if value > 0 and value != float("inf"):
        return value
    problems.append(problem(name, "This must be a number greater than zero."))
    return extension.traits()[name].default_value


def _state_dir(extension: Any, problems: list[dict[str, str]]) -> str:
    default = os.path.join(jupyter_data_dir(), "jupyterlab-datalake")
    path = os.path.expanduser(extension.state_dir)
    if path and not os.path.isabs(path):
        problems.append(problem("state_dir", f"The path {path} is relative; give an absolute one."))
        return default
    return path or default


def _log_level(level: int | str) -> str:
    number = level if isinstance(level, int) else logging.getLevelName(level)
    names = ((logging.DEBUG, "debug"), (logging.INFO, "info"), (logging.WARNING, "warning"))
    return next((name for bound, name in names if number <= bound), "error")
