"""What a protocol lets readers see of a case beside its two views, and from when on.

A field is one line: `key | Name`, `key | Name | unit`, and with ` | after` behind it what is shown only once
the first answer is locked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

AFTER = "after"
"""Behind a line: shown with the second answer of a sequential study, when the first one is locked."""


class Moment(StrEnum):
    """When something is shown."""

    OFF = "off"
    START = "start"
    AFTER = AFTER


@dataclass(frozen=True)
class AsideRules:
    """What is shown beside the views."""

    fields: tuple[str, ...] = ()
    """Clinical facts of the case, one line each."""
    prior: Moment = Moment.OFF
    """An earlier scan of the patient, laid on this one."""
    prior_interval: bool = False
    """How many days before it was made."""
    series: tuple[str, ...] = ()
    """Further series of the case, one line each: `key | Name`."""

    @property
    def later(self) -> bool:
        """Whether anything is shown only with the second answer."""
        return self.prior is Moment.AFTER or any(field.later for field in clinical_fields(self))


@dataclass(frozen=True)
class ClinicalField:
    """One clinical fact: `key` names its column in tables, `name` is what readers see."""

    key: str
    name: str
    unit: str = ""
    later: bool = False

    def said(self, value: str) -> str:
        """The fact as readers see it."""
        return f"{self.name} {value} {self.unit}".rstrip()


@dataclass(frozen=True)
class FurtherSeries:
    """One series: `key` names its files, `name` is what readers see on its tab."""

    key: str
    name: str


@lru_cache(maxsize=32)
def further_series(rules: AsideRules) -> tuple[FurtherSeries, ...]:
    """The series of the lines; raises ValueError, as a sentence, for a line that is none."""
    found = []
    for line in rules.series:
        parts = _parts(line)
        if len(parts) != 2 or not _KEY.fullmatch(parts[0]) or not parts[1]:
            raise ValueError(f'"{line}" is no series; write: ct | CT of the pelvis.')
        found.append(FurtherSeries(*parts))
    _require_once(each.key for each in found)
    return tuple(found)


@lru_cache(maxsize=32)
def clinical_fields(rules: AsideRules) -> tuple[ClinicalField, ...]:
    """The fields of the lines; raises ValueError, as a sentence, for a line that is none."""
    fields = tuple(_field(line) for line in rules.fields)
    _require_once(field.key for field in fields)
    return fields


_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


def _field(line: str) -> ClinicalField:
    key, name, *rest = parts if len(parts := _parts(line)) > 1 else ("", "")
    later = bool(rest) and rest[-1] == AFTER
    unit = rest[: len(rest) - later]
    if not _KEY.fullmatch(key) or not name or len(unit) > 1:
        raise ValueError(f'"{line}" is no field; write: psa | PSA | ng/ml, or psa | PSA | ng/ml | after.')
    return ClinicalField(key, name, "".join(unit), later)


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _require_once(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f'the key "{key}" stands there twice.')
        seen.add(key)
