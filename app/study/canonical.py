"""Dataclasses to plain values and back, and the one spelling of JSON that is hashed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
T = TypeVar("T")


def canonical_json(value: object) -> str:
    """The value as JSON with sorted keys, without spaces, in UTF-8; the same value gives the same text.

    Raises ValueError for numbers that are not finite, because JSON has no word for them.
    """
    return _ENCODER.encode(to_plain(value))


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def lines_of(content: bytes) -> list[str]:
    """The lines of a file of JSON lines, the last one also where it was cut off.

    Only a line feed ends a line: JSON keeps U+0085, U+2028 and their like inside texts as they are. Bytes
    that are no UTF-8 become replacement signs, which no hash fits.
    """
    lines = content.decode("utf-8", errors="replace").split("\n")
    return lines if lines[-1] else lines[:-1]


def sha256_text(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def to_plain(value: object) -> JsonValue:
    """Dataclasses become mappings, enums their value, times ISO 8601 in UTC, arrays nested lists."""
    kind: Any = type(value)  # types can be hashed, which mypy does not hold of type[object]
    if kind in _PLAIN:  # nearly all of a hundred thousand records, found out at one look
        return value  # type: ignore[return-value]
    if names := _field_names(kind):
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, np.ndarray | np.generic):
        plain: JsonValue = value.tolist()
        return plain
    if dataclasses.is_dataclass(kind):  # one without fields
        return {}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [to_plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted((to_plain(item) for item in value), key=repr)
    raise TypeError(f"{type(value).__name__} has no plain form")


_PLAIN = frozenset({str, bool, int, float, type(None)})


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields; none for any other type."""
    if not isinstance(kind, type) or not dataclasses.is_dataclass(kind):
        return ()
    return tuple(item.name for item in dataclasses.fields(kind))


def without_silent(plain: Mapping[str, JsonValue], later: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Plain values without the fields of `later`, by dotted name, that have the value given there.

    What was hashed before a field came keeps its hash as long as the field says nothing.
    """
    kept = dict(plain)
    for name, silent in later.items():
        first, _, rest = name.partition(".")
        value = kept.get(first)
        if rest and isinstance(value, Mapping):
            kept[first] = without_silent(value, {rest: silent})
        elif not rest and first in kept and value == silent:
            del kept[first]
    return kept


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds: texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def utc_moment(text: str) -> datetime:
    """The moment that `utc_text` wrote; raises ValueError for anything else, a time of no zone among it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("it names no zone")
    return moment


def from_plain(kind: type[T], value: object) -> T:
    """Rebuild a `kind` from what `to_plain` made; fields that the value lacks take their default.

    Raises ValueError, TypeError or KeyError when the value does not fit.
    """
    wanted: Any = kind
    rebuilt: T = _builder(wanted)(value)
    return rebuilt


Build: TypeAlias = Callable[[Any], Any]  # types are walked at run time


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _builder(kind: Any) -> Build:
    """How values of a type are rebuilt; found out once, since a study has a hundred thousand records."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        choices = [choice for choice in arguments if choice is not type(None)]
        # several choices: plain JSON, already what it is
        return _perhaps(_builder(choices[0])) if len(choices) == 1 else _as_it_is
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _row_of(_builder(arguments[0]))
        return _fixed_row(tuple(_builder(argument) for argument in arguments))
    if origin is np.ndarray:
        return partial(np.array, dtype=np.float64)
    if origin is not None and len(arguments) == 2:
        return _table_of(_builder(arguments[1]))
    if not isinstance(kind, type):
        return _as_it_is
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    if issubclass(kind, Enum):
        return kind
    return utc_moment if kind is datetime else _as_it_is


def _perhaps(build: Build) -> Build:
    return lambda value: None if value is None else build(value)


def _row_of(build: Build) -> Build:
    return lambda value: tuple([build(item) for item in value])


def _fixed_row(builds: Sequence[Build]) -> Build:
    return lambda value: tuple(build(item) for build, item in zip(builds, value, strict=True))


def _table_of(build: Build) -> Build:
    def table(value: Any) -> Any:
        return {key: build(item) for key, item in value.items()} if isinstance(value, Mapping) else value

    return table


def _record(kind: type) -> Build:
    hints = get_type_hints(kind)
    names = frozenset(item.name for item in dataclasses.fields(kind))
    found = ((name, _builder(hints[name])) for name in names)
    builds = [(name, build) for name, build in found if build is not _as_it_is]

    def record(value: Any) -> Any:
        given = {name: item for name, item in value.items() if name in names}
        for name, build in builds:
            if name in given:
                given[name] = build(given[name])
        return kind(**given)

    return record
