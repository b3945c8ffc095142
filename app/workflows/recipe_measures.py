"""What a comparison asks of a trained net beside its AUC: size, speed on a processor, where it looks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from app.learning.explanation_metrics import CaseExplanation, Explanation, case_explanation, explained
from app.learning.maps import ViewMaps, attention_maps, drawn_planes
from app.learning.recipe import Input
from app.progress import Progress, check_cancelled
from app.scan.read import read_scan
from app.scan.window import body_mask
from app.workflows.training_cohort import label_maps

if TYPE_CHECKING:
    from torch import nn

    from app.learning.dataset import CaseFile, PreparedCohort
    from app.learning.recipe import Recipe

METASTASIS = 1
_REPEATS = 7


def parameters_of(net: nn.Module) -> int:
    """How many numbers the net has learned."""
    return sum(one.numel() for one in net.parameters())


def milliseconds(recipe: Recipe, net: nn.Module, prepared: PreparedCohort, threads: int | None) -> float:
    """Median time of one scan's answer as an ONNX graph on the processor, without reading and preparing.

    Raises AppError for a net that cannot be exported.
    """
    import torch

    from app.learning.batches import batch_of
    from app.learning.export import GRAPH_NAME, export_net
    from app.learning.onnx_engine import OnnxEngine

    example = batch_of(prepared, np.array([0, 1]), torch.device("cpu")).images.numpy()
    with TemporaryDirectory() as folder:
        export_net(recipe, net, example, Path(folder))
        engine = OnnxEngine(Path(folder) / GRAPH_NAME, threads=threads or 0)
    times = []
    one = example[:1]
    for _ in range(_REPEATS + 2):  # the first two warm it up
        begun = time.perf_counter()
        engine.run(one, attention=False, planes=False)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times[2:])


def pointing(
    recipe: Recipe, net: nn.Module, cases: Sequence[CaseFile], progress: Progress
) -> Explanation | None:
    """How often the hottest place of the attention lies on a true metastasis, over ill scans with masks.

    Where a net draws, its drawing of metastases is the attention; else Grad-CAM at the recipe's layer. None
    where it has neither, or no scan has a mask.
    """
    looked: list[CaseExplanation] = []
    method = ""
    for number, case in enumerate(cases):
        check_cancelled(progress)
        progress.report(number / len(cases), f"Where {recipe.name} looks, scan {number + 1} of {len(cases)}")
        if not case.truth or case.labels is None:
            continue
        scan = read_scan(*case.files, case=case.case)
        labels = label_maps(case, scan)
        lesions = {view: maps == METASTASIS for view, maps in labels.lesion.items()}
        found = _attention(recipe, net, recipe.prepare(scan))
        if found is None:
            return None
        method, maps = found
        if any(mask.any() for mask in lesions.values()):
            counts = {view.name: view.counts for view in scan.views}
            bodies = {name: body_mask(image) for name, image in counts.items()}
            looked.append(case_explanation(maps, lesions, counts, bodies))
    return explained(looked, method) if looked else None


def _attention(recipe: Recipe, net: nn.Module, made: Input) -> tuple[str, ViewMaps] | None:
    import torch

    from app.learning.gradcam import Method, attention_of, layer_of
    from app.learning.scoring import outputs_of

    images = torch.from_numpy(made.image)[None]
    net.eval()
    with torch.inference_mode():
        drawn = recipe.drawn(outputs_of(net, images))
    if drawn is not None:
        planes = drawn_planes(recipe.planes, drawn[0].float().numpy(), made)
        return "its drawing", planes["metastasis"]
    layer = layer_of(recipe, net)
    if not layer:
        return None
    maps = attention_of(recipe, net, images.clone(), Method.GRAD_CAM, layer)
    return f"{Method.GRAD_CAM.value}, layer {layer}", attention_maps(maps[0].cpu().numpy(), made)
