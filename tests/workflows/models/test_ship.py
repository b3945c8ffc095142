"""From a run to a model with a card: exported, its threshold chosen, measured, and never by halves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.errors import AppError
from app.learning.weight_files import save_weights
from app.learning.weights import find_model, installed_models, verified
from app.workflows.models.ship import CardRequest, card_and_install
from tests.learning.tiny import hot_net, tiny_recipes
from tests.scan.nm_files import write_nm


@pytest.fixture(autouse=True)
def recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_recipes(monkeypatch)


def run_of(folder: Path, seen: Sequence[str] = (), **more: object) -> Path:
    """What a training of the drawing net leaves."""
    folder.mkdir()
    save_weights(hot_net(), folder / "weights.safetensors", {})
    told = {
        "format": "scintiread run",
        "recipe": "tiny-drawing",
        "cohort": "train",
        "simulated": True,
        "cohort_facts": {"seed": "7"},
        "options": {"epochs": 3, "seed": 5},
        "seconds": 60.0,
        "cases": {"train": list(seen), "validation": [], "test": []},
        **more,
    }
    (folder / "run.json").write_text(json.dumps(told))
    return folder


def cohort_of(folder: Path, scans: int = 6) -> Path:
    """Even scans; every other one with a hot block that its mask shows."""
    lines = ["case,patient,truth"]
    for number in range(scans):
        ill, case = number % 2 == 0, f"T{number}"
        front, back = np.full((2, 512, 128), 20.0)
        front[number, 0] = 21.0
        lesion = np.zeros((2, 512, 128), np.uint8)
        if ill:
            front[160:192, 53:75] = 120.0
            lesion[0, 160:192, 53:75] = 1
        write_nm(folder / "scans" / f"{case}.dcm", front, back)
        (folder / "labels").mkdir(exist_ok=True)
        np.savez(folder / "labels" / f"{case}.npz", lesion=lesion, organ=lesion * 0, region=lesion * 0)
        lines.append(f"{case},P{number},{int(ill)}")
    (folder / "truth.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_run_becomes_a_model_whose_card_tells_what_was_measured(tmp_path: Path, capsys) -> None:
    run, cohort = run_of(tmp_path / "run"), cohort_of(tmp_path / "cohort")
    words = ["models", "add", str(run), "--name", "mine", "--command", "scintiread train tiny"]
    assert main([*words, "--choose", str(cohort), "--test", str(cohort)]) == 0
    assert "AUC 1.000" in capsys.readouterr().out
    model = verified(find_model("mine"))
    assert 0.0 < model.threshold < 1.0
    assert model.facts["metrics"]["test"]["auc"][0] == 1.0
    assert model.facts["metrics"]["test"]["sensitivity"][0] == 1.0
    assert model.facts["metrics"]["test"]["dice"][0] > 0.8
    assert model.facts["explanation"]["pointing"][0] == 1.0
    assert set(model.facts["drawn_thresholds"]) == {"metastasis"}
    assert main(["models", "show", "mine"]) == 0
    card = capsys.readouterr().out
    for said in (
        "Everything that this model has learnt from is simulated",
        "Not a medical device",
        "AUC | 1.000",
        "scintiread train tiny",
        model.weights_sha256,
        "Pointing game",
    ):
        assert said in card


def test_a_run_becomes_a_model_that_knows_what_its_training_looked_like(tmp_path: Path, capsys) -> None:
    cohort = cohort_of(tmp_path / "cohort", scans=46)
    seen = [f"T{number}" for number in range(44)]
    run = run_of(tmp_path / "run", seen)
    assert main(["models", "add", str(run), "--name", "mine", "--usual", str(cohort)]) == 0
    model = verified(find_model("mine"))
    assert model.files["familiarity"].name == "mine-1.familiarity.safetensors"
    assert model.facts["familiarity"]["scans"] == 44, "those of the training alone"
    capsys.readouterr()
    assert main(["models", "show", "mine"]) == 0
    assert "compared with 44 scans of cohort, by ratios of the picture" in capsys.readouterr().out
    assert (
        main(
            [
                "predict",
                str(cohort / "scans" / "T45.dcm"),
                "--model",
                "mine",
                "--out",
                str(tmp_path / "p.csv"),
            ]
        )
        == 0
    )
    assert (tmp_path / "p.csv").read_text().splitlines()[0].endswith(",familiarity")
    assert main(["models", "remove", "mine"]) == 0
    assert not model.path("familiarity").exists()


def test_scans_of_the_training_are_no_test(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path / "cohort")
    run = run_of(tmp_path / "run", seen=["T3"])
    before = [model.identity for model in installed_models()]
    with pytest.raises(AppError, match=r"holds scans that the model was trained on, the first is T3"):
        card_and_install(CardRequest(run, "mine", test=cohort))
    assert [model.identity for model in installed_models()] == before


def test_the_command_line_lists_checks_and_removes(tmp_path: Path, capsys) -> None:
    run = run_of(tmp_path / "run")
    assert main(["models", "add", str(run), "--name", "mine"]) == 0
    assert main(["models", "add", str(run), "--name", "again"]) == 2
    assert "installed already, as mine-1" in capsys.readouterr().err
    assert main(["models"]) == 0
    assert "mine 1" in capsys.readouterr().out
    assert main(["models", "check"]) == 0
    model = find_model("mine")
    model.path("graph").write_bytes(b"else")
    assert main(["models", "check"]) == 1
    assert "mine-1.onnx is not the file that the registry knows" in capsys.readouterr().out
    assert main(["predict", str(tmp_path), "--model", "mine", "--out", str(tmp_path / "p.csv")]) == 2
    assert main(["models", "remove", "mine"]) == 0
    assert main(["models", "show", "mine"]) == 2


def test_folders_that_are_no_run_are_one_sentence(tmp_path: Path, capsys) -> None:
    assert main(["models", "add", str(tmp_path)]) == 2
    assert "is no finished training: it has no run.json" in capsys.readouterr().err
    run = run_of(tmp_path / "run", recipe="unknown")
    assert main(["models", "add", str(run)]) == 2
    assert "unknown is no recipe" in capsys.readouterr().err


def test_attention_is_measured_into_metrics_json_which_keeps_the_rest(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path / "cohort")
    card_and_install(CardRequest(run_of(tmp_path / "run"), "mine"))
    out = tmp_path / "metrics.json"
    out.write_text(json.dumps({"auc": 0.9}))
    words = ["models", "explain", "mine", str(cohort), "--out", str(out), "--sanity", "--occlusion", "1"]
    assert main(words) == 0
    told = json.loads(out.read_text())
    assert told["auc"] == 0.9
    found = told["explanation"]
    assert (found["pointing"][0], found["pointing_hottest_pixel"][0]) == (1.0, 1.0)
    assert found["pointing_random"] < 0.2
    assert found["energy"][0] > 0.8
    assert -1.0 <= found["randomised"] <= 1.0
    assert found["occlusion_scans"] == 1
