"""What may be tuned of a recipe: its phases, and those of its fields that change neither input nor net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any

from app.errors import AppError
from app.learning.recipe import Phase, Recipe

TUNED = ("smoothing", "temperature", "views", "geometry", "gamma", "tiles_per_scan")
"""Fields of recipes: targets, losses and how pictures are moved. What a net or its input is stays the
recipe's, since whoever predicts later knows it by the recipe's name alone."""
OPTIMISERS = ("adam", "adamw", "sgd")
Table = Mapping[str, Any]  # TOML


def hyper_parameters(recipe: Recipe, phases: Sequence[Phase] | None = None) -> dict[str, Any]:
    """All that may be tuned, with its values, as a TOML table; what is None is left out."""
    tuned = {name: _plain(getattr(recipe, name)) for name in TUNED if hasattr(recipe, name)}
    return {"recipe": recipe.name, **tuned, "phases": [_plain(phase) for phase in phases or recipe.phases]}


def configured(recipe: Recipe, table: Table, file: str) -> tuple[Recipe, tuple[Phase, ...] | None]:
    """The recipe with the values of a table in place of its own, and its phases where the table has some.

    Phases are found by their names; one that is named twice comes twice, e.g. frozen first. Raises AppError
    for another recipe's table, a name that is none, and a value of another kind.
    """
    if table.get("recipe", recipe.name) != recipe.name:
        raise AppError(
            f"{file} is for {table['recipe']}, not for {recipe.name}.", "Take the recipe's own file."
        )
    known = [name for name in TUNED if hasattr(recipe, name)]
    changed: dict[str, Any] = {}
    for name, value in table.items():
        if name in ("recipe", "phases"):
            continue
        if name not in known:
            raise AppError(
                f"{file}: {name} of {recipe.name} is nothing that can be set.",
                f"There are: {', '.join([*known, 'phases'])}.",
            )
        changed[name] = _changed(getattr(recipe, name), value, f"{file}: {name}")
    made: Any = recipe
    made = replace(made, **changed) if changed else made
    rows = table.get("phases")
    if rows is None:
        return made, None
    own = {phase.name: phase for phase in made.phases}
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise AppError(f"{file}: phases are tables.", "Write [[phases]] above the settings of each phase.")
    phases = []
    for row in rows:
        name = row.get("name", next(iter(own)) if len(own) == 1 else "")
        if name not in own:
            raise AppError(f"{file}: {recipe.name} has no phase “{name}”.", f"There are: {', '.join(own)}.")
        phases.append(_checked(_changed(own[name], {**row, "name": name}, f"{file}: phase {name}"), file))
    if list(dict.fromkeys(phase.name for phase in phases)) != list(own):
        raise AppError(f"{file} does not name every phase in turn.", f"The phases are: {', '.join(own)}.")
    return made, tuple(phases)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(each) for name, each in asdict(value).items() if each is not None}
    return list(value) if isinstance(value, tuple) else value


def _changed(own: Any, value: Any, where: str) -> Any:
    """The value in the form that the recipe's own has."""
    if is_dataclass(own) and not isinstance(own, type) and isinstance(value, dict):
        names = {field.name for field in fields(own)}
        strange = sorted(set(value) - names)
        if strange:
            raise AppError(f"{where} has no {strange[0]}.", f"It has: {', '.join(sorted(names))}.")
        changed = {
            name: _changed(getattr(own, name), each, f"{where}, {name}") for name, each in value.items()
        }
        return replace(own, **changed)
    if own is None and isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(own, float) and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(own, tuple) and isinstance(value, list):
        return tuple(value)
    if type(own) is not type(value):
        raise AppError(f"{where} is {value!r}.", f"It has to be like {_plain(own)!r}.")
    return value


def _checked(phase: Phase, file: str) -> Phase:
    """A phase that can be trained; raises AppError."""
    counts = (phase.epochs, phase.batch, 1 if phase.steps_per_epoch is None else phase.steps_per_epoch)
    where = f"{file}: phase {phase.name}"
    if min(counts) < 1 or phase.rate <= 0 or phase.clip <= 0:
        raise AppError(
            f"{where} has a number that is not above 0.",
            "Epochs, batch and steps are at least 1; rate and clip above 0.",
        )
    if phase.patience < 0 or phase.weight_decay < 0 or not 0 <= phase.momentum < 1:
        raise AppError(
            f"{where} has patience, weight decay or momentum out of range.",
            "Patience and weight decay are at least 0, momentum from 0 and below 1.",
        )
    if phase.optimiser not in OPTIMISERS:
        raise AppError(
            f"{where}: {phase.optimiser} is no optimiser.", f"Choose among {', '.join(OPTIMISERS)}."
        )
    return phase
