"""Trainings and comparisons as the papers print them, by the command line, with small nets."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.learning.dataset import CaseFile, CohortFiles
from app.learning.metrics import measured
from app.learning.run_card import run_card
from app.workflows.analysis.training_answers import training_answers
from app.workflows.training.train import ReadyTraining, Training, split_of
from tests.learning.small_recipes import small, use_small_recipes
from tests.learning.toy_cohort import toy_cohort
from tests.learning.toy_scans import toy_prepared

CNN, SUPCON = "hsieh2021-cnn-supervised", "hsieh2021-cnn-supcon"
QUICK = ("--epochs", "1", "--threads", "1", "--workers", "1", "--device", "cpu")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    use_small_recipes(monkeypatch)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 14)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts_of(run: Path) -> dict[str, list[str]]:
    told: dict[str, list[str]] = json.loads((run / "run.json").read_text(encoding="utf-8"))["cases"]
    return told


def test_without_validation_all_but_the_test_scans_train_and_the_threshold_is_a_half(
    cohort: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    assert main(["train", CNN, "--data", str(cohort), "--out", str(out), *QUICK, "--no-validation"]) == 0
    parts = parts_of(out)
    assert (len(parts["train"]), len(parts["validation"]), len(parts["test"])) == (12, 0, 2)  # 85 and 15 %
    card = (out / "card.md").read_text(encoding="utf-8")
    assert "Threshold 0.500: not tuned: no scan validates." in card
    assert "--no-validation" in card
    answers = dict(training_answers(out, [parts["train"][0], "another"]))
    assert answers["CLAIM 19–20"].startswith(
        "Scans of toys: 12 train, 0 validation, 2 test. Patients by truth.csv"
    )
    assert answers["CLAIM 24"] == "Random, seed 1."
    assert answers["CLAIM 25"].startswith("cross-entropy: adam, rate 0.001, batch ")
    assert (
        f"1 case of the study has the code of a case of the training, the first is {parts['train'][0]}"
        in (answers["STARD-AI"])
    )


def test_of_a_split_of_ones_own_those_who_would_validate_train(tmp_path: Path) -> None:
    recipe = small(CNN)
    prepared = toy_prepared(recipe, 6)
    own = tmp_path / "own.csv"
    parts = ["train", "val", "train", "test", "val", "train"]
    rows = [f"{case},{part}" for case, part in zip(prepared.cases, parts, strict=True)]
    own.write_text("\n".join(["case,part", *rows]) + "\n", encoding="utf-8")
    training = Training(tmp_path, tmp_path, split=own, validates=False)
    cases = CohortFiles("toys", tuple(CaseFile(case, case, False, ()) for case in prepared.cases), True)
    ready = ReadyTraining(recipe, replace(prepared, cohort=cases), training.options(), None)
    split = split_of(ready, training)
    assert (split.train.tolist(), split.validation.tolist(), split.test.tolist()) == (
        [0, 1, 2, 4, 5],
        [],
        [3],
    )


def test_folds_without_validation_train_on_all_the_others_and_tell_both_thresholds(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "folds"
    words = ["crossval", CNN, "--data", str(cohort), "--out", str(out), *QUICK, "--no-validation"]
    assert main([*words, "--folds", "3"]) == 0
    told = capsys.readouterr().out
    assert "own threshold" in told
    assert "All test scans together: AUC 0." in told
    for number in (1, 2, 3):
        parts = parts_of(out / f"fold-{number}")
        assert not parts["validation"]
        assert len(parts["train"]) + len(parts["test"]) == 14
    own, half = table(out / "crossval.csv"), table(out / "crossval_at_half.csv")
    assert own == half
    assert {row["threshold"] for row in own[:3]} == {"0.5000"}
    assert (out / "roc.svg").is_file()
    assert main([*words, "--folds", "3", "--held-out", "0.2"]) == 2
    assert "number of folds says how many scans test" in capsys.readouterr().err


def test_a_comparison_tells_every_measure_of_every_recipe_at_its_threshold_and_at_a_half(
    cohort: Path, tmp_path: Path
) -> None:
    out = tmp_path / "side"
    words = ["compare-recipes", "--data", str(cohort), "--out", str(out), *QUICK]
    assert main([*words, "--recipes", f"{CNN},{SUPCON}"]) == 0
    rows = table(out / "measures.csv")
    assert [(row["point"]) for row in rows] == ["at_threshold"] * 2 + ["at_half"] * 2
    assert {row["recipe"] for row in rows} == {CNN, SUPCON}
    for row in rows:
        assert sum(int(row[name]) for name in ("tp", "fp", "fn", "tn")) == 4 - 2
        assert float(row["prevalence"]) == 0.5
        assert row["accuracy_low"] < row["accuracy"]
    page = (out / "comparison.md").read_text(encoding="utf-8")
    assert "accuracy | sensitivity | specificity | prevalence | precision | NPV | F1 | TP | FP" in page
    assert (out / "measures.svg").is_file()


def test_a_comparison_tells_who_its_scans_are_of_as_far_as_truth_csv_does(tmp_path: Path) -> None:
    told = toy_cohort(tmp_path / "told", 14)
    lines = (told / "truth.csv").read_text(encoding="utf-8").split()
    sexes, cancers = ("F", "F", "M"), ("breast", "prostate", "")
    rows = [f"{lines[0]},age,sex,cancer,note,regions"]
    for number, line in enumerate(lines[1:]):
        told_of = f"{40 + number},{sexes[number % 3]},{cancers[number % 3]},seen by {number}"
        rows.append(f"{line},{told_of},{'spine;rib' if number % 2 else ''}")
    (told / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    out, unseen = tmp_path / "side", toy_cohort(tmp_path / "unseen", 4, first=100)
    words = ["compare-recipes", "--data", str(told), "--out", str(out), "--recipes", CNN, *QUICK]
    assert main([*words, "--test", str(unseen)]) == 0
    page = (out / "comparison.md").read_text(encoding="utf-8")
    assert "| scans | 14 (100%) | 7 (50%) | 7 (50%) |" in page
    assert "| patients | 14 | 7 | 7 |" in page
    assert "| age: median (quartiles) | 46.5 (43.25-49.75) | 47 (44-50) | 46 (43-49) |" in page
    assert "| region: spine | 7 (50%) | 7 (100%) | 0 (0%) |" in page
    assert "| sex: F | 10 (71%) | 5 (71%) | 5 (71%) |" in page
    assert "| cancer: not recorded | 4 (29%) | 2 (29%) | 2 (29%) |" in page
    assert "Not counted, since their words differ too much: note." in page
    assert "| part: train | 12 (86%) | 6 (86%) | 6 (86%) |" in page
    table_of = {(row["cohort"], row["characteristic"]): row["all"] for row in table(out / "cohort.csv")}
    assert table_of["unseen", "scans"] == "4 (100%)"


def test_recipes_are_compared_on_the_same_folds(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "folds"
    words = ["compare-recipes", "--data", str(cohort), "--out", str(out), *QUICK]
    words += ["--folds", "2", "--recipes", f"{CNN},{SUPCON},liu2022"]
    assert main(words) == 1
    assert "liu2022 was left out" in capsys.readouterr().out
    assert [parts_of(out / CNN / f"fold-{n}") for n in (1, 2)] == [
        parts_of(out / SUPCON / f"fold-{n}") for n in (1, 2)
    ]
    rows = table(out / "measures.csv")
    assert [sum(int(row[name]) for name in ("tp", "fp", "fn", "tn")) for row in rows] == [14] * 4
    page = (out / "comparison.md").read_text(encoding="utf-8")
    assert "AUC, all together" in page
    assert "### At 0.5" in page
    assert (out / "roc.svg").is_file()
    assert main([*words, "--no-validation"]) == 2
    assert "holds a comparison with other arguments" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_supervised_and_contrasted_features_lie_side_by_side(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "maps"
    words = ["compare-recipes", "--data", str(cohort), "--out", str(out), *QUICK, "--umap"]
    unseen = toy_cohort(tmp_path / "unseen", 10, first=100)
    assert main([*words, "--recipes", f"{CNN},{SUPCON}", "--test", str(unseen)]) == 0
    assert len(table(out / CNN / "umap.csv")) == len(table(out / SUPCON / "umap.csv")) == 10
    assert (out / "umap.svg").is_file()


def test_too_few_scans_for_a_map_are_told_before_the_training(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["train", CNN, "--data", str(cohort), "--out", str(out), *QUICK, "--umap"]) == 2
    assert "2 scans are too few for a map of features" in capsys.readouterr().err
    assert not (out / "weights.safetensors").exists()


def test_a_card_tells_the_bootstrap_interval_beside_delong_s() -> None:
    folder = Path(__file__).parents[2] / "data" / "run"
    run, metrics = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in ("run.json", "metrics.json")
    )
    rng = np.random.default_rng(1)
    truth = np.arange(60) % 2 == 1
    told = measured(rng.normal(truth * 0.2, 0.2) + 0.4, truth).facts()
    metrics["test"] = {"at_threshold": told, "at_half": told}
    card = run_card("A net", "a paper", run, metrics, "scintiread train")
    low, high = told["auc_bootstrap"]
    assert f"| … by bootstrap (2000 resamples) | {low:.3f}-{high:.3f} | the same |" in card
