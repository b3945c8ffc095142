"""What recipes that draw share: one number for the patient, and the mean of light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import AppError
from app.learning.recipe import Batch

if TYPE_CHECKING:
    from torch import Tensor

SURE_PIXELS = 25
"""1.3 cm2 at 2.26 mm: the papers that draw give no number for the patient, so this one is ours."""


def surest(plane: Tensor, pixels: int = SURE_PIXELS) -> Tensor:
    """Probability of metastasis of each scan, (n,): the mean of the highest pixels of (n, rows, cols)."""
    flat = plane.flatten(1)
    return flat.topk(min(pixels, flat.shape[1]), dim=1).values.mean(dim=1)


def light_and_dark(drawn: Tensor) -> Tensor:
    """A drawing on four strips (n, planes, rows, cols), the light pair and the dark one averaged on both."""
    import torch

    half = drawn.shape[3] // 2
    mean = (drawn[..., :half] + drawn[..., half:]) / 2
    return torch.cat([mean, mean], dim=3)


def targets_of(batch: Batch, recipe: str) -> Tensor:
    """What the nets should draw; raises AppError where the cohort has no masks."""
    if batch.targets is None:
        raise AppError(
            f"{recipe} learns from drawn lesions, and this cohort has none.",
            "Give a cohort with a folder of labels.",
        )
    return batch.targets
