from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.errors import AppError
from app.learning.normalise import thigh_counts
from app.learning.recipe import Batch, Recipe, Task
from app.learning.recipes import RECIPES, hsieh2021, ibrahim2023, liu2022, magboo, recipe_named
from app.learning.recipes.geometric import Geometry, moved
from app.learning.recipes.pair_input import hsieh2021_input, ibrahim2023_input, magboo_input
from app.scan.scan import ViewName
from tests.learning.toy_scans import SPOTS, toy_labels, toy_scan

SHAPES = {
    "hsieh2021": (1, 256, 256),
    "magboo": (1, 224, 224),
    "ibrahim2023": (1, 512, 512),
    "liu2022": (1, 1024, 1024),
}


@pytest.mark.parametrize("name", [name for name, _ in RECIPES])
def test_every_recipe_is_found_by_its_name_and_cites_its_source(name: str) -> None:
    recipe = recipe_named(name)
    assert recipe.name == name
    assert recipe.source
    assert recipe.phases


def test_an_unknown_recipe_is_one_sentence_with_those_there_are() -> None:
    with pytest.raises(AppError, match="resnext is no recipe") as caught:
        recipe_named("resnext")
    assert "ibrahim2023" in caught.value.hint


@pytest.mark.parametrize("name", SHAPES)
def test_inputs_have_the_published_sizes(name: str) -> None:
    image = recipe_named(name).prepare(toy_scan(1, True)).image
    assert image.shape == SHAPES[name]
    assert image.dtype == np.float32


def test_schedules_are_as_published() -> None:
    supcon, supervised = hsieh2021.RECIPE.phases, hsieh2021.DENSENET121_SUPERVISED.phases
    assert sum(phase.epochs for phase in supcon) == sum(phase.epochs for phase in supervised) == 50
    assert {(phase.rate, phase.optimiser) for phase in (*supcon, *supervised)} == {(1e-3, "adam")}
    (balanced,) = ibrahim2023.RECIPE.phases
    assert (balanced.epochs, balanced.steps_per_epoch, balanced.rate) == (6, 200, 1e-4)
    assert balanced.balanced
    test, validation = magboo.SHARES[1], magboo.SHARES[0]
    assert (test, validation) == (0.3, pytest.approx(0.7 * 0.15))
    assert liu2022.GAMMA == 1


def test_one_thigh_sets_the_scale_of_both_views() -> None:
    scan = toy_scan(1, True)
    assert scan.anterior is not None
    made = hsieh2021_input(scan)
    total = sum(float(view.counts.mean()) for view in scan.views) / 2
    assert made.image.mean() * thigh_counts(scan.anterior) == pytest.approx(total, rel=1e-3)
    brighter = replace(scan, anterior=replace(scan.anterior, counts=scan.anterior.counts * 3))
    assert hsieh2021_input(brighter).image[0, :, :128].mean() == pytest.approx(
        made.image[0, :, :128].mean(), rel=0.1
    )


def test_each_view_is_stretched_by_its_own_extremes_for_ibrahim_by_common_ones_for_magboo() -> None:
    scan = toy_scan(1, True)
    halves = ibrahim2023_input(scan).image[0]
    assert halves[:, :256].max() == halves[:, 256:].max() == 1
    assert halves.min() == 0
    joined = magboo_input(scan).image[0]
    assert sorted((joined[:, :112].max() == 1, joined[:, 112:].max() == 1)) == [False, True]


@pytest.mark.parametrize("prepare", [hsieh2021_input, ibrahim2023_input, magboo_input])
def test_a_missing_view_is_one_sentence(prepare: object) -> None:
    scan = replace(toy_scan(1, True), posterior=None)
    with pytest.raises(AppError, match="TOY-1 has no posterior view"):
        prepare(scan)  # type: ignore[operator]


@pytest.mark.parametrize("name", ["hsieh2021", "ibrahim2023", "magboo"])
def test_a_place_in_the_input_is_found_again_in_its_view(name: str) -> None:
    scan = toy_scan(1, True)
    made = recipe_named(name).prepare(scan)
    for frame in made.frames:
        spot = np.zeros(frame.shape, np.float32)
        row, col = SPOTS[0] if frame.view is ViewName.ANTERIOR else (SPOTS[0][0], 255 - SPOTS[0][1])
        spot[row - 4 : row + 5, col - 4 : col + 5] = 1
        plane = np.zeros(made.image.shape[1:], np.float32)
        top, left, bottom, right = frame.target
        plane[top:bottom, left:right] = frame.into(spot)
        found = np.unravel_index(int(made.back(plane[None])[frame.view].argmax()), frame.shape)
        assert np.hypot(found[0] - row, found[1] - col) < 8


@pytest.mark.parametrize(("overlap", "tiles"), [(False, 28), (True, 49)])
def test_a_square_has_28_tiles_or_49_and_each_knows_what_it_holds(overlap: bool, tiles: int) -> None:
    recipe = replace(liu2022.RECIPE, overlap=overlap)
    made = recipe.prepare(toy_scan(1, True))
    target = recipe.target(toy_labels(True), made)
    assert target is not None
    assert target[0].size == tiles
    nothing = recipe.target(toy_labels(False), made)
    assert nothing is not None
    assert nothing[0].sum() == 0
    assert nothing[1].any()  # the bladder is there in everyone
    lit = np.argwhere(target[0][:, 0] > 0)[:, 0] * 128
    assert all(any(top <= row < top + 256 for row, _ in SPOTS) for top in lit)


def test_shown_tiles_carry_their_own_labels() -> None:
    recipe = liu2022.Liu2022(size=128, width=8)
    places = torch.arange(28.0)
    image = torch.zeros(2, 1, 128, 128)
    for number in range(28):
        top, left = number // 4 * 16, number % 4 * 32
        image[:, :, top, left] = number + 1
    held = torch.stack([places, places]).reshape(1, 2, 7, 4).repeat(2, 1, 1, 1)
    batch = Batch(image, torch.tensor([0.0, 1.0]), held, torch.arange(2))
    shown = recipe.augment(batch, torch.Generator().manual_seed(4))
    assert shown.targets is not None
    assert shown.images.shape == (8, 1, 32, 32)
    assert (shown.images[:, 0, 0, 0] - 1).tolist() == shown.targets[:, 0, 0, 0].tolist()
    assert shown.truth.tolist() == [0.0] * 4 + [1.0] * 4


def test_tiles_cannot_be_learned_without_masks() -> None:
    recipe = liu2022.Liu2022(size=128, width=8)
    batch = Batch(torch.zeros(2, 1, 128, 128), torch.tensor([0.0, 1.0]), None, torch.arange(2))
    with pytest.raises(AppError, match="liu2022 learns from drawn lesions"):
        recipe.augment(batch, torch.Generator())


def test_contrast_sees_every_picture_twice_and_never_twice_the_same() -> None:
    batch = Batch(torch.rand(3, 1, 32, 32), torch.tensor([0.0, 1.0, 1.0]), None, torch.arange(3))
    shown = hsieh2021.RECIPE.augment(batch, torch.Generator().manual_seed(1))
    assert shown.images.shape[0] == 6
    assert shown.truth.tolist() == [0, 1, 1, 0, 1, 1]
    assert not torch.equal(shown.images[:3], shown.images[3:])


def test_nothing_moves_without_geometry_and_a_flip_mirrors() -> None:
    pictures = torch.rand(6, 1, 12, 20)
    rng = torch.Generator().manual_seed(2)
    assert torch.allclose(moved(pictures, Geometry(), rng), pictures, atol=1e-5)
    flipped = moved(pictures, Geometry(flip=True), rng)
    kinds = {
        (torch.allclose(a, b, atol=1e-5), torch.allclose(a, b.flip(-1), atol=1e-5))
        for a, b in zip(flipped, pictures, strict=True)
    }
    assert kinds == {(True, False), (False, True)}


def test_a_turn_keeps_shapes_on_pictures_that_are_not_square() -> None:
    """A disc turned about the middle of a tall picture stays a disc of the same area."""
    rows, cols = np.mgrid[0:80, 0:40]
    disc = (np.hypot(rows - 39.5, cols - 19.5) < 10).astype(np.float32)
    turned = moved(torch.from_numpy(disc)[None, None], Geometry(degrees=40), torch.Generator().manual_seed(1))
    assert np.abs(turned[0, 0].numpy() - disc).mean() < 0.02


@pytest.mark.parametrize("recipe", [hsieh2021.RECIPE, ibrahim2023.RECIPE, magboo.RECIPE, liu2022.RECIPE])
def test_classifying_recipes_say_that_they_draw_nothing(recipe: Recipe) -> None:
    assert recipe.task is Task.CLASSIFY
    assert recipe.drawn((torch.zeros(1, 2),)) is None
