"""How well drawn masks meet the true ones: by pixel both ways of averaging, by patient, and by lesion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask

Numbers = NDArray[np.integer]


@dataclass(frozen=True)
class PixelCounts:
    """Pixels drawn rightly, wrongly and missed; sums over whatever they are added up over."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: PixelCounts) -> PixelCounts:
        return PixelCounts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        """TP / (TP + FP); None where nothing is drawn."""
        return _share(self.right, self.right + self.wrong)

    @property
    def sensitivity(self) -> float | None:
        """TP / (TP + FN); None where there is nothing to draw."""
        return _share(self.right, self.right + self.missed)

    @property
    def dice(self) -> float | None:
        """2 TP / (2 TP + FP + FN), which is F1 of the pixels; None where both masks are empty."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    @property
    def f1(self) -> float | None:
        """The same, as F1."""
        return self.dice


def pixel_counts(truth: Mask, drawn: Mask) -> PixelCounts:
    """Counts of one mask, or of a stack of views; bool of one shape."""
    right = int(np.logical_and(truth, drawn).sum())
    return PixelCounts(right, int(drawn.sum()) - right, int(truth.sum()) - right)


@dataclass(frozen=True)
class FoldSummary:
    """Means over folds, and F1 both ways; None where no fold has a value.

    `f1_of_means` is F1 of mean precision and mean sensitivity, which Diagnostics 2023;13:3042 prints as mean
    F1; `mean_of_f1` is the mean of the folds' F1.
    """

    precision: float | None
    sensitivity: float | None
    f1_of_means: float | None
    mean_of_f1: float | None


def fold_summary(folds: Sequence[PixelCounts | LesionCounts]) -> FoldSummary:
    """Precision, sensitivity and F1 over folds, each fold's pixels or lesions pooled."""
    precision = _mean(fold.precision for fold in folds)
    sensitivity = _mean(fold.sensitivity for fold in folds)
    of_means = None
    if precision is not None and sensitivity is not None:
        of_means = _f1(precision, sensitivity)
    return FoldSummary(precision, sensitivity, of_means, _mean(fold.f1 for fold in folds))


@dataclass(frozen=True)
class LesionCounts:
    """Lesions that something drawn meets, all lesions, and drawn parts that meet none or one; over scans."""

    met: int = 0
    lesions: int = 0
    false_parts: int = 0
    scans: int = 0
    right_parts: int = 0

    def __add__(self, other: LesionCounts) -> LesionCounts:
        return LesionCounts(
            self.met + other.met,
            self.lesions + other.lesions,
            self.false_parts + other.false_parts,
            self.scans + other.scans,
            self.right_parts + other.right_parts,
        )

    @property
    def precision(self) -> float | None:
        """Share of the drawn parts that meet a lesion."""
        return _share(self.right_parts, self.right_parts + self.false_parts)

    @property
    def sensitivity(self) -> float | None:
        """Share of the lesions that are met."""
        return _share(self.met, self.lesions)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and sensitivity; None where there is neither a lesion nor a part."""
        if not self.lesions + self.right_parts + self.false_parts:
            return None
        return _f1(self.precision or 0.0, self.sensitivity or 0.0)

    @property
    def false_per_scan(self) -> float | None:
        """Drawn parts that meet no lesion, per scan."""
        return self.false_parts / self.scans if self.scans else None


def lesion_counts(numbers: Sequence[Numbers], drawn: Sequence[Mask], least_pixels: int = 1) -> LesionCounts:
    """One scan: `numbers` of the lesion at each pixel, 0 for none, and what is drawn, a pair for each view.

    A lesion is met when a drawn part of at least `least_pixels` shares a pixel with it on either view, and
    a part is false when it shares none. numbers: int (rows, cols); drawn: bool of that shape.
    """
    from scipy import ndimage

    lesions: set[int] = set()
    met: set[int] = set()
    false_parts = right_parts = 0
    for truth, mask in zip(numbers, drawn, strict=True):
        lesions |= set(np.unique(truth[truth > 0]).tolist())
        parts, _ = ndimage.label(mask, structure=np.ones((3, 3)))
        for number, window in enumerate(ndimage.find_objects(parts), start=1):
            part = parts[window] == number
            if int(part.sum()) < least_pixels:
                continue
            under = truth[window][part]
            under = under[under > 0]
            met |= set(np.unique(under).tolist())
            false_parts += not under.size
            right_parts += bool(under.size)
    return LesionCounts(len(met & lesions), len(lesions), false_parts, 1, right_parts)


@dataclass(frozen=True)
class PatientDice:
    """Mean Dice over patients who have something to draw, and how many these are."""

    mean: float | None
    patients: int


def patient_dice(patients: Iterable[PixelCounts]) -> PatientDice:
    """Dice of each patient, those without true pixels left out; an empty drawing counts 0."""
    values = [each.dice or 0.0 for each in patients if each.right + each.missed]
    return PatientDice(fmean(values) if values else None, len(values))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(precision: float, sensitivity: float) -> float:
    both = precision + sensitivity
    return 2 * precision * sensitivity / both if both else 0.0


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
