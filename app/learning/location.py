"""Which regions of a report hold the lesions that a model or a person has drawn, as a trained net says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from app.annotation.geometry import Mask
from app.annotation.report_regions import REPORT_REGIONS
from app.errors import AppError
from app.learning.onnx_engine import WEIGHTS_KEY, OnnxEngine
from app.learning.recipe import LabelMaps, Task
from app.learning.recipes import recipe_named
from app.learning.recipes.liu2022_location import Liu2022Location
from app.learning.weights import GRAPH, REINSTALL, InstalledModel, installed_models, verified
from app.scan.scan import Scan, ViewName


def location_model() -> InstalledModel:
    """The newest installed model that names regions; AppError without one."""
    locating = [model for model in installed_models() if model.task is Task.LOCATE]
    if not locating:
        raise AppError(
            "No installed model names the regions of lesions.",
            "Train one with `scintiread train liu2022-location`, then `scintiread models add RUN`; or take "
            "--regions map.",
        )
    return locating[-1]


class Locator:
    """One such model, its files checked; no torch."""

    def __init__(self, model: InstalledModel) -> None:
        self.model = verified(model)
        self._recipe = cast(Liu2022Location, recipe_named(model.recipe))
        self._engine = OnnxEngine(model.path(GRAPH))
        if self._engine.metadata.get(WEIGHTS_KEY) != model.weights_sha256:
            raise AppError(f"{model.path(GRAPH).name} was made from other weights.", REINSTALL)

    def __call__(self, scan: Scan, metastases: Mapping[ViewName, Mask]) -> dict[str, float]:
        """Probability of metastases in each region of the report, by its name.

        metastases: bool (rows, cols) of each view that has any. Raises AppError for a scan without views.
        """
        drawn = LabelMaps({view: mask.astype(np.uint8) for view, mask in metastases.items()})
        shown = self._recipe.together(scan, drawn)
        answers = self._engine.run(shown[None], attention=False, planes=False)
        if answers.regions is None or not np.isfinite(answers.regions).all():
            raise AppError(f"{self.model.identity} gives no answer for {scan.case}.", "Take --regions map.")
        return dict(zip(REPORT_REGIONS, answers.regions[0].tolist(), strict=True))
