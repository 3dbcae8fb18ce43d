"""What Node sees of Jupyter's environment: an allow-list, for Jupyter's and the hub's tokens are in there too."""

from collections.abc import Mapping

_NAMES = frozenset(
    """
    PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TMP TEMP SYSTEMROOT
    HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
    SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
    RUCIO_HOME RUCIO_CONFIG RUCIO_ACCOUNT RUCIO_AUTH_TYPE VIRTUAL_ENV
    """.split()
)
_PREFIXES = ("LC_", "XDG_")


def node_environment(environ: Mapping[str, str], token_variable: str) -> dict[str, str]:
    """Node's environment. `token_variable` is the one variable with a secret that the site asked for, or ''."""
    return {
        name: value
        for name, value in environ.items()
        if name in _NAMES or name.startswith(_PREFIXES) or (token_variable and name == token_variable)
    }
