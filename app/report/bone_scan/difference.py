"""What changed between two texts, word by word, in a form from which either can be had back."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

KEPT, REMOVED, ADDED = "=", "-", "+"
_WORD = re.compile(r"\s+|[^\s]+")


def difference(before: str, after: str) -> tuple[str, ...]:
    """Runs of text, each behind one sign: "=" in both, "-" only before, "+" only after.

    Blanks alone between two changes belong to both, so that a phrase is replaced as a whole.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    changes: list[tuple[str, str]] = []  # text before and after; the same where nothing changed
    for _, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changes.append(("".join(old[first:last]), "".join(new[start:end])))
    runs: list[str] = []
    place = 0
    while place < len(changes):
        removed, added = changes[place]
        place += 1
        if removed == added:
            runs.append(KEPT + removed)
            continue
        while place + 1 < len(changes) and not changes[place][0].strip():
            for was, is_now in changes[place : place + 2]:
                removed, added = removed + was, added + is_now
            place += 2
        runs += [REMOVED + removed] if removed else []
        runs += [ADDED + added] if added else []
    return tuple(runs)
