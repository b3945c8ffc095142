"""How many images a training step takes in a second, and how much of what the device can do that is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from app.learning.devices import device_named
from app.learning.recipe import Batch
from app.learning.recipes import recipe_named
from app.progress import NoProgress
from app.workflows.training.cohort import open_cohort
from app.workflows.training.labels import label_maps

_WARM, _SECONDS, _MOST = 2, 5.0, 50
_SQUARE = {"cuda": 8192, "mps": 4096, "cpu": 1536}


@dataclass(frozen=True)
class Speed:
    """Images per second in training; share of `peak`, the FLOP/s of a plain matrix product there."""

    images: float
    share: float
    peak: float


def speed_of(recipe_name: str, cohort: Path, device: str, precision: str) -> Speed:
    """Whole steps - loss, gradients, optimiser - on scans of the cohort that lie on the device."""
    recipe: Any = recipe_named(recipe_name)
    place = device_named(device)
    phase = recipe.phases[0]
    torch.manual_seed(0)
    net = recipe.build().to(place).train()
    optimiser = torch.optim.SGD(net.parameters(), lr=1e-6)
    batch = _batch(recipe, cohort, phase.batch, place)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(place.type, torch.bfloat16, enabled=precision == "mixed"):
            loss = recipe.loss(net, batch, phase)
        loss.backward()
        optimiser.step()

    with FlopCounterMode(display=False) as counter:
        step()
    for _ in range(_WARM - 1):
        step()
    taken = _timed(step, place)
    return Speed(
        phase.batch / taken,
        counter.get_total_flops() / taken / peak_of(place.type, precision),
        peak_of(place.type, precision),
    )


@cache
def peak_of(kind: str, precision: str) -> float:
    """FLOP/s of a square matrix product, which is what a device does best."""
    size = _SQUARE[kind]
    place = torch.device(kind)
    square = torch.rand(
        size, size, device=place, dtype=torch.bfloat16 if precision == "mixed" else torch.float32
    )
    square @ square
    return 2 * size**3 / _timed(lambda: square @ square, place)


def _timed(step: Any, place: torch.device) -> float:
    """Seconds of one call."""
    _wait(place)
    begun, steps = time.perf_counter(), 0
    while steps < _MOST and (steps == 0 or time.perf_counter() - begun < _SECONDS):
        step()
        steps += 1
    _wait(place)
    return (time.perf_counter() - begun) / steps


def _wait(place: torch.device) -> None:
    if place.type == "cuda":
        torch.cuda.synchronize(place)


def _batch(recipe: Any, cohort: Path, many: int, place: torch.device) -> Batch:
    """What a step of the recipe is given: a few scans of the cohort with their masks, again and again."""
    inputs, targets, truth = [], [], []
    ill, well = (
        next(case for case in open_cohort(cohort, NoProgress()).cases if case.truth is kind)
        for kind in (True, False)
    )
    for case in (ill, well):
        scan = case.read()
        made = recipe.prepare(scan)
        inputs.append(torch.from_numpy(made.image))
        drawn = recipe.target(label_maps(case, scan), made)
        targets.append(None if drawn is None else torch.from_numpy(drawn))
        truth.append(float(case.truth))
    turn = torch.arange(many) % 2
    drawn_targets = (
        None if targets[0] is None else torch.stack([each for each in targets if each is not None])
    )
    batch = Batch(
        torch.stack(inputs)[turn].float(),
        torch.tensor(truth)[turn],
        None if drawn_targets is None else drawn_targets[turn],
        torch.arange(many),
    )
    shown = recipe.augment(batch, torch.Generator().manual_seed(0))
    masks = None if shown.targets is None else shown.targets.to(place)
    return Batch(shown.images.to(place), shown.truth.to(place), masks, shown.index.to(place))
