"""The registry: models are found, checked, added and removed; whatever disagrees is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import paths
from app.errors import AppError
from app.learning.shelf import install, remove_own
from app.learning.weights import GRAPH, find_model, installed_models, own_folder, verified
from tests.learning.tiny import install_tiny


@pytest.fixture(autouse=True)
def no_shipped_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes with the program differs from version to version; its own tests look at it."""
    monkeypatch.setattr(paths, "model_weights", lambda: tmp_path / "nothing")


def test_without_models_it_is_said_how_to_get_one() -> None:
    assert installed_models() == ()
    with pytest.raises(AppError, match=r"No model is installed. Train one"):
        find_model()


def test_a_model_is_found_by_name_and_version_and_is_whole() -> None:
    install_tiny("one")
    install_tiny("two", threshold=0.25)
    assert [model.identity for model in installed_models()] == ["one-1", "two-1"]
    assert find_model().name == "one"
    for words in ("two", "two-1", "two 1"):
        assert verified(find_model(words)).threshold == 0.25
    with pytest.raises(AppError, match=r"no model three. There are: one, two."):
        find_model("three")


def test_a_changed_file_is_refused_by_name() -> None:
    model = install_tiny()
    graph = model.path(GRAPH)
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    with pytest.raises(AppError, match=r"tiny-1.onnx is not the file that the registry knows"):
        verified(find_model("tiny"))
    graph.unlink()
    with pytest.raises(AppError, match=r"tiny-1.onnx of model tiny-1 is missing"):
        verified(find_model("tiny"))


def test_a_card_of_other_weights_is_refused() -> None:
    model = install_tiny()
    with pytest.raises(AppError, match=r"tiny-1.md describes other weights"):
        install(
            model,
            model.path("weights"),
            model.path(GRAPH),
            lambda _: "# tiny 1\n\n 0000\n",
            own_folder(),
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entry: entry.pop("files"), "files"),
        (lambda entry: entry.update(threshold=1.5), "threshold"),
        (lambda entry: entry["files"]["weights"].update(name="../elsewhere"), "elsewhere"),
        (lambda entry: entry.update(task="guess"), "guess"),
    ],
)
def test_a_damaged_registry_is_one_sentence(change, said: str) -> None:
    install_tiny()
    path = own_folder() / "registry.json"
    content = json.loads(path.read_text())
    change(content["models"][0])
    path.write_text(json.dumps(content))
    with pytest.raises(AppError, match=f"registry.json cannot be used: .*{said}"):
        installed_models()


def test_an_own_model_is_removed_with_its_files() -> None:
    model = install_tiny("mine")
    install_tiny("other")
    remove_own("mine")
    assert [each.name for each in installed_models()] == ["other"]
    assert not any(model.path(kind).exists() for kind in model.files)


def test_a_shipped_model_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    install_tiny("shipped")
    shelf = own_folder()
    monkeypatch.setattr(paths, "model_weights", lambda: shelf)
    monkeypatch.setenv("SCINTIREAD_HOME", str(shelf / "elsewhere"))
    assert find_model("shipped").shipped
    with pytest.raises(AppError, match="came with the program and stays"):
        remove_own("shipped")


@pytest.mark.parametrize("name", ["", "../x", "Ärger", "with space", "x" * 60])
def test_a_name_that_cannot_be_a_file_is_refused(name: str) -> None:
    with pytest.raises(AppError, match="cannot name a model"):
        install_tiny(name)
