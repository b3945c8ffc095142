"""A trained net leaves torch: weights as safetensors and one ONNX graph, checked to answer as torch does."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn

from app.errors import AppError
from app.files import write_whole
from app.learning.cam import constant_slope
from app.learning.frame import Floats
from app.learning.gradcam import Method, layer_of
from app.learning.onnx_engine import (
    ATTENTION,
    FEATURES,
    INPUT,
    METHOD_KEY,
    PLANES,
    PROBABILITY,
    REGIONS,
    WEIGHTS_KEY,
    OnnxEngine,
)
from app.learning.recipe import Recipe
from app.learning.scoring import features_of, outputs_of
from app.learning.weight_files import save_weights

OPSET = 17
TOLERANCE = 1e-4
WEIGHTS_NAME, GRAPH_NAME = "weights.safetensors", "graph.onnx"


@dataclass(frozen=True)
class Exported:
    """What an export wrote; `difference` is the largest from torch in a probability or a drawn pixel."""

    weights: Path
    graph: Path
    weights_sha256: str
    input: tuple[int, int, int]
    attention_method: str
    attention_layer: str
    difference: float


def export_net(
    recipe: Recipe,
    net: nn.Module,
    example: Floats,
    out: Path,
    *,
    half: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Exported:
    """Write `weights.safetensors` and `graph.onnx` into `out`, each whole or not at all.

    example: some inputs as the net is given them, float32 (n, channels, rows, cols), n at least 1. The
    graph gives probability (n,), what a segmenting net draws (n, planes, rows, cols), features and regions
    (n, k) where the recipe has them, and attention (n, h, w) where one pass is enough for it: behind global
    average pooling and one linear layer the slope of the answer is the same everywhere and for every input,
    so that the class activation map (Zhou et al. 2016) is Grad-CAM. With `half` the weights are rounded to
    float16 first, in both files.

    Raises AppError when the net holds values that are no numbers, the disk refuses, or the graph's answers
    differ from torch's by more than 1e-4.
    """
    net = net.cpu().eval()
    _check_numbers(recipe, net)
    inputs = torch.from_numpy(np.ascontiguousarray(example, dtype=np.float32))
    sha256 = save_weights(net, out / WEIGHTS_NAME, {"recipe": recipe.name, **(facts or {})}, half=half)
    layer = layer_of(recipe, net)
    slope = constant_slope(recipe, net, inputs, layer) if layer else None
    method = f"{Method.GRAD_CAM.value}, layer {layer}" if slope is not None else ""
    whole = _Whole(recipe, net, layer, slope).eval()
    content = _graph(whole, inputs[:1], {WEIGHTS_KEY: sha256, METHOD_KEY: method})
    with TemporaryDirectory() as folder:
        trial = Path(folder) / GRAPH_NAME
        trial.write_bytes(content)
        difference = _difference(whole, OnnxEngine(trial), inputs)
    if not difference <= TOLERANCE:
        raise AppError(
            f"The graph of {recipe.name} answers otherwise than the net, by {difference:.2g}.",
            "Its net uses an operation that ONNX computes differently; nothing was exported.",
        )
    write_whole(out / GRAPH_NAME, content)
    channels, rows, cols = (int(size) for size in example.shape[1:])
    return Exported(
        out / WEIGHTS_NAME,
        out / GRAPH_NAME,
        sha256,
        (channels, rows, cols),
        method,
        layer if method else "",
        difference,
    )


class _Whole(nn.Module):
    """The net with everything that a prediction needs of it, as one function of the input."""

    def __init__(self, recipe: Recipe, net: nn.Module, layer: str, slope: Tensor | None) -> None:
        super().__init__()
        self.net = net
        self._recipe = recipe
        self._layer = layer
        self._slope = slope
        self.names: list[str] = [PROBABILITY]

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Probability, then drawn planes, features and attention where there are any; `names` says which."""
        seen: list[Tensor] = []
        hook = None
        if self._slope is not None:
            hook = self.net.get_submodule(self._layer).register_forward_hook(
                lambda _m, _i, made: seen.append(made)
            )
        try:
            outputs = outputs_of(self.net, images)
        finally:
            if hook is not None:
                hook.remove()
        answers, self.names = [self._recipe.score(outputs).reshape(-1)], [PROBABILITY]
        drawn = self._recipe.drawn(outputs)
        if drawn is not None:
            answers.append(drawn)
            self.names.append(PLANES)
        features = features_of(self._recipe, outputs)
        if features is not None:
            answers.append(features)
            self.names.append(FEATURES)
        if told := getattr(self._recipe, "regions", None):
            answers.append(told(outputs))
            self.names.append(REGIONS)
        if self._slope is not None:
            answers.append((seen[0] * self._slope[None, :, None, None]).sum(dim=1).clamp_min(0))
            self.names.append(ATTENTION)
        return tuple(answers)


def _graph(whole: _Whole, example: Tensor, metadata: Mapping[str, str]) -> bytes:
    import onnx

    with TemporaryDirectory() as folder, torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's remarks on constants that are meant to be constant
        whole(example)  # so that the names of the outputs are known
        torch.onnx.export(
            whole,
            (example,),
            str(Path(folder) / GRAPH_NAME),
            input_names=[INPUT],
            output_names=whole.names,
            dynamic_axes={name: {0: "n"} for name in (INPUT, *whole.names)},
            opset_version=OPSET,
            dynamo=False,
        )
        graph = onnx.load(str(Path(folder) / GRAPH_NAME))
    onnx.helper.set_model_props(graph, dict(metadata))
    content: bytes = graph.SerializeToString()
    return content


def _difference(whole: _Whole, engine: OnnxEngine, example: Tensor) -> float:
    """The largest difference between graph and net, on the example and on a batch of three changed ones."""
    changed = torch.cat([example[:1], example[:1].flip(-1), example[:1] * 0.5])
    worst = 0.0
    for images in (example, changed):
        with torch.inference_mode():
            wanted = dict(zip(whole.names, (one.numpy() for one in whole(images)), strict=True))
        given = engine.run(images.numpy(), attention=True, planes=True)
        answers = {
            PROBABILITY: given.probability,
            PLANES: given.planes,
            FEATURES: given.features,
            REGIONS: given.regions,
            ATTENTION: given.attention,
        }
        for name, answer in answers.items():
            if name in wanted and answer is not None:
                free = name in (ATTENTION, FEATURES)
                scale = max(1.0, float(np.abs(wanted[name]).max())) if free else 1.0
                worst = max(worst, float(np.abs(wanted[name] - answer).max()) / scale)
    return worst


def _check_numbers(recipe: Recipe, net: nn.Module) -> None:
    bad = [name for name, value in net.state_dict().items() if not bool(torch.isfinite(value).all())]
    if bad:
        raise AppError(
            f"The net of {recipe.name} holds values that are no numbers, the first in {bad[0]}.",
            "Its training diverged: train again with a lower learning rate.",
        )
