"""Protocol to and from `protocol.toml`, with errors that name the key and what it may be."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from app.bounded import toml_in
from app.errors import AppError
from app.files import refused
from app.study.canonical import to_plain
from app.study.protocol import Protocol
from app.study.protocol_problems import protocol_problems


def read_protocol(path: Path) -> Protocol:
    """Read and check a protocol file; raises AppError naming the file, the key and the allowed values."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AppError(f"{path.name} is not a text file in UTF-8.", "Save it again as UTF-8.") from error
    except OSError as error:
        raise refused(path, error, "Check the path.", "cannot be opened") from error
    return parse_protocol(text, path.name)


def parse_protocol(text: str, name: str = "protocol.toml") -> Protocol:
    """Check a protocol's text; `name` stands in the messages."""
    try:
        table = toml_in(text)
    except ValueError as error:
        raise AppError(
            f"{name} is not valid TOML: {error}.", 'Texts need quotes, as in title = "Trial".'
        ) from error
    protocol: Protocol = _table(Protocol, table, "", name)
    problems = protocol_problems(protocol)
    if problems:
        raise AppError(f"{name}: {problems[0]}", "Correct it and try again.")
    return protocol


def protocol_text(protocol: Protocol) -> str:
    """The protocol as TOML; reading it again gives the same protocol."""
    import tomli_w

    plain = to_plain(protocol)
    assert isinstance(plain, Mapping)
    return tomli_w.dumps(plain)


def _table(kind: Any, table: Mapping[str, Any], prefix: str, name: str) -> Any:
    """One TOML table as the dataclass `kind`."""
    hints = get_type_hints(kind)
    items = {item.name: item for item in dataclasses.fields(kind)}
    for key in table:
        if key not in items:
            near = difflib.get_close_matches(key, items, 1)
            known = f'Did you mean "{prefix}{near[0]}"?' if near else f"Known here: {', '.join(items)}."
            raise AppError(f'{name}: unknown key "{prefix}{key}".', known)
    values = {}
    for key, item in items.items():
        if key in table:
            values[key] = _value(hints[key], table[key], f"{prefix}{key}", name)
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            raise AppError(f'{name}: "{prefix}{key}" is missing.', f'Add a line such as {key} = "...".')
    return kind(**values)


def _value(kind: Any, value: Any, key: str, name: str) -> Any:
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise AppError(f"{name}: {key} is a table.", f"Write it as [{key}] with one key per line.")
        return _table(kind, value, f"{key}.", name)
    if isinstance(kind, type) and issubclass(kind, Enum):
        allowed = ", ".join(f'"{choice.value}"' for choice in kind)
        if not isinstance(value, str) or value not in [choice.value for choice in kind]:
            raise AppError(f"{name}: {key} = {_shown(value)} is not possible.", f"Allowed: {allowed}.")
        return kind(value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if not isinstance(value, list) or not all(isinstance(item, inner) for item in value):
            raise AppError(f"{name}: {key} must be a list of texts.", f'As in {key} = ["A", "B"].')
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}[kind]
    finite = not isinstance(value, float) or abs(value) < float("inf")
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)) or not finite:
        raise AppError(f"{name}: {key} = {_shown(value)} is not possible.", f"It must be {wanted}.")
    return value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
