"""A study with a reader who left, a case taken out, a corrected truth and an amendment, by hand too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from app.plan import AnalysisSet
from app.study.analysis_rules import AnalysisRules
from tests.workflows.analysis.sequential_study import SequentialStudy, read, sequential_study

READERS = ("R1", "R2", "R3", "R4")
STAY = READERS[:3]
ARMS = ("unaided", "aided")
OUT, CORRECTED = "C5", "C2"
PER_PROTOCOL = AnalysisRules(analysis_set=AnalysisSet.PER_PROTOCOL)
Table = dict[tuple[str, str], float]


def ill(case: str) -> bool:
    """The truth that counts: odd cases were diseased from the start, and one more is by correction."""
    return int(case[1:]) % 2 == 1 or case == CORRECTED


def by_hand(study: SequentialStudy, readers: tuple[str, ...], out: str = "") -> dict[str, Table]:
    """AUC, sensitivity and specificity of each reader and arm, from what was answered."""
    found: dict[str, Table] = {"auc": {}, "sensitivity": {}, "specificity": {}}
    for reader in readers:
        for place, arm in enumerate(ARMS):
            given = {
                case: answers[place]
                for (who, case), answers in study.answers.items()
                if who == reader and case != out
            }
            pairs = {case: float(answer.rating or 0) for case, answer in given.items()}
            sick = np.array([rating for case, rating in pairs.items() if ill(case)])
            well = np.array([rating for case, rating in pairs.items() if not ill(case)])
            right = (sick[:, None] > well).mean() + 0.5 * (sick[:, None] == well).mean()
            found["auc"][reader, arm] = float(right)
            called = {case: bool(answer.call) for case, answer in given.items()}
            yes = np.array([said for case, said in called.items() if ill(case)], float)
            no = np.array([not said for case, said in called.items() if not ill(case)], float)
            found["sensitivity"][reader, arm] = float(yes.mean())
            found["specificity"][reader, arm] = float(no.mean())
    return found


def analysed(source: Path, out: Path, *words: str) -> dict[str, Any]:
    assert run(["analyse", str(source), "--out", str(out), "--bootstrap", "20", *words]) == 0
    found: dict[str, Any] = json.loads((out / "analysis.json").read_text("utf-8"))
    return found


def aucs(found: dict[str, Any]) -> Table:
    return {(row["reader"], row["arm"]): row["auc"] for row in found["auc"]}


def decide(study: Path, verb: str, *words: str) -> None:
    said = ("--by", "A. Coordinator", "--reason", f"why {verb}")
    assert run(["study", verb, str(study), *words, *said]) == 0


def lived(folder: Path, rules: AnalysisRules) -> SequentialStudy:
    """R4 left after eight cases; C5 was taken out when R1 alone had read everything; then others read."""
    study = sequential_study(folder, readers=READERS, analysis=rules)
    read(study, "R1")
    read(study, "R4", most=8)
    decide(study.path, "exclude", "--case", OUT)
    decide(study.path, "withdraw", "--reader", "R4")
    decide(study.path, "truth", "--case", CORRECTED, "--is", "1")
    decide(study.path, "amend", "--field", "contact", "--to", "office 2")
    read(study, "R2")
    read(study, "R3")
    assert run(["study", "verify", str(study.path)]) == 0
    return study


def test_the_set_per_protocol_is_without_the_reader_and_the_case(tmp_path: Path) -> None:
    study = lived(tmp_path, PER_PROTOCOL)
    assert ("R2", OUT) not in study.answers and ("R1", OUT) in study.answers
    found = analysed(study.path, tmp_path / "out")  # finished: nothing more is asked for
    expected = by_hand(study, STAY, out=OUT)
    assert aucs(found) == pytest.approx(expected["auc"])
    for row in found["operating"]:
        if row["reader"] in STAY:
            for measure in ("sensitivity", "specificity"):
                value = row[measure]["estimate"] if isinstance(row[measure], dict) else row[measure]
                assert value == pytest.approx(expected[measure][row["reader"], row["arm"]])
    design = found["design"]
    assert (design["readers"], design["n_cases"], design["n_positive"]) == (list(STAY), 11, 6)
    assert (design["n_reads"], design["n_missing"]) == (3 * 11 * 2, 0)
    means = {arm: np.mean([expected["auc"][reader, arm] for reader in STAY]) for arm in ARMS}
    assert {row["arm"]: row["auc"] for row in found["mrmc"]["arms"]} == pytest.approx(means)
    reasons = [row["reason"] for row in found["exclusions"]]
    assert reasons.count("the reader was withdrawn") + reasons.count("the case was excluded") == 2 * (1 + 8)
    everything = next(row for row in found["subsets"] if row["subset"] == "analysis set: all")
    assert (everything["readers"], everything["cases"], everything["diseased"]) == (4, 12, 7)


def test_methods_and_record_name_all_that_was_decided(tmp_path: Path) -> None:
    study = lived(tmp_path, PER_PROTOCOL)
    found = analysed(study.path, tmp_path / "out")
    given = sum(reader in ("R1", "R4") for reader, _ in study.answers)
    assert [(row["version"], row["readings"]) for row in found["study"]["versions"]] == [
        (1, 2 * given),
        (2, 2 * (len(study.answers) - given)),
    ]
    methods = (tmp_path / "out" / "methods.md").read_text("utf-8")
    for said in (
        "reads of readers who were withdrawn and reads of cases that were excluded were left out",
        "Reader R4 was withdrawn after 8 of",
        f"Case {OUT} was excluded with",
        f"The truth of 1 case was corrected: {CORRECTED} from 0 to 1",
        "The protocol was amended to version 2: contact",
        f"All {len(study.answers)} planned presentations were read.",
        f"version 1: {2 * given}, version 2: {2 * (len(study.answers) - given)}",
    ):
        assert said in methods
    assert len(found["study"]["life"]) == 4
    assert all("A. Coordinator: why" in sentence for sentence in found["study"]["life"])


def test_the_set_of_all_reads_has_them_and_an_export_is_analysed_alike(tmp_path: Path) -> None:
    study = lived(tmp_path, AnalysisRules())
    found = analysed(study.path, tmp_path / "out")
    assert aucs(found) == pytest.approx(by_hand(study, READERS)["auc"])
    other = next(row for row in found["subsets"] if row["subset"] == "analysis set: per protocol")
    assert (other["readers"], other["cases"], other["reads"]) == (3, 11, 66)
    stay = by_hand(study, STAY, out=OUT)["auc"]
    for side, arm in (("first_mean", other["first"]), ("second_mean", other["second"])):
        assert other[side] == pytest.approx(np.mean([stay[reader, arm] for reader in STAY]))
    export = tmp_path / "csv"
    assert run(["study", "export", str(study.path), "--out", str(export), "--formats", "csv"]) == 0
    table = analysed(export, tmp_path / "again", "--set", "per-protocol")
    assert aucs(table) == pytest.approx(stay)
