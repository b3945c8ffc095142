"""The six regions in which reports count metastases, and which of them a scan's labels hold them in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.annotation.report_regions import REPORT_REGIONS
from app.errors import AppError
from app.learning.frame import Floats
from app.learning.recipe import LabelMaps
from app.quantification.bones import bone_table

_SHARE = 0.25
"""A region holds a focus that has a quarter of its pixels there, or that fills a quarter of the region: the
rim of a focus reaches over to the next bone, a diffuse one takes many."""
_EIGHT = np.ones((3, 3), np.uint8)


def regions_held(labels: LabelMaps) -> Floats:
    """Which report regions hold metastases in any view, 0 or 1 (6,), in the order of `REPORT_REGIONS`.

    A focus beside every bone is other. Raises AppError where lesions are drawn and bones are not.
    """
    held = np.zeros(len(REPORT_REGIONS), np.float32)
    for view, drawn in labels.metastases.items():
        if not drawn.any():
            continue
        if view not in labels.region:
            raise AppError(
                "Where metastases are cannot be learned: the labels show lesions, but no bones.",
                "Leave the scan out, or give labels with a map of its bones: none could be fitted to it.",
            )
        held = np.maximum(held, _held_in_view(drawn, labels.region[view]))
    return held


def _held_in_view(drawn: NDArray[np.bool_], bones: NDArray[np.uint8]) -> Floats:
    from scipy import ndimage  # half a second: only where labels are read

    places = _place_of_code()[bones]
    sizes = np.bincount(places.ravel(), minlength=len(REPORT_REGIONS) + 1)[1:]
    foci, count = ndimage.label(drawn, _EIGHT)
    held = np.zeros(len(REPORT_REGIONS), np.float32)
    for focus in range(1, count + 1):
        inside = np.bincount(places[foci == focus], minlength=len(REPORT_REGIONS) + 1)[1:]
        if not inside.any():
            inside[-1] = 1
        held[(inside >= _SHARE * inside.sum()) | ((inside >= _SHARE * sizes) & (sizes > 0))] = 1
    return held


def _place_of_code() -> NDArray[np.int64]:
    """Of every bone code the place of its report region, counted from 1; 0 where there is no bone."""
    places = np.zeros(256, np.int64)
    for bone in bone_table().bones:
        places[bone.code] = 1 + REPORT_REGIONS.index(bone.report)
    return places
