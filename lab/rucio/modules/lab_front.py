"""Rucio's REST server by https, where people may show a certificate or a proxy: a configuration of gunicorn.

As Apache before Rucio elsewhere, it believes what OpenSSL has verified in the handshake, and hands the name in it
on as SSL_CLIENT_S_DN. No header can set that: headers become HTTP_....
"""

import ssl

_SHORT = {
    "commonName": "CN",
    "countryName": "C",
    "domainComponent": "DC",
    "emailAddress": "emailAddress",
    "localityName": "L",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "stateOrProvinceName": "ST",
}


def ssl_context(_, default_ssl_context_factory):
    """gunicorn's own, which takes proxies besides."""
    context = default_ssl_context_factory()
    context.verify_flags |= ssl.VERIFY_ALLOW_PROXY_CERTS
    return context


def application(environ, start_response):
    certificate = environ["gunicorn.socket"].getpeercert()
    if certificate:
        parts = (part for parts in certificate["subject"] for part in parts)
        environ["SSL_CLIENT_S_DN"] = "".join(f"/{_SHORT.get(key, key)}={value}" for key, value in parts)
    return _rucio()(environ, start_response)


def _rucio():
    # gunicorn reads this file as its configuration, too, before there is any Rucio.
    from rucio.web.rest.flaskapi.v1.main import application

    return application
