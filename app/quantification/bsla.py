"""Bone-scan lesion area and intensity: how large the lesions are, and how hot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.annotation.geometry import Mask
from app.quantification.normaliser import Normaliser
from app.scan.scan import Counts, View, ViewName


def bsla_cm2(views: Mapping[ViewName, View], lesions: Mapping[ViewName, Mask]) -> float | None:
    """BSLA: the area of the lesions (bool, (rows, cols)) on all views; None where a view has no spacing."""
    areas = [area_cm2(lesions[name], view.spacing_mm) for name, view in views.items()]
    known = [area for area in areas if area is not None]
    return sum(known) if known and len(known) == len(areas) else None


def bslai(
    views: Mapping[ViewName, View],
    lesions: Mapping[ViewName, Mask],
    normalisers: Mapping[ViewName, Normaliser],
) -> float | None:
    """BSLAI of the scan: the sum over the views that have a normaliser; None without one.

    `lesions`: bool (rows, cols) of each view.
    """
    if not normalisers:
        return None
    return sum(lesion_intensity(views[name].counts, lesions[name], by) for name, by in normalisers.items())


def area_cm2(mask: Mask, spacing_mm: tuple[float, float] | None) -> float | None:
    """Area of the pixels of a mask, bool (rows, cols), n s_row s_column / 100; None without spacing."""
    if spacing_mm is None:
        return None
    return int(mask.sum()) * spacing_mm[0] * spacing_mm[1] / 100.0


def lesion_intensity(counts: Counts, lesions: Mask, by: Normaliser) -> float:
    """BSLAI of one view: the sum over the lesion pixels of counts / normaliser; dimensionless.

    counts: float32 (rows, cols); lesions: bool of the same shape.
    """
    return float(counts[lesions].sum(dtype=np.float64)) / by.counts
