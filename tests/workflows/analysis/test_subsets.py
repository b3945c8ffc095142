"""Subgroups and analysis sets: by the protocol, exactly so; what is only asked for is exploratory."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.analysis.placements import auc
from app.cli import run
from app.plan import AnalysisSet
from app.study.analysis_rules import AnalysisRules
from app.study.case import frozen_sha256
from app.study.protocol_problems import protocol_problems
from app.study.questionnaire import Occasion, QuestionnaireRules
from app.subgroup import subgroup
from app.workflows.study.read import open_session
from tests.study.helpers import protocol
from tests.workflows.analysis.sequential_study import read, sequential_study

BY_PLAN = ("cases: sex", "cases: age >= 60", "readers: years_experience < 5")
RULES = AnalysisRules(subgroups=BY_PLAN)
QUESTIONS = QuestionnaireRules(first=("years_experience | Years of experience | number 0-70",))


def analysed(folder: Path, source: Path, *words: str) -> dict[str, Any]:
    out = folder / "out"
    assert run(["analyse", str(source), "--out", str(out), "--bootstrap", "20", *words]) == 0
    found: dict[str, Any] = json.loads((out / "analysis.json").read_text("utf-8"))
    return found


def told_study(folder: Path, rules: AnalysisRules = RULES) -> Path:
    """A finished sequential study: sex and age of the cases in truth.csv, experience of readers answered."""
    made = sequential_study(folder, analysis=rules, questionnaire=QUESTIONS)
    table = made.path / "coordinator" / "truth.csv"
    lines = ["case,truth,Sex,age"]
    lines += [f"C{n},{n % 2},{'f' if n < 7 else 'm'},{50 + 2 * n if n != 8 else ''}" for n in range(1, 13)]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for reader, years in (("R1", "3"), ("R2", "12")):
        sitting = open_session(made.path, reader)
        sitting.answer_questions(Occasion.FIRST, {"years_experience": years})
        sitting.close()
        read(made, reader)
    return made.path


def by_hand(study: Path, folder: Path, keep: Callable[[str, str], bool]) -> dict[str, float]:
    """The mean AUC of each arm over the readers, from the export, of the reads that are kept."""
    assert run(["study", "export", str(study), "--out", str(folder / "csv"), "--formats", "csv"]) == 0
    ratings: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    with (folder / "csv" / "readings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if keep(row["reader"], row["case"]):
                pair = float(row["rating"]), int(row["case"][1:]) % 2 == 1
                ratings.setdefault((row["arm"], row["reader"]), []).append(pair)
    means: dict[str, list[float]] = {}
    for (arm, _), pairs in ratings.items():
        scores, truth = zip(*pairs, strict=True)
        means.setdefault(arm, []).append(auc(np.array(scores), np.array(truth)))
    return {arm: float(np.mean(values)) for arm, values in means.items()}


def test_subgroups_of_the_protocol_are_what_a_hand_counts(tmp_path: Path) -> None:
    study = told_study(tmp_path)
    found = analysed(tmp_path, study, "--subgroup", "cases: age < 60")
    rows = {row["subset"]: row for row in found["subsets"] if row["measure"] == "AUC"}
    assert list(rows) == [
        *("cases: sex = f", "cases: sex = m", "cases: age >= 60", "readers: years_experience < 5"),
        "cases: age < 60",
    ]
    assert [row["planned"] for row in rows.values()] == [True, True, True, True, False]
    assert found["options"]["planned_subgroups"] == list(BY_PLAN)
    older = rows["cases: age >= 60"]
    assert (older["cases"], older["diseased"], older["unknown"], older["reads"]) == (7, 4, 1, 28)
    for name, keep in (
        ("cases: sex = f", lambda reader, case: int(case[1:]) < 7),
        ("cases: age >= 60", lambda reader, case: int(case[1:]) >= 5 and case != "C8"),
        ("readers: years_experience < 5", lambda reader, case: reader == "R1"),
    ):
        means, row = by_hand(study, tmp_path, keep), rows[name]
        assert (row["first"], row["second"]) == ("aided", "unaided")
        assert row["first_mean"] == pytest.approx(means["aided"])
        assert row["estimate"] == pytest.approx(means["aided"] - means["unaided"])
    assert rows["readers: years_experience < 5"]["generalise"] == "fixed readers, random cases"
    tested = [row for row in found["subgroup_contrasts"] if row["measure"] == "AUC"]
    assert [(row["subset"], row["other"], row["planned"]) for row in tested] == [
        ("cases: sex = f", "cases: sex = m", True),
        ("cases: age >= 60", "cases: age < 60", True),
        ("readers: years_experience < 5", "readers: years_experience >= 5", True),
        ("cases: age < 60", "cases: age >= 60", False),
    ]
    assert tested[1]["estimate"] == pytest.approx(older["estimate"] - rows["cases: age < 60"]["estimate"])
    said = (tmp_path / "out" / "methods.md").read_text("utf-8")
    assert (
        f"Subgroups fixed by the protocol: {'; '.join(BY_PLAN)}. Exploratory subgroups: cases: age < 60."
        in said
    )
    assert "Whether the arms differ by more in one subgroup than in another was tested" in said
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Subgroups and the other analysis set" in page
    assert "cases: age &gt;= 60: not known of 1." in page
    assert "One subgroup against another" in page


def test_a_subgroup_by_something_unknown_is_refused_and_an_interim_analysis_has_none_by_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = told_study(tmp_path, AnalysisRules())
    words = ["analyse", str(study), "--out", str(tmp_path / "out"), "--subgroup", "readers: shoe_size > 40"]
    assert run(words) == 2
    assert "the first questionnaire tells no shoe_size" in capsys.readouterr().err
    half = sequential_study(tmp_path / "half", analysis=RULES, questionnaire=QUESTIONS)
    sitting = open_session(half.path, "R1")
    sitting.answer_questions(Occasion.FIRST, {"years_experience": "3"})
    sitting.close()
    read(half, "R1", most=8)
    assert analysed(tmp_path / "half", half.path, "--interim")["subsets"] == []


HEAD = "reader,arm,case,truth,rating,call,deviations,age"


def table(folder: Path, deviating: tuple[str, ...] = ("C3", "C4")) -> Path:
    """Three readers, twenty cases, two arms; R1 departed from the protocol on some cases when aided."""
    rng, lines = np.random.default_rng(3), [HEAD]
    for reader in ("R1", "R2", "R3"):
        for arm in ("unaided", "aided"):
            for n in range(20):
                rating = int(np.clip(50 + 25 * rng.normal() + (30 if n % 2 else -10), 0, 100))
                odd = "early visit" if reader == "R1" and arm == "aided" and f"C{n}" in deviating else ""
                lines.append(f"{reader},{arm},C{n},{n % 2},{rating},{int(rating > 50)},{odd},{40 + n}")
    folder.mkdir(exist_ok=True)
    path = folder / "readings.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_per_protocol_is_the_analysis_of_a_table_without_the_reads_that_departed(tmp_path: Path) -> None:
    source = table(tmp_path)
    whole = analysed(tmp_path, source)
    (row,) = [one for one in whole["subsets"] if one["measure"] == "AUC"]
    strict = analysed(tmp_path, source, "--set", "per-protocol")
    bare = tmp_path / "bare.csv"
    kept = [line for line in source.read_text("utf-8").splitlines() if ",early visit," not in line]
    bare.write_text("\n".join(kept) + "\n", encoding="utf-8")
    without = analysed(tmp_path, bare)
    assert whole["mrmc"]["differences"] != without["mrmc"]["differences"]
    assert strict["mrmc"]["differences"] == without["mrmc"]["differences"]
    assert row["subset"] == "analysis set: per protocol"
    assert (row["reads"], row["estimate"], row["p"]) == (
        118, without["mrmc"]["differences"][0]["estimate"], without["mrmc"]["differences"][0]["p"],
    )  # fmt: skip
    assert {one["reason"] for one in strict["exclusions"]} == {"a deviation from the protocol is recorded"}
    assert {one["words"]: one["count"] for one in strict["flow"]["lost"]} == {
        "a deviation from the protocol is recorded": 2
    }
    (back,) = [one for one in strict["subsets"] if one["measure"] == "AUC"]
    assert (back["subset"], back["reads"]) == ("analysis set: all", 120)
    assert without["subsets"] == []


def test_the_protocol_s_set_is_not_overruled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = told_study(tmp_path, AnalysisRules(analysis_set=AnalysisSet.PER_PROTOCOL))
    assert run(["analyse", str(study), "--out", str(tmp_path / "out"), "--set", "all"]) == 2
    assert "The protocol says that the analysis set is per protocol" in capsys.readouterr().err
    analysed(tmp_path, study)
    assert "The analysis is per protocol" in (tmp_path / "out" / "methods.md").read_text("utf-8")


def test_a_case_of_two_ages_is_refused_and_one_class_alone_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = table(tmp_path)
    (row,) = analysed(tmp_path, source, "--subgroup", "cases: age = 41")["subsets"][-1:]
    assert (row["cases"], row["diseased"], row["estimate"], row["generalise"]) == (1, 1, None, None)
    source.write_text(source.read_text("utf-8").replace(",40\n", ",39\n", 1), encoding="utf-8")
    assert run(["analyse", str(source), "--out", str(tmp_path / "o"), "--subgroup", "cases: age"]) == 2
    assert "age of C0 is “40”, and “39” on a line before." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cases", "is no subgroup; write it as"),
        ("lesions: size > 3", "is no subgroup; write it as"),
        ("cases: age > old", "> needs a number"),
        ("readers: shoes > 3", "has no question shoes; it asks years_experience"),
    ],
)
def test_a_line_that_names_no_subgroup_keeps_the_protocol_from_being_made(line: str, words: str) -> None:
    rules = replace(RULES, subgroups=(line,))
    (problem,) = protocol_problems(protocol(analysis=rules, questionnaire=QUESTIONS))
    assert problem.path == "analysis.subgroups"
    assert words in problem.text


def test_marks_cannot_be_tested_per_protocol() -> None:
    rules = AnalysisRules(hypotheses=("wafroc: aided > unaided",), analysis_set=AnalysisSet.PER_PROTOCOL)
    mode = sequential_mode(rules)
    assert [one.path for one in protocol_problems(mode)] == ["analysis.hypotheses"]


def sequential_mode(rules: AnalysisRules) -> Any:
    from app.study.protocol import Mode

    return protocol(mode=Mode.SEQUENTIAL, analysis=rules)


def test_a_plan_frozen_before_there_were_subgroups_keeps_its_hash() -> None:
    before = AnalysisRules(hypotheses=("auc: aided > unaided, margin 0.2",))
    known = "6729b9efc52814939d8fd8626dcfc93c18eaa2c0e38511a0d1629ca1da7f75d9"
    assert frozen_sha256(protocol(analysis=before), []) == known
    for changed in (
        replace(before, subgroups=BY_PLAN),
        replace(before, analysis_set=AnalysisSet.PER_PROTOCOL),
    ):
        assert frozen_sha256(protocol(analysis=changed), []) != known


@pytest.mark.parametrize(
    ("line", "value", "held"),
    [
        ("cases: age >= 65", "65", True),
        ("cases: age < 65", "65", False),
        ("cases: age < 65", "old", None),
        ("cases: sex = F", "f", True),
        ("cases: sex != f", "m", True),
        ("cases: sex != f", "", None),
    ],
)
def test_a_value_belongs_to_a_subgroup_or_not_or_nobody_knows(
    line: str, value: str, held: bool | None
) -> None:
    assert subgroup(line).holds(value) is held
    assert str(subgroup(line)) == line
