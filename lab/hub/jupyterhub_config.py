"""JupyterHub in front of the extension, with the lab's identity provider.

DATALAKE_LAB_HUB names the settings that the lab has written (settings.ts), a 0600 file.
"""

import json
import os
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner
from oauthenticator.generic import GenericOAuthenticator

os.umask(0o077)
lab = json.loads(Path(os.environ["DATALAKE_LAB_HUB"]).read_text())
folder = Path(lab["folder"])
c = get_config()  # noqa: F821


def secret(name):
    return Path(lab["secrets"][name]).read_text().strip()


c.JupyterHub.bind_url = lab["url"]
c.JupyterHub.hub_bind_url = lab["hubUrl"]
c.JupyterHub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie-secret")
c.ConfigurableHTTPProxy.command = lab["proxyCommand"]
c.ConfigurableHTTPProxy.api_url = lab["proxyApiUrl"]
c.ConfigurableHTTPProxy.auth_token = secret("proxy")
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")

c.JupyterHub.authenticator_class = GenericOAuthenticator
oauth = c.GenericOAuthenticator
issuer = lab["issuer"]
oauth.client_id = "jupyterhub"
oauth.client_secret = secret("client")
oauth.oauth_callback_url = lab["callbackUrl"]
oauth.authorize_url = f"{issuer}/auth"
oauth.token_url = f"{issuer}/token"
oauth.userdata_url = f"{issuer}/me"
oauth.scope = ["openid", "profile", "email", "offline_access", "storage.read:/", "storage.modify:/"]
oauth.username_claim = "preferred_username"
oauth.allow_all = True
oauth.auto_login = True
oauth.http_request_kwargs = {"ca_certs": lab["bundle"]}

# What the data lake needs of a hub: it keeps the tokens of a sign-in, looks often enough whether they are
# still good, and shows them to the person's own server.
oauth.enable_auth_state = True
c.CryptKeeper.keys = [bytes.fromhex(secret("authState"))]
oauth.auth_refresh_age = lab["authRefreshSeconds"]
oauth.refresh_pre_spawn = True
OF_THE_USER = ["admin:auth_state!user", "read:users!user"]
c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", *OF_THE_USER]
c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", "admin:auth_state!user"]}]

c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "home" / "{username}")
as_root = ["--allow-root"] if os.getuid() == 0 else []
c.Spawner.cmd = [*lab["serverCommand"], *as_root]
c.Spawner.ip = "127.0.0.1"
c.Spawner.default_url = "/lab"
c.Spawner.environment = lab["serverEnvironment"]
