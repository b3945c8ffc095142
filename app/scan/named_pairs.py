"""Sides by the names of files and folders: what one says alone, and which two name opposite sides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from app.scan.scan import ViewEvidence, ViewName
from app.scan.source import Claim
from app.scan.view_words import named_side, surely_named, without_side

_LETTER = re.compile(r"^(.*[\W_])([AaPp])$")
_NUMBER = re.compile(r"^(.*\d.*[-_ ])(\d+)$")
"""A number after a number ("Q002-1"): after a mere word ("case-1") it counts patients."""
_NUMBERED = {"1": ViewName.ANTERIOR, "2": ViewName.POSTERIOR}
_LETTERED = {"A": ViewName.ANTERIOR, "P": ViewName.POSTERIOR}


@dataclass(frozen=True)
class _Named:
    """What two files of one scan have in common, and the side that this one names."""

    key: str
    side: ViewName | None


def side_by_name(path: Path) -> Claim | None:
    """What a file's own name says of its side, or else its folder's, without looking at other files."""
    for words, sure in ((path.stem, True), (path.parent.name, False)):
        if (side := named_side(words)) is not None:
            alone = sure and surely_named(words)
            return Claim(side, ViewEvidence.TEXT if alone else ViewEvidence.WORD, "file name")
    return None


def named_pairs(paths: Iterable[Path]) -> dict[Path, tuple[str, Claim]]:
    """The files that have a partner by their names, each with a key of the two and its side.

    In this order: a word in the name, in a folder above it, the letters A and P, the numbers 1 and 2; where
    more than two files fit together, none of them is taken.
    """
    left = list(dict.fromkeys(paths))
    found: dict[Path, tuple[str, Claim]] = {}
    for rule, evidence in _RULES:
        families: dict[str, list[tuple[Path, ViewName | None]]] = defaultdict(list)
        for path in left:
            if (named := rule(path)) is not None:
                families[named.key].append((path, named.side))
        for key, family in families.items():
            if {side for _, side in family} == set(ViewName) and len(family) == 2:
                found |= {path: (key, Claim(side, evidence, "file name")) for path, side in family if side}
        left = [path for path in left if path not in found]
    return found


def _by_stem(path: Path) -> _Named | None:
    side = named_side(path.stem)
    return None if side is None else _Named(f"{_folder(path, side)}\n{without_side(path.stem)}", side)


def _by_folder(path: Path) -> _Named | None:
    side = next((side for each in path.parents if (side := named_side(each.name))), None)
    return None if side is None else _Named(f"{_folder(path, side)}\n{path.stem}", side)


def _by_letter(path: Path) -> _Named | None:
    match = _LETTER.match(path.stem)
    return _Named(f"{path.parent}\n{match[1]}", _LETTERED[match[2].upper()]) if match else None


def _by_number(path: Path) -> _Named | None:
    match = _NUMBER.match(path.stem)
    return _Named(f"{path.parent}\n{match[1]}", _NUMBERED.get(match[2])) if match else None


def _folder(path: Path, side: ViewName) -> str:
    """The folders above a file, those that name this side too without the word."""
    parts = [without_side(part) if named_side(part) is side else part for part in path.parent.parts]
    return "/".join(parts)


_RULES: tuple[tuple[Callable[[Path], _Named | None], ViewEvidence], ...] = (
    (_by_stem, ViewEvidence.TEXT),
    (_by_folder, ViewEvidence.TEXT),
    (_by_letter, ViewEvidence.TEXT),
    (_by_number, ViewEvidence.NUMBER),
)
