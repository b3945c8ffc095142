"""A PACS that the user has entered: where it is, what it calls itself, how it is spoken to."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.bounded import json_in
from app.errors import AppError

CALLING = "SCINTIREAD"
LISTEN_PORT = 11112
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")


class Retrieve(StrEnum):
    """How images come: on the same connection, or on one that the PACS opens to this machine."""

    GET = "get"
    MOVE = "move"


@dataclass(frozen=True)
class Node:
    """One PACS. With `url` it is spoken to by DICOMweb, otherwise by the classic protocol; no password here.

    `called` and `calling` are the AE titles of the PACS and of this program; `listen_port` is where this
    program receives what a C-MOVE sends. `ca_file`, `certificate` and `key_file` are PEM files: whom to
    trust (empty: whom the system trusts), and who we are. `senders`: who else sends images for the PACS after
    a C-MOVE, as TITLE@HOST with commas between.
    """

    name: str
    host: str = ""
    port: int = 104
    called: str = ""
    calling: str = CALLING
    retrieve: str = Retrieve.GET.value
    listen_port: int = LISTEN_PORT
    url: str = ""
    user: str = ""
    tls: bool = False
    ca_file: str = ""
    certificate: str = ""
    key_file: str = ""
    timeout_s: int = 30
    senders: str = ""

    @property
    def further_senders(self) -> tuple[tuple[str, str], ...]:
        """AE title and host of each of `senders`."""
        pairs = (each.strip().partition("@") for each in self.senders.split(",") if each.strip())
        return tuple((title, host) for title, _, host in pairs)

    @property
    def web(self) -> bool:
        """Whether it is spoken to by DICOMweb."""
        return bool(self.url)

    @property
    def words(self) -> str:
        """Where it is, in one line."""
        if self.web:
            return self.url
        return f"{self.called}@{self.host}:{self.port}{' with TLS' if self.tls else ''}"


def checked(node: Node) -> Node:
    """The node itself; raises AppError with the first thing that cannot be."""
    if not node.name.strip() or len(node.name) > 40 or any(ord(sign) < 32 for sign in node.name):
        raise AppError("A PACS needs a name of at most 40 signs.", "Give it one, such as: hospital.")
    if node.web:
        _check_url(node)
    else:
        if not _HOST.fullmatch(node.host):
            raise AppError(f"{node.name} has no host name or address.", "Ask the PACS administrator.")
        _check_title(node.name, "AE title of the PACS", node.called)
    _check_title(node.name, "own AE title", node.calling)
    for title, host in node.further_senders:
        _check_title(node.name, "AE title of a sender", title)
        if not _HOST.fullmatch(host):
            raise AppError(
                f"{node.name}: a further sender has no host.", "Give TITLE@HOST, such as STORE@10.0.0.7."
            )
    for what, port in (("port", node.port), ("port for receiving", node.listen_port)):
        if not 1 <= port <= 65535:
            raise AppError(f"{node.name}: {port} is no {what}.", "Give a number from 1 to 65535.")
    if node.retrieve not in tuple(Retrieve):
        raise AppError(f"{node.name}: images come by get or by move.", "Choose one of the two.")
    if not 1 <= node.timeout_s <= 600:
        raise AppError(f"{node.name}: a time-out of {node.timeout_s} s.", "Give 1 to 600 seconds.")
    for path in (node.ca_file, node.certificate, node.key_file):
        if path and not Path(path).is_file():
            raise AppError(f"{node.name}: {Path(path).name} does not exist.", "Name a PEM file.")
    if bool(node.certificate) != bool(node.key_file):
        raise AppError(f"{node.name}: a certificate needs its key, and a key its certificate.", "Give both.")
    return node


def _check_url(node: Node) -> None:
    try:
        parts = urlsplit(node.url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise AppError(f"{node.name} has no DICOMweb address.", "It begins with https:// or http://.")
    if parts.username or parts.password:
        raise AppError(
            f"{node.name}: a password may not stand in the address.",
            "Give the user name apart; the password goes into the key ring.",
        )


def _check_title(name: str, what: str, title: str) -> None:
    if not title.strip() or len(title) > 16 or not title.isascii() or re.search(r"[\\\x00-\x1f]", title):
        raise AppError(
            f"{name}: {title!r} is no {what}.", "Up to 16 signs, no backslash; ask the PACS administrator."
        )


def to_text(node: Node) -> str:
    """One line for the settings: what differs from the defaults, as JSON."""
    defaults = {item.name: item.default for item in fields(Node)}
    kept = {key: value for key, value in asdict(node).items() if value != defaults[key]}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def from_text(line: str) -> Node | None:
    """The node of a line of the settings, None when it was edited into something else."""
    try:
        stored: Any = json_in(line)  # edited by hand, it may be anything
    except ValueError:
        return None
    kinds = {item.name: type(getattr(Node(""), item.name)) for item in fields(Node)}
    if not isinstance(stored, dict) or not isinstance(stored.get("name"), str):
        return None
    if any(key not in kinds or type(value) is not kinds[key] for key, value in stored.items()):
        return None
    return Node(**stored)
