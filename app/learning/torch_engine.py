"""A net in torch: for devices that onnxruntime has not, and for gradients that a graph cannot give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from app.errors import AppError
from app.learning.engine import Answers, NoMemory
from app.learning.frame import Floats
from app.learning.gradcam import Method, answered, layer_of
from app.learning.recipe import Recipe
from app.learning.scoring import features_of, outputs_of
from app.learning.weight_files import weights_into


class TorchEngine:
    """One net of a recipe with its weights on one device; `method` and `layer` are those of its attention."""

    def __init__(
        self,
        recipe: Recipe,
        weights: Path,
        device: str = "cpu",
        *,
        method: Method = Method.GRAD_CAM,
        layer: str = "",
        threads: int = 0,
    ) -> None:
        if threads:
            torch.set_num_threads(threads)
        self._recipe = recipe
        self.device = device
        self.net: nn.Module = weights_into(recipe.build(), weights).eval().to(device)
        self._method = method
        self._layer = layer_of(recipe, self.net, layer)

    @property
    def attention_method(self) -> str:
        """The method and the layer whose maps it weighs; empty for a net that has none."""
        return f"{self._method.value}, layer {self._layer}" if self._layer else ""

    def run(self, images: Floats, *, attention: bool, planes: bool) -> Answers:
        """Answers to inputs (n, channels, rows, cols)."""
        try:
            shown = torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32)).to(self.device)
            maps = None
            if attention and self._layer:
                outputs, maps = answered(self._recipe, self.net, shown, self._method, self._layer)
            else:
                with torch.inference_mode():
                    outputs = outputs_of(self.net, shown)
            with torch.inference_mode():
                probability = self._recipe.score(outputs).float().cpu().numpy()
                drawn = self._recipe.drawn(outputs) if planes else None
                features = features_of(self._recipe, outputs)
        except torch.OutOfMemoryError as error:
            if self.device == "cuda":
                torch.cuda.empty_cache()
            raise NoMemory from error
        except RuntimeError as error:  # how MPS and the processor say it
            if "out of memory" in str(error) or "can't allocate memory" in str(error):
                raise NoMemory from error
            raise
        return Answers(
            probability,
            None if maps is None else maps.cpu().numpy(),
            None if drawn is None else drawn.float().cpu().numpy(),
            None if features is None else features.float().cpu().numpy(),
        )


def usable_device(device: str) -> str:
    """The device, when torch has it; raises AppError that names those it has."""
    there = ["cpu"]
    there += ["cuda"] if torch.cuda.is_available() else []
    there += ["mps"] if torch.backends.mps.is_available() else []
    if device not in there:
        raise AppError(f"This machine has no {device} device.", f"Choose one of auto, {', '.join(there)}.")
    return device
