"""Positive area of the bone surface: how much of the projected skeleton is covered by lesions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.annotation.geometry import Mask
from app.quantification.bsi import BoneMap
from app.scan.scan import ViewName


def pabs_percent(lesions: Mapping[ViewName, Mask], bones: Mapping[ViewName, BoneMap]) -> float | None:
    """%PABS = 100 sum A_lesion / sum A_skeleton over both views; None when no skeleton is mapped.

    lesions: bool (rows, cols), bones: uint8 (rows, cols) for each view; areas in pixels.
    """
    skeleton = sum(int((codes > 0).sum()) for codes in bones.values())
    if not skeleton:
        return None
    return 100.0 * sum(int(mask.sum()) for view, mask in lesions.items() if view in bones) / skeleton


def off_skeleton_share(lesions: Mapping[ViewName, Mask], bones: Mapping[ViewName, BoneMap]) -> float:
    """Share, 0-1, of the lesion pixels where no bone is mapped; arrays as in `pabs_percent`."""
    shown = [(mask, bones[view]) for view, mask in lesions.items() if view in bones]
    total = _total(mask for mask, _ in shown)
    return _total(mask & (codes == 0) for mask, codes in shown) / total if total else 0.0


def _total(masks: Iterable[Mask]) -> int:
    return sum(int(mask.sum()) for mask in masks)
