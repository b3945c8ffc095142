"""Every registered recipe from scans to predictions by the command line, with few maps and small pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from app.__main__ import main
from app.learning.training_log import read_log
from tests.learning.small_recipes import SMALL, use_small_recipes
from tests.learning.toy_cohort import toy_cohort

EPOCHS = 4
HEAVY = {name for name in SMALL if name.startswith("doubleunet2023")}
"""Their pictures cannot be made smaller."""
NO_PREDICTIONS, NO_MAPS = {"liu2022-location"}, {"liu2022", "liu2022-49"}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """13 scans: a last batch of a single one is among them."""
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 13, labels=True)


def train(name: str, cohort: Path, run: Path, *more: str) -> int:
    epochs = 3 * EPOCHS if name.startswith("liu2022-segment") else EPOCHS  # three steps each, 16 tiles a step
    words = ["train", name, "--data", str(cohort), "--out", str(run), "--epochs", str(epochs)]
    return main([*words, "--threads", "1", "--workers", "1", "--device", "cpu", *more])


def learned(run: Path) -> None:
    """The losses are finite and fall within each phase."""
    rows = read_log(run)
    assert np.isfinite([row.loss for row in rows]).all()
    for phase in {row.phase for row in rows}:
        losses = [row.loss for row in rows if row.phase == phase]
        assert min(losses[1:], default=0.0) < losses[0]


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] if each in HEAVY else []) for each in SMALL]
)
def test_a_recipe_is_trained_resumed_installed_and_asked(
    name: str,
    cohort: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use_small_recipes(monkeypatch)
    run, stopped = tmp_path / "run", tmp_path / "stopped"
    assert train(name, cohort, run) == 0
    learned(run)
    torch.manual_seed(1)
    fresh, trained = SMALL[name].build().state_dict(), load_file(run / "weights.safetensors")
    assert set(fresh) == set(trained)
    assert not all(torch.equal(fresh[key], trained[key]) for key in fresh)

    from app.learning import train as engine

    kept, saved = engine.save_checkpoint, []

    def stop_after_two(*given: object) -> None:
        kept(*given)
        saved.append(given)
        if len(saved) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(engine, "save_checkpoint", stop_after_two)
    assert train(name, cohort, stopped) == 130
    monkeypatch.setattr(engine, "save_checkpoint", kept)
    assert train(name, cohort, stopped, "--resume") == 0
    resumed = load_file(stopped / "weights.safetensors")
    assert all(torch.equal(trained[key], resumed[key]) for key in trained)
    capsys.readouterr()

    assert main(["models", "add", str(run), "--name", "mine"]) == 0
    if name in NO_PREDICTIONS:
        assert "report SCAN --regions model" in capsys.readouterr().out
        return
    table, maps = tmp_path / "predictions.csv", tmp_path / "maps"
    scans = [str(path) for path in sorted((cohort / "scans").iterdir())[:2]]
    words = ["predict", *scans, "--out", str(table), "--model", "mine", "--heatmaps", str(maps)]
    assert main([*words, "--device", "cpu"]) == 0
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["case"] for row in rows] == ["T000", "T001"]
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)
    assert (maps / "T000.npz").is_file() is (name not in NO_MAPS)
