"""The installed models: the registry's entries, found by name, their files checked; no torch here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import paths
from app.annotation.formats.files import damaged, json_bytes, read_json
from app.errors import AppError
from app.files import refused, write_whole
from app.learning.recipe import Task
from app.model_identity import ModelIdentity

FORMAT = 1
REGISTRY = "registry.json"
DEFAULT = "default.txt"
"""In the user's own folder: name and version of the model to take when none is named."""
WEIGHTS, GRAPH, CARD, FAMILIARITY = "weights", "graph", "card", "familiarity"
REINSTALL = "Install the program again, or remove the model and add it again."


@dataclass(frozen=True)
class ModelFile:
    """One file of a model as the registry knows it."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, eq=False)
class InstalledModel:
    """One model that predictions can be made with.

    `files`: weights (safetensors), graph (ONNX), card (Markdown) and, where it has one, familiarity
    (safetensors), all in `folder`. `input` is channels,
    rows and columns of the net's input. `planes` names what a segmenting net draws. `facts` is the rest of
    the registry's entry: how it was trained and what was measured.
    """

    name: str
    version: str
    title: str
    recipe: str
    task: Task
    folder: Path
    files: Mapping[str, ModelFile]
    input: tuple[int, int, int]
    threshold: float
    training_data: str
    licence: str
    planes: tuple[str, ...] = ()
    classifies: bool = True
    attention_method: str = ""
    attention_layer: str = ""
    shipped: bool = False
    default: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)  # JSON: whatever the training noted

    @property
    def segments(self) -> bool:
        """Whether it draws lesions."""
        return bool(self.planes)

    @property
    def identity(self) -> str:
        """Name and version in one word, as its files are called."""
        return f"{self.name}-{self.version}"

    @property
    def who(self) -> ModelIdentity:
        """The model as it stands beside everything that it says."""
        return ModelIdentity(self.name, self.version, self.training_data, self.weights_sha256)

    @property
    def weights_sha256(self) -> str:
        """The fingerprint of the weights, which stands beside every prediction."""
        return self.files[WEIGHTS].sha256

    @property
    def card(self) -> Path:
        """The model card."""
        return self.path(CARD)

    def path(self, kind: str) -> Path:
        """Where its file of a kind lies; raises AppError for a kind that it has not."""
        if kind not in self.files:
            raise AppError(f"Model {self.identity} has no {kind} file.", REINSTALL)
        return self.folder / self.files[kind].name


def own_folder() -> Path:
    """Where the user's own models lie."""
    return paths.user_data() / "models"


def installed_models() -> tuple[InstalledModel, ...]:
    """All models, shipped ones first; raises AppError when a registry is damaged.

    The default is the one that the user chose, as long as it is there; otherwise the program's.
    """
    models = (*models_in(paths.model_weights(), shipped=True), *models_in(own_folder()))
    chosen = _chosen()
    if chosen not in [model.identity for model in models]:
        return models
    return tuple(replace(model, default=model.identity == chosen) for model in models)


def _chosen() -> str:
    """The user's choice, "" when there is none that can be read."""
    try:
        return (own_folder() / DEFAULT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def find_model(name: str = "") -> InstalledModel:
    """The model of that name, or name and version; the default one when nothing is named.

    Of several versions the newest added. Raises AppError that names the models there are.
    """
    models = installed_models()
    if not models:
        raise AppError(
            "No model is installed.", "Train one with `scintiread train`, then `scintiread models add RUN`."
        )
    if not name:
        answering = [model for model in models if model.task is not Task.LOCATE] or list(models)
        return next((model for model in answering if model.default), answering[0])
    wanted = name.strip().replace(" ", "-")
    found = [model for model in models if wanted in (model.name, model.identity)]
    if not found:
        there = ", ".join(dict.fromkeys(model.name for model in models))
        raise AppError(f"There is no model {name}.", f"There are: {there}.")
    return found[-1]


def verified(model: InstalledModel) -> InstalledModel:
    """The model, once each of its files has the registry's fingerprint and the card speaks of these weights.

    Raises AppError with what is wrong.
    """
    for kind, file in model.files.items():
        path = model.path(kind)
        if not path.is_file():
            raise AppError(f"{path.name} of model {model.identity} is missing.", REINSTALL)
        if sha256_of(path) != file.sha256:
            raise AppError(
                f"{path.name} is not the file that the registry knows: it was changed or damaged.", REINSTALL
            )
    if CARD in model.files:
        card = model.card.read_text(encoding="utf-8")
        if model.weights_sha256 not in card or f"{model.name} {model.version}" not in card:
            raise AppError(f"{model.card.name} describes other weights than {model.identity}.", REINSTALL)
    return model


def sha256_of(path: Path) -> str:
    """The fingerprint of a file, in pieces; raises AppError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise refused(path, error, REINSTALL, "cannot be read") from error


def models_in(folder: Path, *, shipped: bool = False) -> tuple[InstalledModel, ...]:
    """The models of one folder by its registry, none when it has none; raises AppError when it is damaged."""
    path = folder / REGISTRY
    if not path.is_file():
        return ()
    content = read_json(path)
    if content.get("format") != FORMAT or not isinstance(content.get("models"), list):
        raise damaged(path, f"it is no registry of format {FORMAT}")
    try:
        models = [_model(entry, folder) for entry in content["models"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, f"an entry lacks or contradicts {error}") from error
    first = str(content.get("default", ""))
    return tuple(replace(each, shipped=shipped, default=shipped and each.name == first) for each in models)


def write_registry(folder: Path, models: tuple[InstalledModel, ...], default: str = "") -> None:
    """Write a folder's registry, whole or not at all; raises AppError when the disk refuses."""
    content = {"format": FORMAT, "default": default, "models": [entry_of(model) for model in models]}
    write_whole(folder / REGISTRY, json_bytes(content))


def entry_of(model: InstalledModel) -> dict[str, Any]:  # JSON
    """A model as its registry keeps it."""
    files = {
        kind: {"name": file.name, "sha256": file.sha256, "bytes": file.size}
        for kind, file in model.files.items()
    }
    return {
        "name": model.name,
        "version": model.version,
        "title": model.title,
        "recipe": model.recipe,
        "task": model.task.value,
        "classifies": model.classifies,
        "planes": list(model.planes),
        "input": list(model.input),
        "threshold": model.threshold,
        "training_data": model.training_data,
        "licence": model.licence,
        "attention": {"method": model.attention_method, "layer": model.attention_layer},
        "files": files,
        "facts": dict(model.facts),
    }


def _model(entry: Mapping[str, Any], folder: Path) -> InstalledModel:
    """A registry's entry; raises KeyError, TypeError or ValueError for one that makes no sense."""
    files = {
        kind: ModelFile(_plain(file["name"]), str(file["sha256"]), int(file["bytes"]))
        for kind, file in entry["files"].items()
    }
    if WEIGHTS not in files:
        raise KeyError(WEIGHTS)
    channels, rows, columns = (int(each) for each in entry["input"])
    attention = entry.get("attention", {})
    threshold = float(entry["threshold"])
    if not 0 <= threshold <= 1:
        raise ValueError("threshold")
    return InstalledModel(
        name=_plain(entry["name"]),
        version=_plain(entry["version"]),
        title=str(entry["title"]),
        recipe=str(entry["recipe"]),
        task=Task(entry["task"]),
        folder=folder,
        files=files,
        input=(channels, rows, columns),
        threshold=threshold,
        training_data=str(entry["training_data"]),
        licence=str(entry["licence"]),
        planes=tuple(str(each) for each in entry.get("planes", ())),
        classifies=bool(entry.get("classifies", True)),
        attention_method=str(attention.get("method", "")),
        attention_layer=str(attention.get("layer", "")),
        facts=dict(entry.get("facts", {})),
    )


def _plain(name: object) -> str:
    """A name that stays in its folder; raises ValueError for any other."""
    text = str(name)
    if not text or text.startswith(".") or set(text) & set('/\\:*?"<>|'):
        raise ValueError(f"name “{text[:40]}”")
    return text
