"""What Node sees of Jupyter's environment: an allow-list, for Jupyter's and the hub's tokens are in there too."""

from collections.abc import Collection, Mapping

_NAMES = frozenset(
    """
    PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TMP TEMP SYSTEMROOT
    HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
    SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
    RUCIO_HOME RUCIO_CONFIG RUCIO_ACCOUNT RUCIO_AUTH_TYPE VIRTUAL_ENV OIDC_SOCK
    RUCIO_CLIENT_CERT RUCIO_CLIENT_KEY RUCIO_CLIENT_PROXY X509_USER_PROXY
    X509_USER_CERT X509_USER_KEY X509_CERT_DIR REQUESTS_CA_BUNDLE KRB5CCNAME KRB5_CONFIG
    BEARER_TOKEN_FILE XrdSecPROTOCOL XrdSecSSSKT XrdSecsssKT
    """.split()
)
# Where uploads find their storage's credentials, and how XRootD's client behaves: paths and numbers.
_PREFIXES = ("LC_", "XDG_", "XrdSecGSI", "XRD_")


def node_environment(environ: Mapping[str, str], token_variables: Collection[str]) -> dict[str, str]:
    """Node's environment. `token_variables` are those with a secret that the site asked for."""
    return {
        name: value
        for name, value in environ.items()
        if name in _NAMES or name.startswith(_PREFIXES) or name in token_variables
    }


def hub_of(environ: Mapping[str, str]) -> dict[str, str]:
    """How to ask JupyterHub about this server's user. Holds the server's token: for Node's standard input only."""
    return {
        "apiUrl": environ.get("JUPYTERHUB_API_URL", ""),
        "user": environ.get("JUPYTERHUB_USER", ""),
        "token": environ.get("JUPYTERHUB_API_TOKEN", ""),
    }
