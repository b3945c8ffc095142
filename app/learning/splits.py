"""Which patients train, which choose, which test: never one patient in two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError

Indices = NDArray[np.int64]
Strata = NDArray[np.bool_] | NDArray[np.int64]


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
    strata: Strata,
    seed: int,
    shares: tuple[float, float] = (0.15, 0.15),
) -> Split:
    """Validation and test take their `shares` of the patients of each stratum; the rest trains.

    strata: bool or int (n,), of the cases; a patient is of the highest of theirs.
    """
    groups = _shuffled(patients, strata, seed)
    parts: list[list[str]] = [[], [], []]
    for group in groups:
        edges = np.rint(np.cumsum([0.0, *shares]) * len(group)).astype(int)
        parts[1] += group[edges[0] : edges[1]]
        parts[2] += group[edges[1] : edges[2]]
        parts[0] += group[edges[2] :]
    train, validation, test = (_cases(part, patients) for part in parts)
    return Split(train, validation, test).check(patients)


def folds_by_patient(
    patients: Sequence[str],
    truth: NDArray[np.bool_],
    folds: int,
    seed: int,
    validates: bool = True,
    strata: Strata | None = None,
) -> tuple[Split, ...]:
    """Each patient tests once; the following fold validates, or trains too. Stratified by truth or `strata`.

    truth: bool (n,), strata: bool or int64 (n,), one for each case. Raises AppError when there are fewer
    patients of a kind of the truth than folds.
    """
    fewest = min(len(group) for group in _shuffled(patients, truth, seed))
    if folds < 2 or fewest < folds:
        raise AppError(f"{fewest} patients of one kind cannot be in {folds} folds.", "Choose fewer folds.")
    groups = _shuffled(patients, truth if strata is None else strata, seed)
    return folds_of([_cases(part, patients) for part in _dealt(groups, folds)], patients, validates)


def folds_of(parts: Sequence[Indices], patients: Sequence[str], validates: bool = True) -> tuple[Split, ...]:
    """Each part tests once and the following one validates, unless nobody is to or there are two parts only.

    parts: int64 (n,) each, places of cases. Raises AppError when a patient lies in two parts.
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


def within(split: Split, own: Indices, extra: Indices) -> Split:
    """A split of the cases at the places `own` of a cohort as one of the cohort, where `extra` train too.

    own, extra: int64 (n,).
    """
    train = np.sort(np.concatenate([own[split.train], extra]))
    return Split(train, own[split.validation], own[split.test])


BURDEN_LEVELS = (
    "0",
    "1-9",
    "10-99",
    "100-999",
    "1,000-9,999",
    "10,000-99,999",
    "100,000 and more",
    "unknown",
)
"""Pixels of metastasis in a scan's labels: the seven levels of Liu S et al. 2022, and ill without labels."""


def burden_levels(burden: NDArray[np.int64], truth: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The level of each case, int64 (n,), a place in `BURDEN_LEVELS`.

    burden: pixels, -1 for no labels. An ill case of which nothing is drawn has an unknown burden.
    """
    digits = np.array([len(str(max(many, 0))) if many > 0 else 0 for many in burden.tolist()], np.int64)
    unknown = len(BURDEN_LEVELS) - 1
    return np.where(truth & (burden <= 0), unknown, np.minimum(digits, unknown - 1))


def _dealt(groups: list[list[str]], folds: int) -> list[list[str]]:
    """The patients of each group dealt to the folds in turn.

    Where there are many groups each begins where the one before ended, so that what is left over of small
    ones does not all come to the first folds.
    """
    parts: list[list[str]] = [[] for _ in range(folds)]
    at = 0
    for group in groups:
        for place, patient in enumerate(group):
            parts[(at + place) % folds].append(patient)
        at += len(group) if len(groups) > 2 else 0
    return parts


def _shuffled(patients: Sequence[str], strata: Strata, seed: int) -> list[list[str]]:
    """The patients of each stratum in random order, highest first; a patient's is the highest of theirs."""
    highest: dict[str, int] = {}
    for patient, stratum in zip(patients, strata.tolist(), strict=True):
        highest[patient] = max(int(stratum), highest.get(patient, 0))
    rng = np.random.default_rng(seed)
    groups = [
        [one for one in sorted(highest) if highest[one] == kind]
        for kind in sorted(set(highest.values()), reverse=True)
    ]
    return [[group[place] for place in rng.permutation(len(group))] for group in groups]


def _cases(chosen: Sequence[str], patients: Sequence[str]) -> Indices:
    wanted = set(chosen)
    return np.array([index for index, patient in enumerate(patients) if patient in wanted], dtype=np.int64)
