from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from safetensors.torch import load_file

from app.errors import AppError
from app.learning.dataset import CaseFile, prepared
from app.learning.recipes.hsieh2021 import Hsieh2021
from app.learning.scoring import scores
from app.learning.splits import Split, folds_by_patient, split_by_patient
from app.learning.train import TrainOptions, train
from app.progress import Cancelled
from tests.learning.toy_cohort import toy_cohort
from tests.learning.toy_scans import toy_prepared
from tests.patience import until

ROOT = Path(__file__).resolve().parents[2]
RECIPE = Hsieh2021("cnn", "supervised", size=32, batch=4)
CONTRAST = Hsieh2021("cnn", "supcon", size=32, batch=4)
SPLIT = Split(np.arange(8), np.arange(8, 12), np.arange(0))


class StopIn:
    """Cancels after so many reports."""

    def __init__(self, reports: int) -> None:
        self.left = reports

    @property
    def cancelled(self) -> bool:
        return self.left <= 0

    def report(self, fraction: float, message: str) -> None:
        self.left -= 1


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "weights.safetensors")


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, second[key]) for key, value in first.items())


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path: Path) -> None:
    prepared = toy_prepared(RECIPE)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(
            RECIPE,
            prepared,
            SPLIT,
            tmp_path / name,
            TrainOptions(epochs=2, device="cpu", seed=seed, threads=1),
        )
    assert same(weights(tmp_path / "a"), weights(tmp_path / "b"))
    assert not same(weights(tmp_path / "a"), weights(tmp_path / "c"))


@pytest.mark.parametrize("recipe", [RECIPE, CONTRAST], ids=["one phase", "two phases"])
def test_a_training_stopped_anywhere_and_resumed_ends_as_if_never_stopped(
    tmp_path: Path, recipe: Hsieh2021
) -> None:
    prepared = toy_prepared(recipe)
    options = TrainOptions(epochs=4, device="cpu", threads=1)
    train(recipe, prepared, SPLIT, tmp_path / "straight", options)
    with pytest.raises(Cancelled):
        train(recipe, prepared, SPLIT, tmp_path / "stopped", options, StopIn(5))
    assert not list((tmp_path / "stopped").glob("*.part"))
    resumed = TrainOptions(epochs=4, device="cpu", threads=1, resume=True)
    made = train(recipe, prepared, SPLIT, tmp_path / "stopped", resumed)
    assert same(weights(tmp_path / "straight"), weights(tmp_path / "stopped"))
    assert [row.epoch for row in made.rows] == [0, 1, 2, 3]


def test_a_training_limited_in_time_reaches_every_phase_and_answers(tmp_path: Path) -> None:
    prepared = toy_prepared(CONTRAST)
    made = train(
        CONTRAST, prepared, SPLIT, tmp_path / "run", TrainOptions(minutes=0.005, device="cpu", threads=1)
    )
    assert {row.phase for row in made.rows} == {"contrast", "linear classifier"}
    given = scores(CONTRAST, made.net, prepared, SPLIT.validation, made.device)
    assert np.isfinite(given).all()


def test_the_frozen_encoder_does_not_change_while_its_classifier_learns(tmp_path: Path) -> None:
    from app.learning.architectures.classifier import Contrastive

    recipe = Hsieh2021("resnet50v2", "supcon", size=32, thin=16)
    torch.manual_seed(1)
    net = recipe.build()
    assert isinstance(net, Contrastive)
    chosen = recipe.trainable(net, recipe.phases[1])
    net.train()
    before = {key: value.clone() for key, value in net.body.state_dict().items()}
    net(torch.rand(4, 1, 32, 32))
    assert {id(one) for one in chosen} == {id(one) for one in net.head.parameters()}
    assert all(torch.equal(value, before[key]) for key, value in net.body.state_dict().items())


def test_a_folder_with_a_training_is_not_overwritten(tmp_path: Path) -> None:
    prepared, options = toy_prepared(RECIPE), TrainOptions(epochs=1, device="cpu", threads=1)
    train(RECIPE, prepared, SPLIT, tmp_path / "run", options)
    before = (tmp_path / "run" / "weights.safetensors").read_bytes()
    with pytest.raises(AppError, match="run holds a training already"):
        train(RECIPE, prepared, SPLIT, tmp_path / "run", options)
    assert (tmp_path / "run" / "weights.safetensors").read_bytes() == before


def test_no_patient_may_be_in_two_parts(tmp_path: Path) -> None:
    prepared = toy_prepared(RECIPE, per_patient=2)
    leaking = Split(np.arange(0, 9), np.arange(9, 12), np.arange(0))
    with pytest.raises(AppError, match="Patient P4 is in training and in validation"):
        train(RECIPE, prepared, leaking, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_one_kind_of_case_alone_is_refused(tmp_path: Path) -> None:
    prepared = toy_prepared(RECIPE)
    with pytest.raises(AppError, match="one kind only"):
        train(RECIPE, prepared, Split(np.arange(0, 8, 2), np.arange(8, 12), np.arange(0)), tmp_path / "run")


@pytest.mark.parametrize("seed", range(5))
def test_splits_and_folds_keep_patients_together_and_both_kinds_everywhere(seed: int) -> None:
    patients = [f"P{number // 3}" for number in range(90)]
    truth = np.array([number // 3 % 3 == 0 for number in range(90)])
    split = split_by_patient(patients, truth, seed, (0.2, 0.2))
    everyone = np.concatenate([split.train, split.validation, split.test])
    assert sorted(everyone.tolist()) == list(range(90))
    folds = folds_by_patient(patients, truth, 5, seed)
    assert sorted(np.concatenate([fold.test for fold in folds]).tolist()) == list(range(90))
    for part in (split, *folds):
        part.check(patients)
        assert all(len(set(truth[index].tolist())) == 2 for index in (part.train, part.validation, part.test))


def test_more_folds_than_patients_are_refused() -> None:
    with pytest.raises(AppError, match="2 patients of one kind cannot be in 3 folds"):
        folds_by_patient(["a", "b", "c", "d"], np.array([True, True, False, False]), 3, 1)


def command(cohort: Path, run: Path, *more: str) -> list[str]:
    told = ["train", "hsieh2021-cnn-supervised", "--data", str(cohort), "--out", str(run)]
    return ["-m", "app", *told, "--threads", "1", "--workers", "1", "--device", "cpu", *more]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 16)


@pytest.mark.slow
def test_a_training_that_is_killed_leaves_whole_files_and_goes_on(cohort: Path, tmp_path: Path) -> None:
    from app.__main__ import main

    run = tmp_path / "run"
    process = subprocess.Popen([sys.executable, *command(cohort, run, "--epochs", "20")], cwd=ROOT)

    def saved() -> bool:
        assert process.poll() is None
        return (run / "checkpoint.safetensors").is_file()

    until(saved, "the first checkpoint")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    load_file(run / "checkpoint.safetensors")
    assert not (run / "run.json").exists()
    assert main(command(cohort, run, "--epochs", "20", "--resume")[2:]) == 0
    assert json.loads((run / "metrics.json").read_text())["test"]["at_half"]["n"] == 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_processes_train_one_net_together(cohort: Path, tmp_path: Path) -> None:
    for attempt in range(2):  # the processes' first meeting fails now and then on a busy machine
        run = tmp_path / f"run{attempt}"
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        # an odd number of scans: the second process repeats one, and both end with the same weights or none
        done = subprocess.run(
            [*torchrun, *command(cohort, run, "--epochs", "2", "--scans", "15")],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("Run:") == 1
    assert (run / "log.csv").read_text().count("\n") == 3
    assert set(json.loads((run / "run.json").read_text())["cases"]) == {"train", "validation", "test"}


def test_counts_that_are_no_numbers_are_refused_by_the_file_they_are_in(tmp_path: Path) -> None:
    counts = np.full((64, 16), 5, np.float32)
    tifffile.imwrite(tmp_path / "post.tif", counts)
    counts[3, 3] = np.nan
    tifffile.imwrite(tmp_path / "ant.tif", counts)
    case = CaseFile("N", "N", True, (tmp_path / "ant.tif", tmp_path / "post.tif"))
    with pytest.raises(AppError, match=r"ant\.tif holds values that are not finite"):
        prepared(RECIPE, None, case)
