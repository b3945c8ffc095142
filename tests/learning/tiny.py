"""A recipe so small that its nets are exported and explained within a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.errors import AppError
from app.learning import recipes
from app.learning.cards import card_text
from app.learning.export import Exported, export_net
from app.learning.frame import Floats, whole
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.shelf import install
from app.learning.weights import InstalledModel, own_folder
from app.scan.scan import Scan, ViewName

ROWS, COLS = 48, 24


class Pooled(nn.Module):
    """Convolutions, global average pooling, one linear layer: the kind whose map needs no gradient."""

    def __init__(self, hidden: int = 0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(2, 6, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
        )
        self.head = (
            nn.Linear(8, 1)
            if not hidden
            else nn.Sequential(nn.Linear(8, hidden), nn.ReLU(), nn.Linear(hidden, 1))
        )

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, 1)."""
        return self.head(self.body(images).mean(dim=(2, 3)))


class Drawing(nn.Module):
    """A patient logit and four drawn logits: two names, each on two views."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(2, 4, 3, padding=1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Patient (n,), drawn (n, 4, rows, cols)."""
        drawn = self.body(images)
        return drawn.amax(dim=(1, 2, 3)), drawn


@dataclass(frozen=True)
class Tiny:
    """`kind`: pooled, hidden (a second linear layer after a ReLU), drawing, or telling (draws, has features).

    `either`: one view will do.
    """

    kind: str = "pooled"
    either: bool = False
    name: str = "tiny"
    title: str = "A tiny net"
    source: str = "these tests"
    phases: Sequence[Phase] = ()

    @property
    def draws(self) -> bool:
        return self.kind in ("drawing", "telling")

    @property
    def features(self) -> Callable[[tuple[Tensor, ...]], Tensor] | None:
        return (lambda outputs: outputs[1].mean(dim=(2, 3))) if self.kind == "telling" else None

    @property
    def task(self) -> Task:
        return Task.SEGMENT if self.draws else Task.CLASSIFY

    @property
    def planes(self) -> tuple[str, ...]:
        return ("metastasis", "bladder") if self.draws else ()

    def prepare(self, scan: Scan) -> Input:
        if len(scan.views) < 2 and not self.either:
            raise AppError(f"{scan.case} has one view only.", "Tiny nets need both.")
        frames = tuple(
            replace(
                whole(view.name, view.counts.shape, (0, 0, ROWS, COLS)), plane=list(ViewName).index(view.name)
            )
            for view in scan.views
        )
        image = np.zeros((2, ROWS, COLS), np.float32)
        for frame, view in zip(frames, scan.views, strict=True):
            image[frame.plane] = frame.into(view.counts)
        return Input(image, frames)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        return None

    def build(self) -> nn.Module:
        if self.draws:
            return Drawing()
        return Pooled(hidden=5 if self.kind == "hidden" else 0)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        return batch

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        raise NotImplementedError

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        return torch.sigmoid(outputs[0]).reshape(-1)

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        return torch.sigmoid(outputs[1]) if self.draws else None

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        return None if self.draws else net.body


def net_of(recipe: Tiny, seed: int = 0) -> nn.Module:
    """A net with the weights of a seed, as it answers."""
    torch.manual_seed(seed)
    return recipe.build().eval()


def inputs(many: int = 3, seed: int = 1) -> Floats:
    """Random inputs, float32 (many, 2, rows, cols)."""
    return np.random.default_rng(seed).gamma(2.0, 1.0, (many, 2, ROWS, COLS)).astype(np.float32)


def hot_net() -> nn.Module:
    """A drawing net that draws as metastasis what holds over 60 counts per pixel, and calls from one on."""
    net = Drawing()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
        net.body.weight[0, 0, 1, 1] = net.body.weight[1, 1, 1, 1] = 1.0
        net.body.bias[:] = torch.tensor([-60.0, -60.0, -60.0, -60.0])
    return net


@cache
def _exported(kind: str, size: tuple[int, int]) -> Exported:
    net = hot_net() if Tiny(kind).draws else net_of(Tiny(kind))
    example = np.ones((1, 2, *size), np.float32)
    return export_net(Tiny(kind), net, example, Path(mkdtemp(prefix="scintiread-tiny-")))


def install_tiny(
    name: str = "tiny",
    threshold: float = 0.5,
    kind: str = "drawing",
    as_recipe: str = "",
    size: tuple[int, int] = (ROWS, COLS),
) -> InstalledModel:
    """Install a tiny net as the user's own; its recipe is `tiny-KIND`, which `tiny_recipes` makes known.

    `as_recipe` and `size`: the net sees what another recipe of two planes makes of a scan.
    """
    made, recipe = _exported(kind, size), Tiny(kind)
    model = InstalledModel(
        name=name,
        version="1",
        title=recipe.title,
        recipe=as_recipe or f"tiny-{kind}",
        task=recipe.task,
        folder=own_folder(),
        files={},
        input=made.input,
        threshold=threshold,
        training_data="nothing (tests)",
        licence="CC0",
        planes=recipe.planes,
        attention_method=made.attention_method,
        attention_layer=made.attention_layer,
    )
    return install(model, made.weights, made.graph, card_text, own_folder())


def tiny_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the tiny recipes known by name, as those of the program are."""
    mine = tuple((f"tiny-{kind}", f"tests.learning.tiny:{kind.upper()}") for kind in KINDS)
    mine += tuple((f"tiny-{kind}-either", f"tests.learning.tiny:{kind.upper()}_EITHER") for kind in KINDS)
    monkeypatch.setattr(recipes, "RECIPES", (*recipes.RECIPES, *mine))


KINDS = ("pooled", "hidden", "drawing", "telling")
POOLED, HIDDEN, DRAWING, TELLING = (Tiny(kind, name=f"tiny-{kind}") for kind in KINDS)
POOLED_EITHER, HIDDEN_EITHER, DRAWING_EITHER, TELLING_EITHER = (
    Tiny(kind, either=True, name=f"tiny-{kind}-either") for kind in KINDS
)
