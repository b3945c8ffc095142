"""What changed between two texts, word by word, in a form from which either can be had back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

KEPT, REMOVED, ADDED = "=", "-", "+"
_WORD = re.compile(r"\s+|[^\s]+")


def difference(before: str, after: str) -> tuple[str, ...]:
    """Runs of text, each behind one sign: "=" in both, "-" only before, "+" only after."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    runs: list[str] = []
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(KEPT + "".join(old[first:last]))
            continue
        if last > first:
            runs.append(REMOVED + "".join(old[first:last]))
        if end > start:
            runs.append(ADDED + "".join(new[start:end]))
    return tuple(runs)


def before_of(runs: Iterable[str]) -> str:
    """The text before."""
    return "".join(run[1:] for run in runs if run[:1] in (KEPT, REMOVED))


def after_of(runs: Iterable[str]) -> str:
    """The text after."""
    return "".join(run[1:] for run in runs if run[:1] in (KEPT, ADDED))
