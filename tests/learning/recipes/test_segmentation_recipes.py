"""The recipes that draw: their losses learn, their nets answer for every pixel and every patient."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.errors import AppError
from app.learning.architectures.double_unet import MinedDoubleUNet
from app.learning.export import export_net
from app.learning.onnx_engine import OnnxEngine
from app.learning.recipe import Batch, Phase, Recipe
from app.learning.recipes import RECIPES, recipe_named
from app.learning.recipes.double_unet import BASELINE, MINING, OTSU, OTSU_DICE
from app.learning.recipes.drawing import light_and_dark, surest
from app.learning.recipes.liu2022_segment import RECIPE as TILES
from app.learning.recipes.liu2022_segment import RECIPE_49 as TILES_49
from app.learning.recipes.strip_augment import moved
from app.learning.recipes.whole_picture import DYNUNET, UNET

SMALL: tuple[Recipe, ...] = (
    replace(OTSU, width=4),
    replace(OTSU_DICE, width=4),
    replace(BASELINE, width=4),
    replace(MINING, width=4),
    replace(TILES, side=64, tile=16, stride=(8, 16), width=4, channels=(4, 8)),
    replace(UNET, side=64, widths=(4, 8, 8)),
    replace(DYNUNET, side=64, widths=(4, 8, 8, 8)),
)


_RATE = 0.02


def batch_for(recipe: Recipe) -> Batch:
    """Two scans of even bodies, the first with a hot lesion (and a bladder where the recipe draws one)."""
    size = 64 if "bladder" in recipe.planes else 32
    level = 0.3 if size == 64 else 10.0
    images = torch.zeros(2, 1, size, size)
    images[:, :, 4:-4, :] = level
    targets = torch.zeros(2, len(recipe.planes), size, size)
    columns = range(5, size, 32) if size == 64 else (14,)
    for left in columns:
        images[0, 0, 10:16, left : left + 6] = 3 * level
        targets[0, 0, 10:16, left : left + 6] = 1
        if size == 64:
            images[:, 0, 40:46, left : left + 6] = 3 * level
            targets[:, 1, 40:46, left : left + 6] = 1
    return Batch(images, torch.tensor([1.0, 0.0]), targets, torch.arange(2))


def learn(recipe: Recipe, net: nn.Module, batch: Batch, phase: Phase, steps: int) -> list[float]:
    parameters = recipe.trainable(net, phase)
    optimiser = torch.optim.Adam(parameters, _RATE)
    losses = []
    for _ in range(steps):
        net.train()
        optimiser.zero_grad()
        loss = recipe.loss(net, batch, phase)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("recipe", [SMALL[0], *SMALL[3:]], ids=lambda recipe: recipe.name)
def test_every_recipe_can_learn_one_batch_by_heart(recipe: Recipe) -> None:
    torch.manual_seed(0)
    net, batch = recipe.build(), batch_for(recipe)
    for phase in recipe.phases:
        losses = learn(
            recipe, net, batch, phase, 90 if recipe.name == TILES.name else 30
        )  # 16 of 56 tiles a step
        assert losses[-1] < 0.98 * losses[0]
    with torch.no_grad():
        outputs = net(batch.images)  # with the batch's own statistics, those it has learned with
        drawn = recipe.drawn(outputs)
        score = recipe.score(outputs)
    assert drawn is not None
    assert batch.targets is not None
    assert drawn.shape == batch.targets.shape
    inside = batch.targets[0, 0] > 0.5
    assert drawn[0, 0][inside].mean() > 2 * drawn[0, 0][~inside].mean()
    assert score.shape == (2,)
    assert score[0] >= score[1]


@pytest.mark.parametrize("recipe", SMALL, ids=lambda recipe: recipe.name)
def test_every_net_leaves_torch_and_answers_as_it_did(recipe: Recipe, tmp_path: Path) -> None:
    torch.manual_seed(2)
    net = recipe.build().eval()
    made = export_net(recipe, net, batch_for(recipe).images.numpy(), tmp_path)
    answers = OnnxEngine(made.graph).run(batch_for(recipe).images.numpy(), attention=False, planes=True)
    assert answers.planes is not None
    assert answers.planes.shape[1] == len(recipe.planes)


@pytest.mark.parametrize("recipe", SMALL, ids=lambda recipe: recipe.name)
def test_a_cohort_without_masks_is_refused(recipe: Recipe) -> None:
    batch = replace(batch_for(recipe), targets=None)
    with pytest.raises(AppError, match="learns from drawn lesions"):
        recipe.loss(recipe.build(), batch, recipe.phases[0])


def test_there_is_no_loss_on_air() -> None:
    recipe = replace(OTSU, width=4)
    body = torch.tensor([[0.0, 10.0, -10.0], [0.0, -10.0, 10.0]])  # logits of not metastatic, metastatic

    def loss(air: float) -> float:
        logits = torch.zeros(1, 3, 2, 4)
        logits[0, :, :, 0] = torch.tensor([air, 0.0, 0.0])[:, None]
        logits[0, :, 0, 1:] = body[0][:, None]
        logits[0, :, 1, 1:] = body[1][:, None]
        target = torch.zeros(1, 2, 2, 4)
        target[0, 0, 0, 1:], target[0, 1, 1, 1:] = 1, 1
        return float(recipe._loss_of((logits, logits), target))

    assert loss(20.0) < 0.02  # air said to be air costs nothing, without a target of its own
    assert loss(20.0) < loss(0.0)  # said to be body it is a false positive of the body


def test_mistakes_of_the_first_net_are_what_the_second_learns_as_not_metastatic() -> None:
    recipe = replace(MINING, width=4)
    net = recipe.build().eval()
    assert isinstance(net, MinedDoubleUNet)
    batch = batch_for(recipe)
    last = recipe.phases[1]
    with torch.no_grad():
        for draw in (net.baseline.draw1, net.baseline.draw2):
            draw.weight.zero_()
            draw.bias[:] = torch.tensor([-5.0, 5.0])
    everything = recipe._not_metastatic(net, batch.images)
    assert everything.min() == 1
    before = [part.clone() for part in net.baseline.parameters()]
    assert not bool(net.mined)
    learn(recipe, net, batch, last, 2)
    assert bool(net.mined)
    assert net.eval()(batch.images)[0].shape[1] == 3
    assert all(torch.equal(now, then) for now, then in zip(net.baseline.parameters(), before, strict=True))


def test_the_body_by_otsu_is_what_the_net_learns_as_not_metastatic() -> None:
    recipe = replace(OTSU, width=4)
    images = torch.zeros(1, 1, 32, 32)
    images[0, 0, 8:24, 8:24] = 12.0
    assert torch.equal(recipe._not_metastatic(recipe.build(), images), (images > 0).float())


def test_one_tile_with_metastasis_makes_the_patient_positive() -> None:
    logits = torch.full((2, 28, 2), -4.0)
    logits[1, 17, 0] = 3.0
    score = TILES.score((torch.zeros(2, 2, 8, 8), logits))
    assert score[0] < 0.05
    assert score[1] > 0.9


def test_tiles_are_28_or_49() -> None:
    assert TILES.title.startswith("ResNet34 on 28 tiles")
    assert TILES_49.title.startswith("ResNet34 on 49 tiles")
    assert (TILES.stride, TILES_49.stride) == ((128, 256), (128, 128))


def test_the_score_is_that_of_the_surest_pixels() -> None:
    plane = torch.zeros(2, 10, 10)
    plane[1, :5, :5] = 0.8
    assert surest(plane).tolist() == pytest.approx([0, 0.8])


def test_light_and_dark_strips_are_averaged() -> None:
    drawn = torch.zeros(1, 1, 4, 8)
    drawn[..., :4] = 1
    assert torch.equal(light_and_dark(drawn), torch.full((1, 1, 4, 8), 0.5))


def test_strips_move_each_in_its_own_place_and_their_targets_with_them() -> None:
    images = torch.zeros(8, 1, 64, 64)
    images[..., 20:44, 18:22] = 1  # on the left of the second strip alone
    batch = Batch(images, torch.zeros(8), images.clone(), torch.arange(8))
    made = moved(batch, torch.Generator().manual_seed(2))
    assert made.targets is not None
    assert torch.equal(made.images, made.targets)
    assert made.images[..., :16].max() == 0
    assert made.images[..., 32:].max() == 0
    assert len({round(float(each.sum()), 2) for each in made.images}) > 4
    left = _columns(made.images)
    assert (left < 24).any()
    assert (left > 24).any()


def _columns(images: Tensor) -> Tensor:
    """The mean column of what is bright, (n,)."""
    across = torch.arange(images.shape[3], dtype=torch.float32)
    return (images.sum(dim=(1, 2)) * across).sum(dim=1) / images.sum(dim=(1, 2, 3))


@pytest.mark.parametrize("recipe", [OTSU, MINING, BASELINE, TILES, UNET, DYNUNET], ids=lambda one: one.name)
def test_recipes_are_found_by_their_names(recipe: Recipe) -> None:
    assert recipe.name in dict(RECIPES)
    assert recipe_named(recipe.name) == recipe
    assert recipe.title
    assert recipe.source


def test_published_settings_stand_in_the_recipes() -> None:
    assert [(phase.epochs, phase.rate, phase.batch) for phase in OTSU.phases] == [(500, 1e-4, 4)]
    assert [phase.rate for phase in TILES.phases] == [0.01, 0.01]
    assert np.array_equal([phase.name for phase in MINING.phases], ["baseline", "three classes"])
