"""JSON and TOML that anybody may have written: read within bounds, and refused in one way, a ValueError."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from typing import Any

MOST_DEPTH = 64
MOST_JSON = 2**28
MOST_TOML = 2**21
"""Characters. Time and memory of tomllib grow faster than the text."""


def json_in(text: str | bytes) -> Any:
    """The value of a JSON text; raises ValueError for what is none, and for what is too long or too deep."""
    _check_length(text, MOST_JSON)
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise _too_deep() from error
    few = (
        text.count(b"[") + text.count(b"{") if isinstance(text, bytes) else text.count("[") + text.count("{")
    )
    if few > MOST_DEPTH:
        _check_depth(value)
    return value


def toml_in(text: str) -> dict[str, Any]:
    """The table of a TOML text; raises ValueError for what is none, and for what is too long or too deep."""
    _check_length(text, MOST_TOML)
    try:
        table = tomllib.loads(text)
    except RecursionError as error:
        raise _too_deep() from error
    _check_depth(table)
    return table


def _check_length(text: str | bytes, most: int) -> None:
    if len(text) > most:
        raise ValueError(f"it is longer than {most // 2**20} MiB")


def _check_depth(value: object) -> None:
    """Level by level, since a walk that calls itself is what too much depth breaks."""
    level: list[object] = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise _too_deep()


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> ValueError:
    return ValueError(f"it is nested more than {MOST_DEPTH} deep")
