"""How well a net draws what labels show: metastases by pixel and by lesion, the bladder by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from app.annotation.classes import BLADDER, METASTASIS
from app.learning.dataset import PreparedCohort
from app.learning.recipe import Recipe, Task
from app.learning.scoring import drawings
from app.learning.segmentation_metrics import LesionCounts, PixelCounts, lesion_counts, pixel_counts
from app.learning.splits import Indices

FROM = 0.5
"""A pixel is drawn from this probability on, and one of metastasis from this share of it on."""


@dataclass(frozen=True)
class DrawnScores:
    """Pixels and lesions of some scans, all added up, in the pixels of the net's own picture.

    A lesion is a connected part of the labels on one view, a part what is connected of the drawing.
    `bladder`: its pixels, where the net draws it.
    """

    pixels: PixelCounts = field(default_factory=PixelCounts)
    lesions: LesionCounts = field(default_factory=LesionCounts)
    bladder: PixelCounts = field(default_factory=PixelCounts)

    def facts(self) -> dict[str, Any]:  # JSON
        """Counts and rates by name; a rate of nothing is None."""
        kinds: dict[str, PixelCounts | LesionCounts] = {"pixel": self.pixels, "lesion": self.lesions}
        kinds |= {"bladder": self.bladder} if self.bladder != PixelCounts() else {}
        return {"from": FROM, **{kind: {**asdict(of), **rates(of)} for kind, of in kinds.items()}}

    @staticmethod
    def of(facts: Mapping[str, Any]) -> DrawnScores:
        """The counts in what `facts` gave."""

        def kept(told: Mapping[str, Any], kind: type) -> dict[str, int]:
            return {name: int(told[name]) for name in asdict(kind())}

        return DrawnScores(
            PixelCounts(**kept(facts["pixel"], PixelCounts)),
            LesionCounts(**kept(facts["lesion"], LesionCounts)),
            PixelCounts(**kept(facts["bladder"], PixelCounts) if "bladder" in facts else {}),
        )

    def __add__(self, other: DrawnScores) -> DrawnScores:
        return DrawnScores(
            self.pixels + other.pixels, self.lesions + other.lesions, self.bladder + other.bladder
        )


def rates(counts: PixelCounts | LesionCounts) -> dict[str, float | None]:
    """Precision, sensitivity and F1 by name."""
    return {"precision": counts.precision, "sensitivity": counts.sensitivity, "f1": counts.f1}


def drawn_scores(
    recipe: Recipe, net: nn.Module, prepared: PreparedCohort, index: Indices, device: torch.device
) -> DrawnScores | None:
    """Judge what a net draws on the scans at these places; None where it draws nothing or no label is known.

    Scans of which nobody knows what is to be drawn are left out. Of recipes that show a scan several times in
    one picture (`looks`) the first is judged.
    """
    targets = prepared.targets
    if recipe.task is not Task.SEGMENT or targets is None or METASTASIS not in recipe.planes:
        return None
    known = [one for one in index if prepared.burden is None or prepared.burden[one] >= 0]
    per_name = targets.shape[1] // len(recipe.planes)
    columns = targets.shape[3] // int(getattr(recipe, "looks", 1))
    total = DrawnScores()
    for one in known:
        drawn = drawings(recipe, net, prepared, np.array([one]), device)[0]
        pairs = {}
        for place, name in enumerate(recipe.planes):
            part = np.s_[place * per_name : (place + 1) * per_name, :, :columns]
            pairs[name] = targets[one][part] >= np.rint(255 * FROM), drawn[part] >= FROM
        truth, here = pairs[METASTASIS]
        bladder = pixel_counts(*pairs[BLADDER]) if BLADDER in pairs else PixelCounts()
        total += DrawnScores(pixel_counts(truth, here), lesion_counts(_numbered(truth), list(here)), bladder)
    return total if known else None


def _numbered(truth: np.ndarray) -> list[np.ndarray]:
    """The connected parts of planes, bool (planes, rows, cols), numbered from 1 through all of them."""
    from scipy import ndimage  # half a second: only where a drawing is judged

    made, before = [], 0
    for plane in truth:
        parts, many = ndimage.label(plane, structure=np.ones((3, 3)))
        made.append(np.where(parts > 0, parts + before, 0))
        before += many
    return made
