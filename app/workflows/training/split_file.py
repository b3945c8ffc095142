"""A split of somebody's own: `case,part` for one training, `case,fold` for a cross-validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.learning.splits import Indices, Split, folds_of
from app.tables.read import read_table

_PARTS: Mapping[str, str] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "test": "test",
}


def split_from(path: Path, cases: Sequence[str], patients: Sequence[str]) -> Split:
    """The parts of a file with the columns case and part; AppError also for a patient in two."""
    told = _column(path, "part", cases)
    for case, part in told.items():
        if part.casefold() not in _PARTS:
            raise AppError(f"{path.name} puts {case} into “{part}”.", "Parts are train, validation and test.")
    parts = [_PARTS[told[case].casefold()] for case in cases]
    train, validation, test = (_places(parts, name) for name in ("train", "validation", "test"))
    return Split(train, validation, test).check(patients)


def folds_from(
    path: Path, cases: Sequence[str], patients: Sequence[str], validates: bool = True
) -> tuple[Split, ...]:
    """The folds of a file with the columns case and fold: each tests once, the following one validates.

    Unless nothing `validates`: then it trains too.

    Raises AppError, also for a patient in two folds.
    """
    told = _column(path, "fold", cases)
    folds = [told[case] for case in cases]
    names = sorted(
        set(folds), key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name)
    )
    if len(names) < 2:
        raise AppError(f"{path.name} has one fold only.", "Give two or more.")
    return folds_of([_places(folds, name) for name in names], patients, validates)


def _places(told: list[str], name: str) -> Indices:
    return np.array([place for place, one in enumerate(told) if one == name], dtype=np.int64)


def _column(path: Path, name: str, cases: Sequence[str]) -> dict[str, str]:
    """What the table says of each of the cases, and of no other."""
    table = read_table(path)
    table.require("case", name)
    found: dict[str, str] = {}
    for case, told in zip(table.ids("case"), table.text(name), strict=True):
        if found.setdefault(case, told) != told:
            raise AppError(f"{path.name} names {case} twice.", "Keep one line.")
    absent, strange = [case for case in cases if case not in found], sorted(set(found) - set(cases))
    if absent or strange:
        what = f"says nothing of {absent[0]}" if absent else f"names {strange[0]}, which is not in the cohort"
        raise AppError(f"{path.name} {what}.", "Every case of the cohort has one line, and no other has one.")
    return found
