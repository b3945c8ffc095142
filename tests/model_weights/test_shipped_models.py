"""The models that come with the program: registered, unharmed, small, without pickles, with honest cards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.learning.cards import NOT_FOR, card_text
from app.learning.onnx_engine import WEIGHTS_KEY, OnnxEngine
from app.learning.recipes import recipe_named
from app.learning.weights import (
    CARD,
    FAMILIARITY,
    GRAPH,
    REGISTRY,
    WEIGHTS,
    InstalledModel,
    models_in,
    verified,
)

FOLDER = Path(__file__).parents[2] / "model_weights"
MODELS = models_in(FOLDER, shipped=True)
MOST_BYTES = 60_000_000
PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def named(model: InstalledModel) -> str:
    return model.identity


def test_the_folder_holds_what_the_registry_names_and_nothing_else() -> None:
    there = {path.name for path in FOLDER.iterdir()} - {".gitkeep", REGISTRY, "README.md"}
    assert there == {file.name for model in MODELS for file in model.files.values()}


def test_all_of_it_is_small_and_none_of_it_is_a_pickle() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES
    for path in FOLDER.iterdir():
        assert path.suffix in {".safetensors", ".onnx", ".md", ".json", ""}
        with path.open("rb") as file:
            assert not file.read(4).startswith(PICKLES)


def test_one_model_at_most_is_the_default_and_it_is_there() -> None:
    if MODELS:
        default = json.loads((FOLDER / REGISTRY).read_text(encoding="utf-8"))["default"]
        assert default in {model.name for model in MODELS}
    assert len({model.identity for model in MODELS}) == len(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_files_cards_and_graph_belong_together(model: InstalledModel) -> None:
    assert verified(model).shipped
    assert set(model.files) - {FAMILIARITY} == {WEIGHTS, GRAPH, CARD}
    graph = OnnxEngine(model.path(GRAPH))
    assert graph.metadata[WEIGHTS_KEY] == model.weights_sha256
    assert graph.shape == model.input
    assert graph.draws == model.segments
    assert recipe_named(model.recipe).task is model.task


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_the_card_says_what_it_was_made_of_what_was_measured_and_what_it_is_not_for(
    model: InstalledModel,
) -> None:
    card = model.card.read_text(encoding="utf-8")
    assert model.licence == "Apache-2.0"
    assert model.training_data == "simulated scans"
    assert NOT_FOR in card
    assert "Everything that this model has learnt from is simulated. No patient" in card
    for words in ("AUC", "## Training", "## Measured", "## Made again", "Trained on | simulated scans"):
        assert words in card
    assert {"test", "unfamiliar"} <= set(model.facts["metrics"])


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_the_card_is_what_the_program_writes_and_has_no_json_in_it(model: InstalledModel) -> None:
    card = model.card.read_text(encoding="utf-8")
    assert card == card_text(model)
    assert "{" not in card
    assert "| | |" not in card
