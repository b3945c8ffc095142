"""Whether a net looks at the metastases: the pointing game on scans whose masks are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.learning.dataset import CaseFile
from app.learning.explanation_metrics import CaseExplanation, Explanation, case_explanation, explained
from app.learning.maps import ViewMaps
from app.learning.recipe import Input, Recipe
from app.progress import Progress, one_by_one
from app.scan.window import body_mask
from app.workflows.training.labels import label_maps

Attention = Callable[[Input], tuple[str, ViewMaps] | None]
"""Where a net looks on a prepared scan, and how that was found; None for a net that cannot say."""


def pointing(
    recipe: Recipe, attention: Attention, cases: Sequence[CaseFile], progress: Progress
) -> Explanation | None:
    """How often the hottest place of the attention lies on a true metastasis, over ill scans with masks.

    None where the net cannot say where it looks, or no scan has a mask.
    """
    looked: list[CaseExplanation] = []
    method = ""
    for case in one_by_one(cases, progress, f"Where {recipe.name} looks, scan"):
        if not case.truth or not case.labels:
            continue
        scan = case.read()
        labels = label_maps(case, scan)
        lesions = labels.metastases
        found = attention(recipe.prepare(scan))
        if found is None:
            return None
        method, maps = found
        if any(mask.any() for mask in lesions.values()):
            counts = {view.name: view.counts for view in scan.views}
            bodies = {name: body_mask(image) for name, image in counts.items()}
            looked.append(case_explanation(maps, lesions, counts, bodies))
    return explained(looked, method) if looked else None
