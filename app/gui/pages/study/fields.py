"""What a row of the protocol form says about one field, and how that field is read and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.study.protocol import BOUNDS, Protocol


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG_TEXT = "long text"
    WHOLE = "whole number"
    DECIMAL = "number"
    YES_NO = "yes or no"
    CHOICE = "choice"
    LIST = "list"
    """Several codes, one per line or comma."""
    LINES = "lines"
    """Several texts, one per line; a comma belongs to its text."""
    SHOWN = "shown"
    """Kept by the program, shown only."""


FieldValue = str | int | float | bool | StrEnum | tuple[str, ...]


def always(_: Protocol) -> bool:
    """The field matters in every protocol."""
    return True


@dataclass(frozen=True)
class FieldRow:
    """One field of the protocol; `path` leads to it through the parts, as in `answer.scale`."""

    path: str
    group: str
    label: str
    meaning: str
    kind: Kind
    choices: Mapping[StrEnum, str] = field(default_factory=dict)
    """For a choice: each value with its meaning in words."""
    unit: str = ""
    matters: Callable[[Protocol], bool] = always

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value of a number."""
        return BOUNDS[self.path]


def value_of(protocol: Protocol, path: str) -> FieldValue:
    """The value that stands at `path`."""
    value: object = protocol
    for name in path.split("."):
        value = getattr(value, name)
    if not isinstance(value, str | int | float | tuple):
        raise TypeError(f"{path} is no single field")
    return value


def with_value(protocol: Protocol, path: str, value: FieldValue) -> Protocol:
    """The protocol with another value at `path`."""
    part, _, name = path.rpartition(".")
    if not part:
        return replace(protocol, **{name: value})  # type: ignore[arg-type]  # the row's kind fits the field
    return replace(protocol, **{part: replace(getattr(protocol, part), **{name: value})})
