"""A model whose net draws what is hot, installed as the user's own: exported and run like any other."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import torch
from torch import nn

from app.learning.architectures.whole_picture import WholePicture
from app.learning.export import Exported, export_net
from app.learning.recipe import Task
from app.learning.recipes.whole_picture import UNET
from app.learning.shelf import install
from app.learning.weights import InstalledModel, own_folder

SLOPE, ZERO = 8.0, -7.2
"""Logit of blackness: of light and dark strip together half is reached where the light one is 0.8 black."""
TRAINED_ON = "nothing (toy); stands for simulated scans"


def install_toy_model(name: str = "toy", threshold: float = 0.5) -> InstalledModel:
    """Install it; scans with 25 pixels as hot as that are called ill."""
    made = _exported()
    model = InstalledModel(
        name=name,
        version="1",
        title="Toy",
        recipe=UNET.name,
        task=Task.SEGMENT,
        folder=own_folder(),
        files={},
        input=made.input,
        threshold=threshold,
        training_data=TRAINED_ON,
        licence="CC0",
        planes=UNET.planes,
    )
    return install(model, made.weights, made.graph, _card, own_folder())


@cache
def _exported() -> Exported:
    look = nn.Conv2d(1, 2, 7, padding=3)  # the mean of 7 x 7 pixels
    with torch.no_grad():
        look.weight[:] = torch.tensor([SLOPE / 49, 0.0]).reshape(2, 1, 1, 1)
        look.bias[:] = torch.tensor([ZERO, -20.0])
    example = np.zeros((1, 1, 1024, 1024), np.float32)
    folder = Path(mkdtemp(prefix="scintiread-toy-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return export_net(UNET, WholePicture(look), example, folder)


def _card(model: InstalledModel) -> str:
    return f"# {model.name} {model.version}\n\n{model.weights_sha256}\n"
