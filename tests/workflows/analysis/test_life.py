"""A study that a reader left and a case was taken out of, analysed with all reads and per protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from app.plan import AnalysisSet
from app.study.analysis_rules import AnalysisRules
from app.workflows.study.life import Decided, exclude_case, withdraw_reader
from tests.workflows.analysis.sequential_study import SequentialStudy, read, sequential_study

READERS = ("R1", "R2", "R3", "R4")
ARMS = ("unaided", "aided")
PER_PROTOCOL = AnalysisRules(analysis_set=AnalysisSet.PER_PROTOCOL)


def by_hand(study: SequentialStudy, readers: tuple[str, ...], out: str = "") -> dict[tuple[str, str], float]:
    """The AUC of each reader and arm from what was answered: the share of pairs in the right order."""
    found = {}
    for reader in readers:
        for place, arm in enumerate(ARMS):
            rated = {
                case: given[place].rating
                for (who, case), given in study.answers.items()
                if who == reader and case != out
            }
            ill = np.array([rating for case, rating in rated.items() if int(case[1:]) % 2])
            well = np.array([rating for case, rating in rated.items() if not int(case[1:]) % 2])
            right = (ill[:, None] > well).mean() + 0.5 * (ill[:, None] == well).mean()
            found[reader, arm] = float(right)
    return found


def analysed(source: Path, out: Path, *words: str) -> dict[str, Any]:
    assert run(["analyse", str(source), "--out", str(out), "--bootstrap", "20", *words]) == 0
    found: dict[str, Any] = json.loads((out / "analysis.json").read_text("utf-8"))
    return found


def aucs(found: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {(row["reader"], row["arm"]): row["auc"] for row in found["auc"]}


def lived(folder: Path, rules: AnalysisRules) -> SequentialStudy:
    """R4 left after eight cases, C5 was taken out when R1 alone had read everything."""
    study = sequential_study(folder, readers=READERS, analysis=rules)
    read(study, "R1")
    read(study, "R4", most=8)
    exclude_case(study.path, "C5", Decided("A. Coordinator", "two patients on one scan"))
    withdraw_reader(study.path, "R4", Decided("A. Coordinator", "moved away"))
    read(study, "R2")
    read(study, "R3")
    return study


def test_the_set_per_protocol_is_without_the_reader_and_the_case(tmp_path: Path) -> None:
    study = lived(tmp_path, PER_PROTOCOL)
    assert ("R2", "C5") not in study.answers and ("R1", "C5") in study.answers
    found = analysed(study.path, tmp_path / "out")  # finished: nothing more is asked for
    stay = READERS[:3]
    expected = by_hand(study, stay, out="C5")
    assert aucs(found) == pytest.approx(expected)
    assert (found["design"]["readers"], found["design"]["n_cases"]) == (list(stay), 11)
    assert (found["design"]["n_reads"], found["design"]["n_missing"]) == (3 * 11 * 2, 0)
    means = {arm: np.mean([expected[reader, arm] for reader in stay]) for arm in ARMS}
    assert {row["arm"]: row["auc"] for row in found["mrmc"]["arms"]} == pytest.approx(means)
    reasons = [row["reason"] for row in found["exclusions"]]
    assert reasons.count("the reader was withdrawn") + reasons.count("the case was excluded") == 2 * (1 + 8)
    everything = next(row for row in found["subsets"] if row["subset"] == "analysis set: all")
    assert (everything["readers"], everything["cases"]) == (4, 12)
    methods = (tmp_path / "out" / "methods.md").read_text("utf-8")
    assert (
        "reads of readers who were withdrawn and reads of cases that were excluded were left out" in methods
    )
    assert "Reader R4 was withdrawn after 8 of 11 presentations" in methods
    assert "All 41 planned presentations were read." in methods
    assert len(found["study"]["life"]) == 2


def test_the_set_of_all_reads_has_them_and_an_export_is_analysed_alike(tmp_path: Path) -> None:
    study = lived(tmp_path, AnalysisRules())
    found = analysed(study.path, tmp_path / "out")
    expected = by_hand(study, READERS)
    assert aucs(found) == pytest.approx(expected)
    other = next(row for row in found["subsets"] if row["subset"] == "analysis set: per protocol")
    assert (other["readers"], other["cases"], other["reads"]) == (3, 11, 66)
    stay = by_hand(study, READERS[:3], out="C5")
    for side, arm in (("first_mean", other["first"]), ("second_mean", other["second"])):
        assert other[side] == pytest.approx(np.mean([stay[reader, arm] for reader in READERS[:3]]))
    export = tmp_path / "csv"
    assert run(["study", "export", str(study.path), "--out", str(export), "--formats", "csv"]) == 0
    table = analysed(export, tmp_path / "again", "--set", "per-protocol")
    assert aucs(table) == pytest.approx(stay)
