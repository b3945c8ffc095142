"""TensorBoard and MLflow follow a training where they are installed, and change nothing in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from app.learning import listeners
from app.learning.dataset import PreparedCohort
from app.learning.listeners import Listeners, absent
from app.learning.recipe import Phase
from app.learning.recipes.ibrahim2023 import Ibrahim2023
from app.learning.splits import Split
from app.learning.train import TrainOptions, train
from app.learning.training_log import EpochRow
from app.learning.training_pictures import training_pictures
from tests.learning.small_recipes import SMALL
from tests.learning.toy_scans import toy_prepared

RECIPE = Ibrahim2023(size=32, thin=16, phases=(Phase("cross-entropy", 2, 1e-4, 4),))
SPLIT = Split(np.arange(8), np.arange(8, 12), np.arange(0))
OPTIONS = TrainOptions(epochs=2, device="cpu", threads=1)


@pytest.fixture(scope="module")
def prepared() -> PreparedCohort:
    return toy_prepared(RECIPE)


def trained(prepared: PreparedCohort, out: Path, options: TrainOptions) -> dict[str, torch.Tensor]:
    train(RECIPE, prepared, SPLIT, out, options)
    return load_file(out / "weights.safetensors")


def test_tensorboard_has_curves_the_learning_rate_and_pictures_and_the_weights_stay_the_same(
    prepared: PreparedCohort, tmp_path: Path
) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    alone = trained(prepared, tmp_path / "alone", OPTIONS)
    followed = trained(prepared, tmp_path / "run", replace(OPTIONS, tensorboard=True))
    assert all(torch.equal(value, followed[name]) for name, value in alone.items())
    told = EventAccumulator(str(tmp_path / "run" / "tensorboard")).Reload()
    assert {"loss", "validation AUC", "learning rate", "share of time waited"} <= set(told.Tags()["scalars"])
    assert [event.value for event in told.Scalars("learning rate")] == pytest.approx([1e-4, 1e-4])
    pictures = told.Tags()["images"]
    assert sorted(name.split()[1] for name in pictures) == ["metastasis", "metastasis", "none", "none"]
    assert told.Images(pictures[0])[0].width == 32


def test_a_net_that_draws_is_shown_with_true_and_drawn_outlines_on_each_plane() -> None:
    recipe = SMALL["scintiread"]
    cohort = toy_prepared(recipe, 4)
    torch.manual_seed(1)
    net = recipe.build()
    for parameter in net.parameters():
        torch.nn.init.zeros_(parameter)  # it draws a half everywhere, which is no outline
    made = training_pictures(recipe, net.train(), cohort, np.arange(4), torch.device("cpu"))
    assert net.training
    assert list(made) == ["T1 metastasis", "T3 metastasis", "T0 none", "T2 none"]
    for name, picture in made.items():
        assert picture.shape == (480, 256, 3)
        green = (picture == (0, 130, 70)).all(axis=2)
        for view in (green[:, :128], green[:, 128:]):
            assert bool(view.any()) is name.endswith("metastasis")


def test_what_is_not_installed_is_one_sentence_and_the_training_goes_on(
    prepared: PreparedCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "find_spec", lambda _: None)
    assert absent(False, "") == ()
    asked = replace(OPTIONS, epochs=1, tensorboard=True, mlflow=str(tmp_path / "mlruns"))
    made = train(RECIPE, prepared, SPLIT, tmp_path / "run", asked)
    assert made.notes == absent(True, "mlruns")
    for sentence, (name, extra) in zip(
        made.notes, (("TensorBoard", "learning"), ("MLflow", "mlflow")), strict=True
    ):
        assert sentence.startswith(f"{name} is not installed, and the training goes on without it")
        assert f"scintiread[{extra}]" in sentence
    assert not (tmp_path / "run" / "tensorboard").exists()


def test_one_that_fails_is_left_out_with_a_note_and_the_others_go_on() -> None:
    class Full:
        def epoch(self, row: EpochRow, pictures: Any) -> None:
            raise OSError("No space left on device.")

        def ended(self, how: str) -> None:
            raise AssertionError

    class Other:
        told: list[Any]

        def __init__(self) -> None:
            self.told = []

        def epoch(self, row: EpochRow, pictures: Any) -> None:
            self.told.append(row.epoch)

        def ended(self, how: str) -> None:
            self.told.append(how)

    other, notes = Other(), list[str]()
    with pytest.raises(KeyboardInterrupt), Listeners() as known:
        known.begin(False, "", Path(), 0, {}, notes)
        known._known += [Full(), other]
        for epoch in range(2):
            known.epoch(EpochRow(epoch, "a", 0.5, None, 1e-3, 1.0), {})
        raise KeyboardInterrupt
    assert other.told == [0, 1, "stopped"]
    assert notes == ["No space left on device. The training goes on without it."]


def test_mlflow_keeps_what_was_trained_its_curves_and_pictures_in_one_run_that_goes_on(
    prepared: PreparedCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.tracking import MlflowClient

    options = replace(OPTIONS, mlflow=str(tmp_path / "mlruns"))
    train(RECIPE, prepared, SPLIT, tmp_path / "run", options)
    train(RECIPE, prepared, SPLIT, tmp_path / "run", replace(options, resume=True))
    client = MlflowClient(tracking_uri=(tmp_path / "mlruns").as_uri())
    experiment = client.get_experiment_by_name("ScintiRead")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    assert (run.info.run_name, run.info.status) == ("run", "FINISHED")
    assert run.data.params["recipe"] == "ibrahim2023"
    assert [one.step for one in client.get_metric_history(run.info.run_id, "loss")] == [0, 1]
    assert len(client.list_artifacts(run.info.run_id, "pictures")) == 8
    assert "mlruns" not in (tmp_path / "run" / "run.json").read_text()
