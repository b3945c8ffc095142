"""Passwords of database logins: in the system's key ring, never in a study folder."""

from __future__ import annotations

import os

from sqlalchemy import URL, make_url

from app.errors import AppError

SERVICE = "ScintiRead database"
VARIABLE = "SCINTIREAD_DATABASE_PASSWORD"
"""For machines without a key ring; libpq's own files work too."""


def with_password(url: URL) -> URL:
    """The URL with the password that is known for it, or as it was: then the server decides."""
    if url.password or not url.username or not url.host:
        return url
    known = os.environ.get(VARIABLE) or _kept(_who(url))
    return url.set(password=known) if known else url


def settled(database: str) -> str:
    """The URL without its password, which this computer knows from now on.

    Raises AppError where it has no key ring and does not know the password otherwise.
    """
    url = make_url(database) if database else URL.create("sqlite")
    if not url.password:
        return database
    bare = url._replace(password=None)  # set() would keep it
    if with_password(bare).password != url.password:
        keep_password(bare, str(url.password))
    return bare.render_as_string(hide_password=False)


def keep_password(url: URL, password: str) -> None:
    """Keep a password in the key ring; raises AppError where there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, _who(url), password)
    except (KeyringError, RuntimeError) as error:
        raise AppError(
            "This computer has no key ring to keep the password in.",
            f"Leave it out of the URL, and set the variable {VARIABLE} or use a pgpass file.",
        ) from error


def _kept(who: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, who)
    except (KeyringError, RuntimeError):
        return None


def _who(url: URL) -> str:
    return f"{url.username}@{url.host}:{url.port or 5432}/{url.database}"
