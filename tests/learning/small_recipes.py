"""Every registered recipe with few maps and small pictures, under its own name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.learning import recipes
from app.learning.recipe import Recipe
from app.learning.recipes import recipe_named

TILES = {"side": 64, "tile": 16, "width": 4, "channels": (4, 8)}
STEPS = 6
"""Of an epoch where the paper names a number."""


def small(name: str) -> Recipe:
    """A recipe as it is registered, but small."""
    recipe: Any = recipe_named(name)
    if name.startswith(("hsieh2021", "magboo")):
        return replace(recipe, size=64 if "resnet50v2" in name else 32, thin=16, batch=4)
    if name == "ibrahim2023":
        phases = tuple(replace(phase, steps_per_epoch=STEPS) for phase in recipe.phases)
        return replace(recipe, size=32, thin=16, phases=phases)
    if name.startswith("liu2022-segment"):
        return replace(recipe, stride=(8, recipe.stride[1] // 16), **TILES)
    if name == "liu2022-location":
        return replace(recipe, side=64)
    if name.startswith("liu2022"):
        return replace(recipe, size=128, width=8)
    if name in ("unet", "dynunet"):
        return replace(recipe, side=64, widths=(4, 8, 8, 8))
    if name.startswith("doubleunet2023"):
        return replace(recipe, width=2)
    return replace(recipe, widths=(4, 6, 8, 10))


def __getattr__(name: str) -> Recipe:
    if name not in SMALL:
        raise AttributeError(name)
    return SMALL[name]


SMALL = {name: small(name) for name, _ in recipes.RECIPES}


def use_small_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a recipe gets the small one."""
    monkeypatch.setattr(recipes, "RECIPES", tuple((name, f"{__name__}:{name}") for name in SMALL))
