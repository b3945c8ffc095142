"""Numbers with their nouns, for everything that a person reads."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """The number with its noun: "1 case", "2,000 cases"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
