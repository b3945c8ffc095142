"""Recipes that draw, trained as their papers say: positives alone, other cohorts beside, levels, folds."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.learning.batches import epoch_order
from app.learning.recipes.double_unet import BASELINE, MINING
from app.learning.splits import burden_levels, folds_by_patient, split_by_patient
from tests.learning.small_recipes import SMALL, small, use_small_recipes
from tests.learning.toy_cohort import toy_cohort

CNN = "hsieh2021-cnn-supervised"
QUICK = ("--epochs", "1", "--threads", "1", "--workers", "1", "--device", "cpu")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    use_small_recipes(monkeypatch)
    monkeypatch.setitem(SMALL, "unet", replace(small("unet"), side=256))  # the spots are half a pixel on 64


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 8, labels=True)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "others", 2, first=50, labels=True)


def ill_alone(cohort: Path) -> Path:
    """The cohort without its healthy scans."""
    lines = (cohort / "truth.csv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        if line.endswith(",0"):
            case = line.partition(",")[0]
            (cohort / "scans" / f"{case}.dcm").unlink()
            (cohort / "labels" / f"{case}.npz").unlink()
    kept = [line for line in lines if not line.endswith(",0")]
    (cohort / "truth.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    return cohort


def run_of(folder: Path) -> dict[str, list[str]]:
    cases: dict[str, list[str]] = json.loads((folder / "run.json").read_text(encoding="utf-8"))["cases"]
    return cases


def test_a_drawing_recipe_learns_from_patients_who_are_all_ill_and_a_classifier_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ill = ill_alone(toy_cohort(tmp_path / "ill", 12, labels=True))
    words = ["--data", str(ill), "--held-out", "0.25", *QUICK]
    assert main(["train", "unet", *words, "--out", str(tmp_path / "run")]) == 0
    told = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert told["threshold_from"].startswith("not tuned")
    assert told["drawing"]["lesion"]["lesions"] > 0
    card = (tmp_path / "run" / "card.md").read_text(encoding="utf-8")
    assert "| lesions |" in card
    assert "| pixels of the bladder |" in card
    assert told["drawing"]["bladder"]["missed"] + told["drawing"]["bladder"]["right"] > 0
    capsys.readouterr()
    assert main(["train", "hsieh2021-cnn-supervised", *words, "--out", str(tmp_path / "no")]) == 2
    assert "All 6 cases of ill have metastases" in capsys.readouterr().err


def test_the_baseline_and_the_first_net_of_mining_see_positive_scans_alone() -> None:
    truth = np.array([True, False, True, False])
    (alone,), (first, last) = BASELINE.phases, MINING.phases
    for phase, seen in ((alone, {0, 2}), (first, {0, 2}), (last, {0, 1, 2, 3})):
        assert set(epoch_order(phase, np.arange(4), truth, 1, 0).tolist()) == seen


def test_folds_of_a_drawing_recipe_have_rates_of_pixels_and_lesions_and_an_extra_cohort_trains_in_each(
    cohort: Path, others: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "folds"
    words = ["crossval", "unet", "--data", str(cohort), "--folds", "3", *QUICK]
    assert main([*words, "--out", str(out), "--extra-data", str(others)]) == 0
    said = capsys.readouterr().out
    assert "others: 2 scans, which neither validate nor test" in said
    assert "of these means" in said
    folds = [
        json.loads((out / f"fold-{n}" / "metrics.json").read_text(encoding="utf-8"))["drawing"]
        for n in (1, 2, 3)
    ]
    for number in (1, 2, 3):
        cases = run_of(out / f"fold-{number}")
        assert {"T050", "T051"} <= set(cases["train"])
        assert not {"T050", "T051"} & {*cases["validation"], *cases["test"]}
    assert sum(fold["lesion"]["scans"] for fold in folds) == 8
    with (out / "crossval_drawing.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["fold"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["1", "2", "3", "mean", "sd", "mean, F1 of the means", "pooled"]
    right, drawn = (sum(fold["pixel"][name] for fold in folds) for name in ("right", "wrong"))
    assert float(rows["pooled"]["pixel_precision"]) == pytest.approx(right / (right + drawn), abs=1e-4)
    means = [np.mean([fold["pixel"][rate] for fold in folds]) for rate in ("precision", "sensitivity")]
    of_means = 2 * means[0] * means[1] / sum(means)
    assert float(rows["mean, F1 of the means"]["pixel_f1"]) == pytest.approx(of_means, abs=1e-4)
    assert float(rows["mean"]["lesion_sensitivity"]) == pytest.approx(
        np.mean([fold["lesion"]["sensitivity"] for fold in folds]), abs=1e-4
    )
    card = (out / "fold-1" / "card.md").read_text(encoding="utf-8")
    assert "also trained on: others" in card
    assert "--extra-data others" in card


def test_a_patient_of_an_extra_cohort_who_would_also_test_is_refused(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = toy_cohort(tmp_path / "again", 2, labels=True)
    words = ["crossval", "unet", "--data", str(cohort), "--folds", "2", "--out", str(tmp_path / "no"), *QUICK]
    assert main([*words, "--extra-data", str(again)]) == 2
    assert "T000 is in toys and in again" in capsys.readouterr().err
    renamed = (again / "truth.csv").read_text(encoding="utf-8").replace("T00", "U00")
    (again / "truth.csv").write_text(renamed, encoding="utf-8")
    for folder, ending in (("scans", "dcm"), ("labels", "npz")):
        for number in (0, 1):
            file = again / folder / f"T00{number}.{ending}"
            file.rename(file.with_name(f"U00{number}.{ending}"))
    assert main([*words, "--extra-data", str(again)]) == 2
    assert "is in training and in" in capsys.readouterr().err


def test_scans_are_split_within_levels_of_labelled_pixels(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.array([0, 1, 9, 10, 999, 1000, 10**4, 10**5, 10**6, -1, 0])
    truth = np.array([False, *[True] * 10])
    assert burden_levels(pixels, truth).tolist() == [0, 1, 1, 2, 3, 4, 5, 6, 6, 7, 7]
    levels = np.repeat([0, 2, 3, 4], 10)
    patients = [f"P{number}" for number in range(40)]
    split = split_by_patient(patients, levels, 3, (0.1, 0.2))
    for part, each in ((split.validation, 1), (split.test, 2), (split.train, 7)):
        assert np.bincount(levels[part], minlength=5).tolist() == [each, 0, each, each, each]
    few = np.array([0] * 12 + [1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 6])
    folds = folds_by_patient(patients[:24], few > 0, 4, 1, strata=few)
    assert [int((few[fold.test] > 0).sum()) for fold in folds] == [3, 3, 3, 3]
    run = tmp_path / "run"
    words = ["train", "unet", "--data", str(cohort), "--held-out", "0.25", "--stratify", "burden", *QUICK]
    assert main([*words, "--out", str(run)]) == 0
    assert "levels of labelled pixels of metastasis (scans of each): 0: 4, " in capsys.readouterr().out
    assert "--stratify burden" in (run / "card.md").read_text(encoding="utf-8")
    bare = toy_cohort(tmp_path / "bare", 4)
    words = ["train", CNN, "--data", str(bare), "--stratify", "burden", *QUICK, "--out", str(tmp_path / "no")]
    assert main(words) == 2
    assert "bare has no masks of metastases, so the burden" in capsys.readouterr().err


def test_recipes_with_and_without_masks_are_compared_on_one_split_by_burden(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "side"
    words = ["compare-recipes", "--data", str(cohort), "--out", str(out), "--recipes", f"unet,{CNN}", *QUICK]
    words += ["--held-out", "0.25"]
    assert main([*words, "--stratify", "burden"]) == 0
    assert "levels of labelled pixels of metastasis" in capsys.readouterr().out
    assert run_of(out / "unet") == run_of(out / CNN)
    assert "stratified by burden" in (out / "comparison.md").read_text(encoding="utf-8")
    assert main(words) == 2
    assert "holds a comparison with other arguments" in capsys.readouterr().err


@pytest.mark.slow
def test_a_double_u_net_is_pre_trained_on_one_cohort_and_fine_tuned_on_another_in_folds(
    cohort: Path, others: Path, tmp_path: Path
) -> None:
    first, ill = tmp_path / "first", ill_alone(toy_cohort(tmp_path / "ill", 6, first=20, labels=True))
    name = "doubleunet2023-otsu"
    words = ["--held-out", "0.25", *QUICK]
    assert main(["train", name, "--data", str(cohort), "--out", str(first), *words]) == 0
    words = ["--data", str(ill), "--extra-data", str(others), "--init", f"run:{first}", *QUICK]
    assert main(["crossval", name, *words, "--folds", "3", "--out", str(tmp_path / "tuned")]) == 0
    run = json.loads((tmp_path / "tuned" / "fold-1" / "run.json").read_text(encoding="utf-8"))
    assert run["init"].startswith("run:first (sha256 ")
