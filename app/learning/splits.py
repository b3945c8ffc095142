"""Which patients train, which choose, which test: never one patient in two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Places of the cases in a cohort; int64 each."""

    train: Indices
    validation: Indices
    test: Indices

    def check(self, patients: Sequence[str]) -> Split:
        """This split; raises AppError when a patient lies in two parts of it."""
        parts = {"training": self.train, "validation": self.validation, "test": self.test}
        seen: dict[str, str] = {}
        for name, part in parts.items():
            for patient in {patients[index] for index in part}:
                if patient in seen:
                    raise AppError(
                        f"Patient {patient} is in {seen[patient]} and in {name}.",
                        "Split by patient: a patient's scans resemble each other.",
                    )
                seen[patient] = name
        return self


def split_by_patient(
    patients: Sequence[str],
    truth: NDArray[np.bool_],
    seed: int,
    shares: tuple[float, float] = (0.15, 0.15),
) -> Split:
    """Validation and test take their `shares` of the ill and of the healthy patients; the rest trains."""
    groups = _shuffled(patients, truth, seed)
    parts: list[list[str]] = [[], [], []]
    for group in groups:
        edges = np.rint(np.cumsum([0.0, *shares]) * len(group)).astype(int)
        parts[1] += group[edges[0] : edges[1]]
        parts[2] += group[edges[1] : edges[2]]
        parts[0] += group[edges[2] :]
    train, validation, test = (_cases(part, patients) for part in parts)
    return Split(train, validation, test).check(patients)


def folds_by_patient(
    patients: Sequence[str], truth: NDArray[np.bool_], folds: int, seed: int, validates: bool = True
) -> tuple[Split, ...]:
    """Each patient tests once; the following fold validates, or trains too. Stratified by truth.

    Raises AppError when there are fewer patients of either kind than folds.
    """
    groups = _shuffled(patients, truth, seed)
    if folds < 2 or min(len(group) for group in groups) < folds:
        fewest = min(len(group) for group in groups)
        raise AppError(f"{fewest} patients of one kind cannot be in {folds} folds.", "Choose fewer folds.")
    parts = [[patient for group in groups for patient in group[fold::folds]] for fold in range(folds)]
    return folds_of([_cases(part, patients) for part in parts], patients, validates)


def folds_of(parts: Sequence[Indices], patients: Sequence[str], validates: bool = True) -> tuple[Split, ...]:
    """Each part tests once and the following one validates, unless nobody is to or there are two parts only.

    Raises AppError when a patient lies in two parts.
    """
    made = []
    for fold, test in enumerate(parts):
        chosen = (fold + 1) % len(parts)
        chooses = validates and len(parts) > 2
        apart = {fold, chosen} if chooses else {fold}
        rest = [part for place, part in enumerate(parts) if place not in apart]
        validation = parts[chosen] if chooses else np.array([], dtype=np.int64)
        made.append(Split(np.sort(np.concatenate(rest)), validation, test).check(patients))
    return tuple(made)


def _shuffled(patients: Sequence[str], truth: NDArray[np.bool_], seed: int) -> list[list[str]]:
    """Ill and healthy patients, each in random order; ill is who has a positive scan."""
    ill = {patient for patient, positive in zip(patients, truth, strict=True) if positive}
    rng = np.random.default_rng(seed)
    everyone = sorted(set(patients))
    groups = [[one for one in everyone if (one in ill) is kind] for kind in (True, False)]
    return [[group[place] for place in rng.permutation(len(group))] for group in groups]


def _cases(chosen: Sequence[str], patients: Sequence[str]) -> Indices:
    wanted = set(chosen)
    return np.array([index for index, patient in enumerate(patients) if patient in wanted], dtype=np.int64)
