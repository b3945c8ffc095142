"""Putting models on a shelf and taking them off: the registry last, so that it never names half a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import paths
from app.annotation.formats.files import read_whole
from app.errors import AppError
from app.files import write_whole
from app.learning.weights import (
    CARD,
    DEFAULT,
    FAMILIARITY,
    GRAPH,
    WEIGHTS,
    InstalledModel,
    ModelFile,
    find_model,
    installed_models,
    models_in,
    own_folder,
    sha256_of,
    verified,
    write_registry,
)
from app.names import unusable

ENDINGS = {WEIGHTS: ".safetensors", GRAPH: ".onnx", CARD: ".md", FAMILIARITY: ".familiarity.safetensors"}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def install(
    model: InstalledModel,
    weights: Path,
    graph: Path,
    card: Callable[[InstalledModel], str],
    folder: Path,
    *,
    familiarity: bytes = b"",
    default: str = "",
) -> InstalledModel:
    """Copy a model's files into a folder under its name and version, write its card, and register it.

    `familiarity`: the content of its file of that name, where it has one. What the registry says of the same
    name and version is replaced. Raises AppError for a name that is none, or when the disk refuses; the
    registry then is as before.
    """
    check_name(model.name)
    check_name(model.version)
    contents = {WEIGHTS: read_whole(weights), GRAPH: read_whole(graph)}
    contents |= {FAMILIARITY: familiarity} if familiarity else {}
    return _placed(replace(model, files={}, folder=folder), contents, card, default)


def give_familiarity(
    model: InstalledModel, content: bytes, facts: Mapping[str, Any], card: Callable[[InstalledModel], str]
) -> InstalledModel:
    """Put what is usual for a model beside its weights, with a new card.

    `facts`: what its card tells of the scans that others are compared with. Raises AppError when the disk
    refuses.
    """
    return _changed(model, {FAMILIARITY: content}, {FAMILIARITY: dict(facts)}, card)


def tell(
    model: InstalledModel, facts: Mapping[str, Any], card: Callable[[InstalledModel], str]
) -> InstalledModel:
    """Add facts to what the registry and a new card tell of a model; its files stay as they are.

    Raises AppError when the disk refuses.
    """
    return _changed(model, {}, facts, card)


def _changed(
    model: InstalledModel,
    contents: Mapping[str, bytes],
    facts: Mapping[str, Any],
    card: Callable[[InstalledModel], str],
) -> InstalledModel:
    told = replace(model, facts={**model.facts, **facts})
    default = next((each.name for each in models_in(model.folder, shipped=True) if each.default), "")
    return replace(_placed(told, contents, card, default), shipped=model.shipped)


def _placed(
    model: InstalledModel,
    contents: Mapping[str, bytes],
    card: Callable[[InstalledModel], str],
    default: str,
) -> InstalledModel:
    """Write files of a model into its folder, then its card, then the registry."""
    files = dict(model.files)

    def put(kind: str, content: bytes) -> None:
        name = f"{model.identity}{ENDINGS[kind]}"
        write_whole(model.folder / name, content)
        files[kind] = ModelFile(name, sha256_of(model.folder / name), len(content))

    for kind, content in contents.items():
        put(kind, content)
    put(CARD, card(replace(model, files=files)).encode("utf-8"))
    placed = replace(model, files=files)
    there = models_in(model.folder)
    others = [each for each in there if each.identity != placed.identity]
    write_registry(model.folder, (*others, placed), default)
    return verified(placed)


def add_own(
    model: InstalledModel,
    weights: Path,
    graph: Path,
    card: Callable[[InstalledModel], str],
    familiarity: bytes = b"",
) -> InstalledModel:
    """Add a model of the user's; its version counts up where the name is taken by one of the user's own.

    Raises AppError for the name of a shipped model, or the very weights that are there already.
    """
    sha256 = sha256_of(weights)
    for other in installed_models():
        if other.weights_sha256 == sha256:
            raise AppError(f"These weights are installed already, as {other.identity}.", "Nothing to do.")
        if other.shipped and other.name == model.name:
            raise AppError(f"{model.name} is the name of a shipped model.", "Choose another with --name.")
    taken = {other.version for other in models_in(own_folder()) if other.name == model.name}
    version = next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
    named = replace(model, version=version)
    return install(named, weights, graph, card, own_folder(), familiarity=familiarity)


def remove_own(name: str) -> InstalledModel:
    """Take a model of the user's off the shelf; raises AppError for a shipped one, or an unknown one."""
    model = find_model(name)
    if model.shipped:
        raise AppError(f"{model.identity} came with the program and stays.", "Only own models are removed.")
    rest = tuple(each for each in models_in(model.folder) if each.identity != model.identity)
    write_registry(model.folder, rest)
    for kind in model.files:
        model.path(kind).unlink(missing_ok=True)
    return model


def shipped_folder() -> Path:
    """Where the models lie that come with the program."""
    return paths.model_weights()


def check_name(name: str) -> None:
    """Raise AppError for a name or version that cannot name files on every system."""
    if not _NAME.fullmatch(name) or unusable(name):
        raise AppError(
            f"“{name[:40]}” cannot name a model.", "Use lower-case letters, digits, dots and dashes."
        )


def choose_default(model: InstalledModel) -> None:
    """Take this model from now on when none is named; raises AppError when the disk refuses."""
    write_whole(own_folder() / DEFAULT, f"{model.identity}\n".encode())
