"""A further series as a stack of slices: 2-D DICOM, of many frames or with a file per slice, or PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.scan.limits import MAX_PIXELS, check_dimensions, file_size
from app.scan.read import one_sentence
from app.scan.readers.png import PNG

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

LEAST_SHARE, MOST_SHARE = 1.0, 99.5
"""Percentiles of all values between which a stack is shown first."""


@dataclass(frozen=True, eq=False)
class Stack:
    """`slices`: int16 or float32 (slices, rows, cols), read-only; `tallness`: pixel height over width."""

    slices: NDArray[np.int16] | NDArray[np.float32]
    tallness: float = 1.0

    @property
    def first_levels(self) -> tuple[float, float]:
        """The lower and the upper level to begin with, in values of the slices."""
        step = max(1, self.slices.size // 2**20)
        low, high = np.percentile(self.slices.ravel()[::step], (LEAST_SHARE, MOST_SHARE))
        return float(low), float(max(high, low + 1e-6))


def read_stack(paths: Sequence[Path]) -> Stack:
    """The slices of a series in the order of their places, as far as the files tell them, else of their
    names.

    Raises AppError, with one sentence, for a file that is no DICOM image or PNG, for one that says that text
    is burned in, and for slices of several sizes.
    """
    parts: list[tuple[tuple[float, float], NDArray[np.float32], float]] = []
    for index, path in enumerate(sorted(paths)):
        file_size(path)
        with one_sentence(path):
            place, values, tallness = _read(path)
        parts.append(((place, index), values, tallness))
    if not parts:
        raise AppError("The series has no files.", "Put its DICOM or PNG files there.")
    if len({values.shape[1:] for _, values, _ in parts}) > 1:
        name = sorted(paths)[0].parent.name
        raise AppError(f"The slices in {name} have several sizes.", "Give one series alone.")
    slices = np.concatenate([values for _, values, _ in sorted(parts, key=lambda part: part[0])])
    if slices.size > MAX_PIXELS:
        size = f"{len(slices)} slices of {slices.shape[2]} × {slices.shape[1]} pixels"
        raise AppError(f"The series is too large: {size}.", "Export the part that readers have to see.")
    return Stack(_compact(slices), parts[0][2])


def _read(path: Path) -> tuple[float, NDArray[np.float32], float]:
    """The place of a file among the others, its slices, and their tallness."""
    from app.scan.readers.dicom_file import open_dataset, recognises, text

    with path.open("rb") as file:
        head = file.read(4096)
    if PNG.recognises(head):
        return 0.0, PNG.open_source(path).load([]), 1.0
    if not recognises(head):
        raise AppError(f"{path.name} is neither a DICOM image nor a PNG.", "Export the series as DICOM.")
    dataset = open_dataset(path, pixels=True)
    if text(dataset, "BurnedInAnnotation") == "YES":
        raise AppError(f"{path.name} has text burned in, which may name the patient.", "Blank it first.")
    return _place(dataset), _values(dataset, path), _tallness(dataset)


def _values(dataset: FileDataset, path: Path) -> NDArray[np.float32]:
    """Rescaled values, float32 (frames, rows, cols); bright is high."""
    from app.scan.pictures import grey_of_colour
    from app.scan.readers.dicom import transfer_syntax
    from app.scan.readers.dicom_file import integer, number, text
    from app.scan.readers.dicom_pixels import as_counts, stored_values

    check_dimensions(path, integer(dataset, "Rows", 0), integer(dataset, "Columns", 0))
    stored = stored_values(dataset, path, transfer_syntax(dataset), [])
    if stored.ndim == 4:
        stored = np.stack([grey_of_colour(path, frame) for frame in stored])
    values = as_counts(
        stored, number(dataset, "RescaleSlope") or 1.0, number(dataset, "RescaleIntercept") or 0.0
    )
    if not np.isfinite(values).all():
        raise AppError(f"{path.name} has values beyond all measure.", "Export the series again.")
    dark_is_high = text(dataset, "PhotometricInterpretation") == "MONOCHROME1"
    return values.max() + values.min() - values if dark_is_high else values


def _place(dataset: FileDataset) -> float:
    """Along the patient, from the head down; by the number of the instance where no position is told."""
    from app.scan.readers.dicom_file import integer, numbers

    where, along = numbers(dataset, "ImagePositionPatient"), numbers(dataset, "ImageOrientationPatient")
    if len(where) == 3 and len(along) == 6:
        return -float(np.cross(along[:3], along[3:]) @ np.array(where))
    return float(integer(dataset, "InstanceNumber", 0))


def _tallness(dataset: FileDataset) -> float:
    from app.scan.readers.dicom_file import numbers

    spacing = numbers(dataset, "PixelSpacing")
    return spacing[0] / spacing[1] if len(spacing) == 2 and min(spacing) > 0 else 1.0


def _compact(slices: NDArray[np.float32]) -> NDArray[np.int16] | NDArray[np.float32]:
    """Whole numbers within 16 bits take half the place."""
    whole = bool((slices == np.round(slices)).all()) and bool((np.abs(slices) < 2**15).all())
    made = slices.astype(np.int16) if whole else slices.astype(np.float32)
    made.setflags(write=False)
    return made
