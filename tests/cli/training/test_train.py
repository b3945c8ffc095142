from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.workflows.analysis.training_answers import training_answers
from tests.learning.toy_cohort import toy_cohort
from tests.scan.nm_files import toy_counts, write_nm

CNN = "hsieh2021-cnn-supervised"
QUICK = ("--epochs", "1", "--threads", "1", "--workers", "1", "--device", "cpu")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 14)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence with which a command refuses."""
    assert main(list(words)) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("scintiread: ")
    assert "\n" not in said
    return said


def few(folder: Path, rows: list[str], scans: tuple[str, ...] = ("A", "B")) -> Path:
    """A small cohort with this truth."""
    for number, name in enumerate(scans):
        pair = toy_counts(np.random.default_rng(number))
        write_nm(folder / "scans" / f"{name}.dcm", *pair, PatientID=name)
    (folder / "truth.csv").write_text("case,patient,truth\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["A,A,1", "B,B,0", "C,C,0"], "C"),
        (["A,A,1"], "B"),
        (["A,A,1", "B,B,1"], "have metastases"),
        (["A,A,1", "B,B,maybe"], "truth.csv"),
    ],
    ids=["truth without scan", "scan without truth", "one kind", "no truth"],
)
def test_a_cohort_that_does_not_agree_with_itself_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], said: str
) -> None:
    folder = few(tmp_path / "few", rows)
    out = tmp_path / "run"
    assert said in refused(capsys, "train", CNN, "--data", str(folder), "--out", str(out), *QUICK)
    assert not out.exists()


def test_a_scan_with_one_view_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = few(tmp_path / "few", ["A,A,1", "B,B,0"], ("A",))
    anterior, _ = toy_counts(np.random.default_rng(2))
    write_nm(folder / "scans" / "B.dcm", anterior, PatientID="B", detectors=(1,))
    out = str(tmp_path / "run")
    said = refused(capsys, "train", CNN, "--data", str(folder), "--out", out, *QUICK)
    assert "B has no posterior view" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--device", "cuda"), "There is no CUDA device"),
        (("--init", "imagenet:download"), "There are no ImageNet weights for hsieh2021-cnn-supervised"),
        (("--init", "run:nowhere"), "run:nowhere is no source of weights"),
        (("--resume",), "run is not there to be resumed"),
        (("--epochs", "0"), "Epochs, minutes and scans are more than nothing"),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    out = str(tmp_path / "run")
    assert said in refused(capsys, "train", CNN, "--data", str(cohort), "--out", out, *QUICK, *more)


def test_an_unknown_recipe_and_an_absent_cohort_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "run")
    assert "alexnet is no recipe" in refused(capsys, "train", "alexnet", "--data", "x", "--out", out)
    assert "nowhere has no truth.csv" in refused(capsys, "train", CNN, "--data", "nowhere", "--out", out)
    assert "vgg is no recipe" in refused(
        capsys, "compare-recipes", "--data", "x", "--out", out, "--recipes", "vgg"
    )


def test_every_patient_tests_once_and_finished_folds_are_kept(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "folds"
    words = ["crossval", CNN, "--data", str(cohort), "--out", str(out), "--folds", "2", *QUICK]
    assert main(words) == 0
    with (out / "crossval.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["fold"] for row in rows] == ["1", "2", "mean", "sd"]
    assert sum(int(rows[fold][count]) for fold in (0, 1) for count in ("tp", "fp", "fn", "tn")) == 14
    weights = out / "fold-1" / "weights.safetensors"
    stamp, table = weights.stat().st_mtime_ns, (out / "crossval.csv").read_bytes()
    assert main(words) == 0
    assert weights.stat().st_mtime_ns == stamp
    assert (out / "crossval.csv").read_bytes() == table
    capsys.readouterr()
    assert "another cross-validation" in refused(capsys, *words, "--seed", "9")


def test_recipes_are_compared_what_cannot_learn_is_left_out_and_nothing_is_done_twice(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "side"
    words = [
        "compare-recipes",
        "--data",
        str(cohort),
        "--out",
        str(out),
        "--recipes",
        f"{CNN},liu2022",
        *QUICK,
    ]
    assert main(words) == 1
    told = capsys.readouterr().out
    assert "liu2022 was left out: 7 diseased scans of 7 in toys have no mask" in told
    with (out / "comparison.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["recipe"] == CNN
    assert float(row["milliseconds"]) > 0
    assert int(row["parameters"]) > 8_000_000
    page = (out / "comparison.md").read_text(encoding="utf-8")
    assert "1 epoch each" in page
    stamp = (out / CNN / "row.json").stat().st_mtime_ns
    assert main(words) == 1
    assert (out / CNN / "row.json").stat().st_mtime_ns == stamp
    run = json.loads((out / CNN / "run.json").read_text(encoding="utf-8"))
    parts = run["cases"]
    assert not set(parts["train"]) & set(parts["test"])
    capsys.readouterr()
    assert "other arguments" in refused(capsys, *words, "--seed", "5")


def test_a_whole_other_cohort_can_test_and_must_be_of_other_patients(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unseen = few(tmp_path / "unseen", ["A,A,1", "B,B,0"])
    out = tmp_path / "run"
    words = ["train", CNN, "--data", str(cohort), "--out", str(out), *QUICK, "--test"]
    assert main([*words, str(unseen)]) == 0
    assert "% was spent waiting for scans" in capsys.readouterr().out
    parts = json.loads((out / "run.json").read_text(encoding="utf-8"))["cases"]
    assert sorted(parts["test"]) == ["A", "B"]
    assert len(parts["train"]) + len(parts["validation"]) == 14
    card = (out / "card.md").read_text(encoding="utf-8")
    assert "--test unseen" in card
    assert "tested on: unseen: 2 scans, which neither train nor validate" in card
    answers = dict(training_answers(out, []))
    assert "another cohort (unseen: 2 scans" in answers["CLAIM 33"]  # no internal test
    assert "CLAIM 32" not in answers
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        patient = next(csv.DictReader(file))["patient"]
    known = few(tmp_path / "known", ["A,A,1", f"B,{patient},0"])
    capsys.readouterr()
    again = [*words[:5], str(tmp_path / "again"), *words[6:]]
    assert f"Patient {patient} is in" in refused(capsys, *again, str(known))
    assert "is in toys and in toys" in refused(capsys, *again, str(cohort))


def test_the_first_of_a_comparison_is_tested_against_the_others(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "two"
    recipes = "hsieh2021-cnn-supervised,hsieh2021-cnn-supcon"
    words = ["compare-recipes", "--data", str(cohort), "--out", str(out), "--recipes", recipes, *QUICK]
    assert main([*words, "--test", str(toy_cohort(tmp_path / "unseen", 8, first=100))]) == 0
    page = (out / "comparison.md").read_text(encoding="utf-8")
    lead = page.split("## The first against the others")[1].split("##")[0]
    assert lead.count(" minus ") == 1
    assert "all of unseen test" in page
    assert "contrast minus supervised" in page
