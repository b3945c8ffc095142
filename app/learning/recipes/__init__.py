"""The recipes; adding one is one file and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from app.errors import AppError
from app.learning.recipe import Recipe

RECIPES: tuple[tuple[str, str], ...] = (
    ("scintiread", "app.learning.recipes.scintiread:RECIPE"),
    ("liu2022-segment", "app.learning.recipes.liu2022_segment:RECIPE"),
    ("liu2022-segment-49", "app.learning.recipes.liu2022_segment:RECIPE_49"),
    ("unet", "app.learning.recipes.whole_picture:UNET"),
    ("dynunet", "app.learning.recipes.whole_picture:DYNUNET"),
    ("doubleunet2023-otsu", "app.learning.recipes.double_unet:OTSU"),
    ("doubleunet2023-otsu-dice", "app.learning.recipes.double_unet:OTSU_DICE"),
    ("doubleunet2023-mining", "app.learning.recipes.double_unet:MINING"),
    ("doubleunet2023-mining-dice", "app.learning.recipes.double_unet:MINING_DICE"),
    ("doubleunet2023-baseline", "app.learning.recipes.double_unet:BASELINE"),
)
"""Name on the command line, and where the recipe is."""


def recipe_named(name: str) -> Recipe:
    """The recipe of that name; raises AppError for an unknown one."""
    for known, place in RECIPES:
        if name == known:
            module, attribute = place.split(":")
            return cast(Recipe, getattr(import_module(module), attribute))
    raise AppError(f"{name} is no recipe.", f"Choose one of {', '.join(known for known, _ in RECIPES)}.")
