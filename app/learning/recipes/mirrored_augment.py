"""A scan in training as another patient's, from another camera, in a worse file, or as one view alone."""

from __future__ import annotations

import torch
from torch import Tensor

from app.learning.recipes.mirrored_levels import coloured, counted, filed
from app.learning.recipes.mirrored_moves import moved, some, window

_UNCHANGED = 0.12
"""Share of the scans of which only left and right are exchanged, or a view taken."""
_LEFT = 1.0
"""Pixels of metastasis that have to be left of a patient who is called ill."""


def augmented(
    images: Tensor, targets: Tensor | None, truth: Tensor, rng: torch.Generator
) -> tuple[Tensor, Tensor | None, Tensor]:
    """Counts (n, 2, rows, cols), targets (n, planes, rows, cols) or None, and truth (n,), all changed.

    A patient whose metastases are all cut off, or on the missing view alone, is not ill here; without targets
    nobody knows, and the truth stays.
    """
    many, views, rows, cols = images.shape
    keep = some(_UNCHANGED, many, rng)
    planes = images[:, None]
    if targets is not None:
        planes = torch.cat([planes, targets.reshape(many, -1, views, rows, cols)], dim=1)
    was_there = (images.amax(dim=(2, 3), keepdim=True) > 0).to(images.dtype)
    planes = moved(planes, keep, rng)
    there = window(planes[:, 0], keep, rng)
    shown = planes[:, 0]
    changed = filed(counted(coloured(shown, rng), rng), rng)
    shown = torch.where(keep[:, None, None, None], shown, changed) * there * was_there
    blank = shown.amax(dim=(1, 2, 3)) <= 0  # the only view that there was: it comes back
    shown = torch.where(blank[:, None, None, None], planes[:, 0], shown)
    there = torch.where(blank[:, None, None, None], torch.ones_like(there), there)
    if targets is None:
        return shown, None, truth
    left = planes[:, 1:] * there[:, None]
    before = targets[:, :views].sum(dim=(1, 2, 3))
    lost = (before >= _LEFT) & (left[:, 0].sum(dim=(1, 2, 3)) < _LEFT)
    return shown, left.reshape(targets.shape), torch.where(lost, torch.zeros_like(truth), truth)
