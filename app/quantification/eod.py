"""Extent of disease: a grade by the number of lesions (Soloway 1988, Cancer 61:195)."""

from __future__ import annotations

from app.quantification.bsi import BoneScanIndex

SUPERSCAN_SHARE = 0.75
"""Grade 4: more than three quarters of ribs, spine and pelvis."""
_AXIAL = ("spine", "rib", "pelvis")


def eod_grade(lesions: int, index: BoneScanIndex | None = None) -> int:
    """0 without lesions, 1 below 6, 2 from 6 to 20, 3 above 20, 4 for a superscan.

    A superscan is seen from the involved area of ribs, spine and pelvis, so only with an `index`.
    """
    if index is not None and lesions and all(index.share_of(part) > SUPERSCAN_SHARE for part in _AXIAL):
        return 4
    if lesions > 20:
        return 3
    if lesions >= 6:
        return 2
    return 1 if lesions else 0
