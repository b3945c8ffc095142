"""Names of cases, readers and arms: which are one thing in two spellings, and why one is not found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import PurePosixPath, PureWindowsPath

from app.errors import AppError
from app.wording import counted

_TOLD = 3


def _base(name: str) -> str:
    base = PurePosixPath(PureWindowsPath(name).as_posix()).name or name
    return re.sub(r"(?<=.)\.[A-Za-z][A-Za-z0-9]{1,4}$", "", base)


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("folder or file ending", _base),
    ("wide letters", lambda name: unicodedata.normalize("NFKC", name)),
    ("capitals", str.casefold),
    ("a .0 at the end", lambda name: re.sub(r"^(\d+)\.0+$", r"\1", name)),
    ("leading zeros", lambda name: re.sub(r"(?<!\d)0+(?=\d)", "", name)),
    ("blanks and dashes", lambda name: re.sub(r"[\s_\-]+", "", name)),
)
"""What spellings of one name differ in, and how each difference is taken away."""
_OF_ONE_THING = _STEPS[1:5]


def _without(name: str, steps: Iterable[tuple[str, Callable[[str], str]]]) -> str:
    for _, step in steps:
        name = step(name)
    return name


def two_spellings(values: Sequence[str]) -> tuple[int, int] | None:
    """The places of the first two values that differ and are one name, such as 001 and 1, R1 and r1."""
    places: dict[str, int] = {}
    for place, value in enumerate(values):
        places.setdefault(value, place)
    first: dict[str, int] = {}
    for value, place in places.items():
        earlier = first.setdefault(_without(value, _OF_ONE_THING), place)
        if earlier != place:
            return earlier, place
    return None


def cause(name: str, known: Iterable[str]) -> str:
    """Which known name is probably meant and what differs, as “001” (leading zeros); "" for none."""
    for each in known:
        if name != each and _without(name, _STEPS) == _without(each, _STEPS):
            ways = []
            for way, step in _STEPS:
                others = [one for one in _STEPS if one[1] is not step]
                if _without(name, others) != _without(each, others):
                    ways.append(way)
            return f"“{each[:40]}” ({' and '.join(ways) or 'spelled differently'})"
    return ""


def explained(names: Sequence[str], known: Collection[str]) -> str:
    """The first of the names that are not known, each with its likely cause."""
    told = []
    for name in names[:_TOLD]:
        meant = cause(name, known)
        told.append(f"“{name[:40]}”, probably {meant}" if meant else f"“{name[:40]}”")
    return "; ".join(told) + (f"; and {len(names) - _TOLD} more" if len(names) > _TOLD else "")


def unmatched(table: str, given: Iterable[str], known: Collection[str], whose: str) -> str:
    """A sentence on the names of a table that are not among the known ones, "" when all are.

    `whose`: where the known ones stand, as “the study”. Raises AppError when none is known, because nothing
    of the table would be left.
    """
    names = list(dict.fromkeys(given))
    strangers = [name for name in names if name not in known]
    if not strangers:
        return ""
    if len(strangers) == len(names):
        there = ", ".join(f"“{name}”" for name in sorted(known)[:2])
        raise AppError(
            f"{table}: none of its {counted(len(names), 'case')} is in {whose}: "
            f"{explained(strangers, known)}.",
            f"Write the names as they are there: {there or 'there are none'}.",
        )
    are = "is" if len(strangers) == 1 else "are"
    return (
        f"{table}: {counted(len(strangers), 'case')} of {len(names)} {are} not in {whose} and not used: "
        f"{explained(strangers, known)}."
    )
