"""Hyper-parameters from a TOML file, and back into one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w

from app.annotation.formats.files import read_whole
from app.bounded import toml_in
from app.errors import AppError
from app.files import write_whole
from app.learning.hyper import configured, hyper_parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.learning.recipe import Phase, Recipe

CONFIG = "config.toml"


def with_config(recipe: Recipe, path: Path | None) -> tuple[Recipe, tuple[Phase, ...] | None]:
    """The recipe with the settings of a file in place of its own, and its phases where it has some.

    Raises AppError for a file that is no TOML or sets what cannot be set.
    """
    if path is None:
        return recipe, None
    try:
        table = toml_in(read_whole(path).decode("utf-8"))
    except ValueError as error:
        raise AppError(f"{path.name} is no TOML: {error}.", f"Start from {CONFIG} of a run.") from error
    return configured(recipe, table, path.name)


def write_config(out: Path, recipe: Recipe, phases: Sequence[Phase] | None) -> None:
    """All hyper-parameters of a run, as `--config` takes them; raises AppError when the disk refuses."""
    write_whole(out / CONFIG, tomli_w.dumps(hyper_parameters(recipe, phases)).encode())
