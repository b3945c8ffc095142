"""A table of text with its line numbers, its columns under the names this program uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.tables import numbers
from app.tables.ids import two_spellings
from app.tables.names import ALIASES, NO, NOTHING, YES, spelled

Floats: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True)
class Table:
    """Columns of stripped text; `lines` holds the line (or sheet row) of each record, `head` that of the
    names.
    """

    name: str
    headers: tuple[str, ...]
    columns: dict[str, list[str]]
    lines: Sequence[int]
    head: int = 1

    def at(self, row: int) -> str:
        """Where a record stands: file and line."""
        return f"{self.name}, line {self.lines[row]}"

    def find(self, wanted: str) -> str | None:
        """The header that stands for `wanted`, by name or alias, whatever its case."""
        by_name = {spelled(header): header for header in self.headers}
        names = ALIASES.get(wanted, (wanted,))
        return next((by_name[name] for name in names if name in by_name), None)

    def named(self, header: str) -> str:
        """The column that a person names, however it is spelled; raises AppError naming those there are."""
        found = next((known for known in self.headers if spelled(known) == spelled(header)), None)
        if found is None:
            listed = ", ".join(self.headers)
            raise AppError(
                f"{self.name}, line {self.head}: there is no column “{header}”.", f"There are: {listed}."
            )
        return found

    def require(self, *wanted: str) -> None:
        """Raise `AppError` when a column is missing, naming all that are."""
        missing = [name for name in wanted if self.find(name) is None]
        if missing:
            listed = ", ".join(f"“{name}”" for name in missing)
            plural = "s" if len(missing) > 1 else ""
            found = ", ".join(self.headers[:12]) or "none"
            hint = "; ".join(
                f"{name} may be called {' or '.join(ALIASES.get(name, (name,))[:4])}" for name in missing
            )
            raise AppError(
                f"{self.name}, line {self.head}: no column{plural} {listed} among {found}.",
                f"Name them: {hint}.",
            )

    def require_records(self, what: str) -> None:
        """Raise `AppError` when there are column names and nothing else."""
        if not self.lines:
            raise AppError(
                f"{self.name}, line {self.head}: there are column names but no {what}.",
                "Add a line for each.",
            )

    def optional(self, wanted: str) -> list[str] | None:
        """The values of a column, or None."""
        header = self.find(wanted)
        return None if header is None else self.columns[header]

    def column(self, wanted: str) -> list[str]:
        """The values of a column, empty texts where there is no such column."""
        return self.optional(wanted) or [""] * len(self.lines)

    def text(self, wanted: str) -> list[str]:
        """The values of a column that must be filled in every record."""
        values = self.columns[self.find(wanted) or ""]
        if "" in values:
            raise AppError(
                f"{self.at(values.index(''))}: {wanted} is empty.",
                f"Give every record its {wanted}, or delete the line.",
            )
        return values

    def ids(self, wanted: str) -> list[str]:
        """Names of readers, arms or cases: filled, and each written in one way.

        Raises `AppError` for 001 beside 1, R1 beside r1: within one table they are one thing.
        """
        values = self.text(wanted)
        twice = two_spellings(values)
        if twice is not None:
            first, second = twice
            raise AppError(
                f"{self.at(second)}: {wanted} “{values[second][:40]}” is “{values[first][:40]}” on line "
                f"{self.lines[first]}.",
                f"Write one {wanted} in one way throughout; if they are two, name them more differently.",
            )
        return values

    def numbers(self, wanted: str, header: str | None = None, measured: bool = False) -> Floats:
        """A column as float64 (records,); an empty cell or NA is NaN.

        Raises `AppError` for text, for a literal NaN or infinity, which is a mistake rather than an absence,
        for what may be two numbers (1,034), and, where something is `measured`, for a 999 or -1 that stands
        for nothing.
        """
        values = self.columns[header or self.find(wanted) or ""]
        wrong = numbers.problem(values)
        if wrong is not None:
            place, what, remedy = wrong
            raise AppError(f"{self.at(place)}: {wanted} {what}.", remedy)
        absent = numbers.stand_in(values) if measured else None
        if absent is not None:
            place, value = absent
            raise AppError(
                f"{self.at(place)}: {wanted} {value} lies far from all others, as a mark of absence does.",
                f"Leave the cell empty where nothing was measured; if it is meant, write {value}.0.",
            )
        return np.array([numbers.number(value) for value in values], dtype=np.float64)

    def flags(self, wanted: str) -> Floats:
        """A yes/no column as 1, 0 or NaN (empty), float64 (records,)."""
        values = self.columns[self.find(wanted) or ""]
        meaning = {value: _flag(value) for value in set(values)}
        if None in meaning.values():
            place = next(place for place, value in enumerate(values) if meaning[value] is None)
            raise AppError(
                f"{self.at(place)}: {wanted} “{values[place][:40]}” is neither yes nor no.",
                "Write 1 for yes or diseased and 0 for no or normal; leave the cell empty where it is not "
                "known.",
            )
        return np.array([meaning[value] for value in values], dtype=np.float64)


def _flag(value: str) -> float | None:
    low = value.casefold()
    if low in YES:
        return 1.0
    if low in NO:
        return 0.0
    return math.nan if low in NOTHING else None
