"""Passwords of PACS, kept in the system's key ring and nowhere else."""

from __future__ import annotations

from app.errors import AppError
from app.pacs.node import Node

SERVICE = "ScintiRead PACS"

_NO_RING = "Install or unlock one (Linux: GNOME Keyring or KWallet), or use a client certificate."


def keep_password(node: Node, password: str) -> None:
    """Put the password of a node into the key ring; raises AppError when there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, _entry(node), password)
    except (KeyringError, OSError, RuntimeError) as error:
        raise AppError("The system's key ring takes no password.", _NO_RING) from error


def password_of(node: Node) -> str:
    """The password of a node with a user name; raises AppError when the key ring does not have it."""
    import keyring
    from keyring.errors import KeyringError

    try:
        found = keyring.get_password(SERVICE, _entry(node))
    except (KeyringError, OSError, RuntimeError) as error:
        raise AppError(f"The system's key ring does not open for {node.name}.", _NO_RING) from error
    if found is None:
        raise AppError(
            f"The key ring has no password of {node.user} for {node.name}.",
            "Enter it again: scintiread pacs add, or the PACS page.",
        )
    return str(found)


def forget_password(node: Node) -> None:
    """Take the password out of the key ring, if it is there and a key ring is."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(SERVICE, _entry(node))
    except (KeyringError, OSError, RuntimeError):
        return  # there is none, or no key ring: nothing is left behind either way


def _entry(node: Node) -> str:
    return f"{node.user} @ {node.name}"
