"""How each recipe sees a scan, found without loading torch; a recipe that is not listed is loaded itself."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from app.errors import AppError
from app.learning.recipe import Input
from app.learning.recipes import recipe_named
from app.scan.scan import Scan

Prepare = Callable[[Scan], Input]

PREPARATIONS: tuple[tuple[str, str], ...] = (
    ("scintiread", "app.learning.recipes.two_view_input:two_view_input"),
)
"""Recipe, and the function that its `prepare` calls: numpy only, a scan in and nothing else."""


def preparation_of(recipe: str) -> Prepare:
    """How that recipe prepares a scan; raises AppError for an unknown one, or where its library lacks."""
    for known, place in PREPARATIONS:
        if recipe == known:
            module, function = place.split(":")
            return cast(Prepare, getattr(import_module(module), function))
    try:
        return recipe_named(recipe).prepare
    except ImportError as error:
        raise AppError(
            f"Models of recipe {recipe} need {error.name or 'torch'}, which is not installed.",
            'Install it: pip install "scintiread[learning]".',
        ) from error
