"""Gives accounts the identities by which their people are known: at the identity provider, or in certificates.

Usage: identities.py (RUCIO_HOME is root's), with [{"account", "type", "identity"}, ...] on stdin
"""

import json
import sys

from rucio.client import Client
from rucio.common.exception import Duplicate

root = Client()
for person in json.load(sys.stdin):
    account = person["account"]
    try:
        root.add_identity(account, person["identity"], person["type"], f"{account}@example.org")
    except Duplicate:
        pass
