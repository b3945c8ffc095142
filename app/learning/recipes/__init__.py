"""The recipes; adding one is one file and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from app.errors import AppError
from app.learning.recipe import Recipe

RECIPES: tuple[tuple[str, str], ...] = (
    ("scintiread", "app.learning.recipes.scintiread:RECIPE"),
    ("hsieh2021", "app.learning.recipes.hsieh2021:RECIPE"),
    ("hsieh2021-densenet121-supervised", "app.learning.recipes.hsieh2021:DENSENET121_SUPERVISED"),
    ("hsieh2021-cnn-supcon", "app.learning.recipes.hsieh2021:CNN_SUPCON"),
    ("hsieh2021-cnn-supervised", "app.learning.recipes.hsieh2021:CNN_SUPERVISED"),
    ("hsieh2021-resnet50v2-supcon", "app.learning.recipes.hsieh2021:RESNET50V2_SUPCON"),
    ("hsieh2021-resnet50v2-supervised", "app.learning.recipes.hsieh2021:RESNET50V2_SUPERVISED"),
    ("liu2022", "app.learning.recipes.liu2022:RECIPE"),
    ("liu2022-49", "app.learning.recipes.liu2022:TILES_49"),
    ("magboo", "app.learning.recipes.magboo:RECIPE"),
    ("magboo-resnet50", "app.learning.recipes.magboo:RESNET50"),
    ("magboo-vgg19", "app.learning.recipes.magboo:VGG19"),
    ("magboo-cleaned", "app.learning.recipes.magboo:CLEANED"),
    ("magboo-resnet50-cleaned", "app.learning.recipes.magboo:CLEANED_RESNET50"),
    ("magboo-vgg19-cleaned", "app.learning.recipes.magboo:CLEANED_VGG19"),
    ("ibrahim2023", "app.learning.recipes.ibrahim2023:RECIPE"),
    ("liu2022-segment", "app.learning.recipes.liu2022_segment:RECIPE"),
    ("liu2022-segment-49", "app.learning.recipes.liu2022_segment:RECIPE_49"),
    ("liu2022-location", "app.learning.recipes.liu2022_location:RECIPE"),
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
