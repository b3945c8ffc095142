"""A table of text with its line numbers, its columns under the names this program uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.analysis.placements import Floats
from app.errors import AppError

ALIASES: dict[str, tuple[str, ...]] = {
    "reader": ("reader", "reader_id", "readerid", "reader_code", "observer", "rater"),
    "arm": ("arm", "modality", "treatment", "condition", "modality_id", "modalityid", "test"),
    "case": ("case", "case_id", "caseid", "case_code"),
    "truth": ("truth", "gold", "reference_standard", "reference"),
    "rating": ("rating", "score", "confidence", "probability"),
    "call": ("call", "decision"),
    "seconds": ("active_seconds", "seconds", "time_s", "time_seconds"),
    "position": ("read_position", "position", "read_order"),
    "attempt": ("attempt",),
    "scale": ("scale",),
    "skipped": ("skipped",),
    "technical_problem": ("technical_problem",),
    "warm_up": ("warm_up",),
    "repeat_of": ("repeat_of",),
    "simulated": ("simulated",),
    "model": ("model", "algorithm"),
    "score": ("score", "probability", "rating"),
    "mark": ("mark", "mark_type"),
    "lesion_id": ("lesion_id", "lesion", "lesionid"),
    "weight": ("weight", "lesion_weight"),
}
YES = frozenset({"1", "1.0", "yes", "true", "positive", "pos", "y", "t", "diseased", "metastasis"})
NO = frozenset({"0", "0.0", "no", "false", "negative", "neg", "n", "f", "normal", "healthy", "-"})
NOTHING = frozenset({"", "na", "n/a", "none", "null"})


@dataclass(frozen=True)
class Table:
    """Columns of stripped text; `lines` holds the line (or sheet row) of each record."""

    name: str
    headers: tuple[str, ...]
    columns: dict[str, list[str]]
    lines: Sequence[int]

    def at(self, row: int) -> str:
        """Where a record stands: file and line."""
        return f"{self.name}, line {self.lines[row]}"

    def find(self, wanted: str) -> str | None:
        """The header that stands for `wanted`, by name or alias, whatever its case."""
        by_name = {header.strip().lower().replace(" ", "_"): header for header in self.headers}
        names = ALIASES.get(wanted, (wanted,))
        return next((by_name[name] for name in names if name in by_name), None)

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
                f"{self.name}, line 1: no column{plural} {listed} among {found}.", f"Name them: {hint}."
            )

    def optional(self, wanted: str) -> list[str] | None:
        """The values of a column, or None."""
        header = self.find(wanted)
        return None if header is None else self.columns[header]

    def text(self, wanted: str) -> list[str]:
        """The values of a column that must be filled in every record."""
        values = self.columns[self.find(wanted) or ""]
        if "" in values:
            raise AppError(
                f"{self.at(values.index(''))}: {wanted} is empty.",
                f"Give every record its {wanted}, or delete the line.",
            )
        return values

    def numbers(self, wanted: str, header: str | None = None) -> Floats:
        """A column as float64 (records,); an empty cell or NA is NaN.

        Raises `AppError` for text, and for a literal NaN or infinity, which is a mistake rather than an
        absence.
        """
        values = self.columns[header or self.find(wanted) or ""]
        found = np.array([number(value) for value in values])
        bad = np.flatnonzero(~np.isfinite(found))
        for place in bad.tolist():
            if values[place].lower() not in NOTHING:
                raise AppError(
                    f"{self.at(place)}: {wanted} “{values[place][:40]}” is not a number.",
                    "Write a number, or leave the cell empty when the case was not read.",
                )
        found[bad] = np.nan
        return found

    def flags(self, wanted: str) -> Floats:
        """A yes/no column as 1, 0 or NaN (empty), float64 (records,)."""
        values = self.columns[self.find(wanted) or ""]
        meaning = {value: _flag(value) for value in set(values)}
        if None in meaning.values():
            place = next(place for place, value in enumerate(values) if meaning[value] is None)
            raise AppError(
                f"{self.at(place)}: {wanted} “{values[place][:40]}” is neither yes nor no.",
                "Write 1 for yes or diseased and 0 for no or normal.",
            )
        return np.array([meaning[value] for value in values], dtype=np.float64)


def number(text: str) -> float:
    """The number, or NaN; a decimal comma is understood."""
    try:
        return float(text)
    except ValueError:
        try:
            return float(text.replace(",", ".")) if "," in text else math.nan
        except ValueError:
            return math.nan


def _flag(value: str) -> float | None:
    low = value.lower()
    if low in YES:
        return 1.0
    if low in NO:
        return 0.0
    return math.nan if low in NOTHING else None
