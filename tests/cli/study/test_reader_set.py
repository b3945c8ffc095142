"""The cases of a reader study drawn from a cohort, by the command line, up to the study itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.__main__ import main
from tests.learning.toy_cohort import toy_cohort


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 12, per_patient=2, labels=True)


def drawn(cohort: Path, out: Path, *more: str) -> list[dict[str, str]]:
    assert main(["reader-set", str(cohort), "--out", str(out), *more]) == 0
    with (out / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_half_of_the_cases_are_ill_no_patient_is_there_twice_and_a_seed_draws_the_same(
    cohort: Path, tmp_path: Path
) -> None:
    rows = drawn(cohort, tmp_path / "one", "--cases", "4", "--seed", "5")
    assert sorted(row["truth"] for row in rows) == ["0", "0", "1", "1"]
    assert len({row["patient"] for row in rows}) == 4
    cases = [row["case"] for row in rows]
    assert sorted(path.stem for path in (tmp_path / "one" / "scans").iterdir()) == cases
    assert sorted(path.stem for path in (tmp_path / "one" / "labels").iterdir()) == cases
    assert rows == drawn(cohort, tmp_path / "same", "--cases", "4", "--seed", "5")
    others = [drawn(cohort, tmp_path / f"s{seed}", "--cases", "4", "--seed", str(seed)) for seed in (6, 7)]
    assert any([row["case"] for row in other] != cases for other in others)


def test_what_is_drawn_becomes_a_study(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn(cohort, tmp_path / "set", "--cases", "4")
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Next: scintiread "))
    words = line.removeprefix("Next: scintiread ").replace("STUDY", str(tmp_path / "study")).split()
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "4 cases" in said
    assert "2 cases have a lesion mask" in said


def test_patients_that_a_training_has_seen_are_not_drawn_and_too_few_are_told(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    told = {"cohort": "toys", "cases": {"train": ["T000"], "validation": ["T002"], "test": ["T004"]}}
    (run / "run.json").write_text(json.dumps(told), encoding="utf-8")
    rows = drawn(cohort, tmp_path / "set", "--cases", "4", "--not-in", str(run))
    assert {row["patient"] for row in rows} == {"P002", "P003", "P004", "P005"}
    words = ["reader-set", str(cohort), "--out", str(tmp_path / "no"), "--not-in", str(run)]
    assert main([*words, "--cases", "6"]) == 2
    assert "toys has 2 patients with metastases to draw from, and 3 are needed" in capsys.readouterr().err
    assert main([*words, "--cases", "5"]) == 2
    assert "5 cases cannot be half of each kind" in capsys.readouterr().err
    (run / "run.json").write_text(json.dumps({**told, "cohort": "elsewhere"}), encoding="utf-8")
    assert main([*words, "--cases", "4"]) == 2
    assert "run was trained on elsewhere, not on toys" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()
    assert main(["reader-set", str(cohort), "--out", str(tmp_path / "set"), "--cases", "4"]) == 2
    assert "set is there already" in capsys.readouterr().err
