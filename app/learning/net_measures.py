"""What a comparison asks of a net beside its AUC: its size, its speed on a processor, where it looks."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import nn

from app.learning.batches import batch_of
from app.learning.dataset import PreparedCohort
from app.learning.export import GRAPH_NAME, export_net
from app.learning.gradcam import Method, attention_of, layer_of
from app.learning.maps import ViewMaps, attention_maps, drawn_planes
from app.learning.onnx_engine import OnnxEngine
from app.learning.recipe import Input, Recipe
from app.learning.scoring import outputs_of

_REPEATS = 7
_DRAWN = "metastasis"


def parameters_of(net: nn.Module) -> int:
    """How many numbers the net has learned."""
    return sum(one.numel() for one in net.parameters())


def milliseconds(recipe: Recipe, net: nn.Module, prepared: PreparedCohort, threads: int | None) -> float:
    """Median time of one scan's answer as an ONNX graph on the processor, without reading and preparing.

    Raises AppError for a net that cannot be exported.
    """
    example = batch_of(prepared, np.array([0, 1]), torch.device("cpu")).images.numpy()
    with TemporaryDirectory() as folder:
        export_net(recipe, net, example, Path(folder))
        engine = OnnxEngine(Path(folder) / GRAPH_NAME, threads=threads or 0)
    times = []
    for _ in range(_REPEATS + 2):  # the first two warm it up
        begun = time.perf_counter()
        engine.run(example[:1], attention=False, planes=False)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times[2:])


def attention_on(recipe: Recipe, net: nn.Module, made: Input) -> tuple[str, ViewMaps] | None:
    """Where the net looks on one scan, and how that was found, in the pixels of each view.

    Where a net draws, its drawing of metastases is the attention; else Grad-CAM at the recipe's layer. None
    where it has neither.
    """
    images = torch.from_numpy(made.image)[None]
    net.cpu().eval()
    with torch.inference_mode():
        drawn = recipe.drawn(outputs_of(net, images))
    if drawn is not None:
        return "its drawing", drawn_planes(recipe.planes, drawn[0].float().numpy(), made)[_DRAWN]
    layer = layer_of(recipe, net)
    if not layer:
        return None
    maps = attention_of(recipe, net, images.clone(), Method.GRAD_CAM, layer)
    return f"{Method.GRAD_CAM.value}, layer {layer}", attention_maps(maps[0].numpy(), made)
