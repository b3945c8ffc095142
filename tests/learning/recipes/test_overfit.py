from __future__ import annotations

import pytest
import torch

from app.learning.recipe import Recipe
from app.learning.recipes import hsieh2021, ibrahim2023, liu2022, magboo
from app.learning.scoring import outputs_of
from tests.learning.toy_scans import toy_batch

SMALL: dict[str, tuple[Recipe, int, float]] = {
    # recipe, steps, learning rate
    "hsieh cnn supcon": (hsieh2021.Hsieh2021("cnn", "supcon", size=64), 20, 1e-3),
    "hsieh densenet121 supervised": (hsieh2021.Hsieh2021("densenet121", "supervised", 64, thin=8), 8, 5e-3),
    "hsieh resnet50v2 supervised": (hsieh2021.Hsieh2021("resnet50v2", "supervised", 64, thin=8), 8, 3e-3),
    "ibrahim": (ibrahim2023.Ibrahim2023(size=32, thin=8), 40, 1e-3),
    "magboo vgg19": (magboo.Magboo("vgg19", size=64, thin=8), 40, 3e-4),
    "magboo resnet50": (magboo.Magboo("resnet50", size=64, thin=8), 8, 3e-3),
    "liu": (liu2022.Liu2022(size=128, width=8), 12, 3e-3),
}


def trained(recipe: Recipe, steps: int, rate: float) -> tuple[torch.nn.Module, float, float]:
    """The net after some steps per phase on one batch of toy scans, with the first and last losses."""
    torch.manual_seed(3)
    rng = torch.Generator().manual_seed(3)
    net, batch = recipe.build(), toy_batch(recipe)
    first = last = 0.0
    for phase in recipe.phases:
        chosen = recipe.trainable(net, phase)
        for one in net.parameters():
            one.requires_grad_(any(one is other for other in chosen))
        linear = phase.name == "linear classifier"
        optimiser = torch.optim.Adam(chosen, 0.02 if linear else rate)
        net.train()
        for step in range(40 if linear else steps):
            optimiser.zero_grad()
            shown = recipe.augment(batch, rng) if phase.name == "contrast" else batch
            loss = recipe.loss(net, shown, phase)
            loss.backward()
            optimiser.step()
            last = loss.item()
            first = last if step == 0 else first
    return net, first, last


@pytest.mark.parametrize("name", SMALL)
def test_a_recipe_learns_one_batch_by_heart(name: str) -> None:
    recipe, steps, rate = SMALL[name]
    net, first, last = trained(recipe, steps, rate)
    batch = toy_batch(recipe)
    net.train()  # batch normalisation by the batch itself: after a few steps its means are not known
    with torch.no_grad():
        score = recipe.score(outputs_of(net, batch.images))
    assert last < first
    assert score[batch.truth > 0.5].min() > score[batch.truth < 0.5].max()
    assert ((score >= 0) & (score <= 1)).all()
