"""Which regions of a report hold the lesions that a model or a person has drawn, as a trained net says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from app.learning.frame import Floats
from app.learning.recipe import LabelMaps
from app.learning.recipes.liu2022_location import Liu2022Location
from app.learning.recipes.report_regions import REPORT_REGIONS
from app.scan.scan import Scan, ViewName

if TYPE_CHECKING:
    from torch import nn

_DRAWN = 0.5


def regions_by(
    scan: Scan, metastases: Mapping[ViewName, Floats], recipe: Liu2022Location, net: nn.Module
) -> dict[str, float]:
    """Probability of metastases in each region of the report, by its name.

    metastases: 0-1, (rows, cols) of each view, e.g. a segmenting model's plane; from a half a pixel is drawn.
    Raises AppError for a scan without views.
    """
    import torch

    drawn = LabelMaps({view: (plane >= _DRAWN).astype(np.uint8) for view, plane in metastases.items()})
    made = recipe.prepare(scan)
    shown = np.concatenate([made.image, recipe.lesions(drawn, made)])
    with torch.inference_mode():
        logits = net.eval()(torch.from_numpy(shown)[None])
    found = torch.sigmoid(logits[0].float()).tolist()
    return dict(zip(REPORT_REGIONS, found, strict=True))
