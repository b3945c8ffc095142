"""The wire to a server: nobody else at its end, nobody who reads along, and no waiting without an end."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL

LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
SILENCE_SECONDS = 60.0
"""A server that says nothing for so long is away; a coordinator's question may keep it busy for a while."""
READING_SECONDS = 4.0
"""The same while somebody reads, whose window waits with it."""
CONNECT_SECONDS = 3
_PATIENCE: Mapping[str, int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 6000,  # milliseconds: sent, and not even received
}
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def wire_options(url: URL) -> dict[str, str | int]:
    """What a connection asks for beyond its URL.

    Beyond this computer: a certificate of that very server, and a login by SCRAM, which gives no password
    away. What the URL itself says about either, by name (`?sslmode=…`, `?require_auth=…`), stands.
    """
    if is_local(url):
        return dict(_PATIENCE)
    options: dict[str, str | int] = {**_PATIENCE, "sslmode": "verify-full", "require_auth": "scram-sha-256"}
    if url.query.get("sslmode", "verify-full") == "verify-full" and not _own_authority().is_file():
        options["sslrootcert"] = _authorities()
    return {name: value for name, value in options.items() if name not in url.query}


def is_local(url: URL) -> bool:
    """Whether every server of the URL is on this computer."""
    named = url.query.get("hostaddr") or url.query.get("host") or url.host or ""
    hosts = named.split(",") if isinstance(named, str) else named
    return all(host in LOCAL or host.startswith("/") for host in hosts)


def _own_authority() -> Path:
    """Where PostgreSQL's own programs look for the authority that a user trusts."""
    return Path.home() / ".postgresql" / "root.crt"


def _authorities() -> str:
    """The authorities that this computer trusts; the driver's own library does not know where they are."""
    known = (ssl.get_default_verify_paths().cafile, *_BUNDLES)
    return next((path for path in known if path and Path(path).is_file()), "system")
