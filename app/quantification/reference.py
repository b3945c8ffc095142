"""Where a lesion is compared with: its mirror image across the midline, and the tissue around it."""

from __future__ import annotations

import numpy as np

from app.annotation.geometry import Mask
from app.scan.scan import Counts

_GAP = 2
_RING = 4
"""Pixels between lesion and ring, and width of the ring."""


def midline(counts: Counts, body: Mask) -> float:
    """The column (x, in pixels) about which the body is most symmetrical.

    The axis at which the profile of sqrt(counts) over the body agrees best with its own mirror image.

    counts: float32, body: bool (rows, cols).
    """
    profile = np.sqrt(np.where(body, np.clip(counts, 0, None), 0.0)).sum(axis=0)
    if not profile.any():
        return float(counts.shape[1]) / 2
    agreement = np.convolve(profile, profile)  # peak at i + j = twice the axis
    peak = int(agreement.argmax())
    return (peak + 1) / 2


def mirrored(mask: Mask, axis: float) -> Mask:
    """A mask, bool (rows, cols), reflected across the column `axis`; what leaves the image is lost."""
    other = np.zeros_like(mask)
    rows, cols = np.nonzero(mask)
    across = np.rint(2 * axis - 1 - cols).astype(int)
    inside = (across >= 0) & (across < mask.shape[1])
    other[rows[inside], across[inside]] = True
    return other


def contralateral(mask: Mask, all_lesions: Mask, axis: float) -> Mask | None:
    """The mirrored place without lesions; None on the midline, off the image, or when mostly lesion itself.

    mask, all_lesions: bool (rows, cols).
    """
    reflected = mirrored(mask, axis)
    if (reflected & mask).any():
        return None
    free = reflected & ~all_lesions
    return free if free.any() and free.sum() * 2 >= mask.sum() else None


def surroundings(mask: Mask, all_lesions: Mask, body: Mask) -> Mask | None:
    """A ring around a lesion, inside the body and free of lesions; None when nothing is left of it.

    Two pixels away and four wide. mask, all_lesions, body: bool (rows, cols).
    """
    rows, cols = np.nonzero(mask)
    if not rows.size:
        return None
    edge = _GAP + _RING
    window = (
        slice(max(int(rows.min()) - edge, 0), int(rows.max()) + edge + 1),
        slice(max(int(cols.min()) - edge, 0), int(cols.max()) + edge + 1),
    )
    near = grown(mask[window], _GAP)
    ring = np.zeros_like(mask)
    ring[window] = grown(near, _RING) & ~near & ~all_lesions[window] & body[window]
    return ring if ring.any() else None


def grown(mask: Mask, pixels: int) -> Mask:
    """The mask and everything so many pixels around it, in octagons; bool (rows, cols)."""
    grown = mask.copy()
    for step in range(pixels):
        wider = grown.copy()
        wider[1:] |= grown[:-1]
        wider[:-1] |= grown[1:]
        wider[:, 1:] |= grown[:, :-1]
        wider[:, :-1] |= grown[:, 1:]
        if step % 2:
            wider[1:, 1:] |= grown[:-1, :-1]
            wider[:-1, :-1] |= grown[1:, 1:]
            wider[1:, :-1] |= grown[:-1, 1:]
            wider[:-1, 1:] |= grown[1:, :-1]
        grown = wider
    return grown
