"""Rucio's XRootD protocol with the lab's authentication: Rucio's own asks for gsi (X.509) or tokens only.

The shared secret is in the file that the environment variable XrdSecSSSKT names.
"""

from rucio.rse.protocols import xrootd


class Default(xrootd.Default):
    """Named by the RSEs' protocols (`impl`), so servers and clients must find this module."""

    @property
    def _auth_env(self):
        return {"XrdSecPROTOCOL": "sss"}
