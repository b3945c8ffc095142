"""The recipes; adding one is one file and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from app.errors import AppError
from app.learning.recipe import Recipe

RECIPES: tuple[tuple[str, str], ...] = (("scintiread", "app.learning.recipes.scintiread:RECIPE"),)
"""Name on the command line, and where the recipe is."""


def recipe_named(name: str) -> Recipe:
    """The recipe of that name; raises AppError for an unknown one."""
    for known, place in RECIPES:
        if name == known:
            module, attribute = place.split(":")
            return cast(Recipe, getattr(import_module(module), attribute))
    raise AppError(f"{name} is no recipe.", f"Choose one of {', '.join(known for known, _ in RECIPES)}.")
