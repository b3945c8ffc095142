"""`scintiread simulate` by the front door."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app import cli


def truth_of(out: Path) -> list[dict[str, str]]:
    with (out / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_makes_a_cohort_and_says_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "cohort"
    arguments = ["simulate", str(out), "--scans", "2", "--workers", "1", "--prevalence", "1", "--seed", "7"]
    assert cli.run([*arguments, "--preset", "easy"]) == 0
    said = capsys.readouterr().out
    assert "2 scans made" in said
    assert "SIMULATED" in said
    rows = truth_of(out)
    assert [row["truth"] for row in rows] == ["1", "1"]
    assert json.loads((out / "cohort.json").read_text(encoding="utf-8"))["preset"] == "easy"
    assert cli.run([*arguments, "--preset", "easy"]) == 0
    assert "0 scans made, 2 there already" in capsys.readouterr().out


def test_a_part_of_a_follow_up_cohort(tmp_path: Path) -> None:
    out = tmp_path / "cohort"
    arguments = ["simulate", str(out), "--scans", "10", "--workers", "1", "--follow-up"]
    assert cli.run([*arguments, "--from", "4", "--to", "6"]) == 0
    rows = truth_of(out)
    assert [row["case"][-2:] for row in rows] == ["04", "05"]
    assert rows[0]["patient"] == rows[1]["patient"]
    assert [row["visit"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scans", "0"], "at least 1"),
        (["--prevalence", "2"], "prevalence"),
        (["--from", "5", "--to", "3"], "not a part"),
        (["--counts", "0"], "too small"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["simulate", str(tmp_path / "x"), "--workers", "1", *arguments]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
