"""Reliance and the algorithm's own numbers come from what readers were shown; planned cases stand apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from app.plan import PlannedCases
from app.study.analysis_rules import AnalysisRules
from app.study.protocol import AiRules
from tests.workflows.analysis.sequential_study import (
    CASES,
    SequentialStudy,
    advice,
    probability,
    read,
    sequential_study,
)

RULES = AiRules(model="net 2.0", wrong_cases=("C1", "C2", "C4"), absent_cases=("C5", "C8"))
PLANNED = {*RULES.wrong_cases, *RULES.absent_cases}
LEFT = [number for number in range(1, CASES + 1) if f"C{number}" not in PLANNED]


def _read_study(folder: Path, rules: AiRules = RULES, **changes: object) -> SequentialStudy:
    made = sequential_study(folder, rules, **changes)
    for reader in ("R1", "R2"):
        read(made, reader)
    return made


def _analysed(source: Path, out: Path, *words: str) -> dict[str, Any]:
    assert run(["analyse", str(source), "--out", str(out), "--bootstrap", "20", *words]) == 0
    found: dict[str, Any] = json.loads((out / "analysis.json").read_text("utf-8"))
    return found


def _auc(scores: dict[int, float]) -> float:
    ill = np.array([value for number, value in scores.items() if number % 2 == 1])
    well = np.array([value for number, value in scores.items() if number % 2 == 0])
    return float(np.mean((ill[:, None] > well) + 0.5 * (ill[:, None] == well)))


def _reliance(made: SequentialStudy, reader: str, among: list[int]) -> dict[str, tuple[int, int]]:
    """Counts and totals by hand, from what the simulated person saw and answered."""
    rows = []
    for number in among:
        first, second = (one.call for one in made.answers[reader, f"C{number}"])
        rows.append((first, second, advice(made.rules, number), number % 2 == 1))
    wrong = [(s == t) for f, s, _, t in rows if f != t]
    right = [(s != t) for f, s, _, t in rows if f == t]
    over = [(s != t) for f, s, a, t in rows if a is not None and a != t and f == t]
    under = [(s != t) for f, s, a, t in rows if a is not None and a == t and f != t]
    return {
        "helpful_switches": (sum(wrong), len(wrong)),
        "harmful_switches": (sum(right), len(right)),
        "over_reliance": (sum(over), len(over)),
        "under_reliance": (sum(under), len(under)),
    }


def test_reliance_and_standalone_auc_are_those_of_the_record(tmp_path: Path) -> None:
    made = _read_study(tmp_path)
    assert run(["study", "export", str(made.path), "--out", str(tmp_path / "csv"), "--formats", "csv"]) == 0
    everything = list(range(1, CASES + 1))
    sets = {
        "all": everything,
        "as computed": LEFT,
        "planned wrong": [1, 2, 4],
        "planned absent": [5, 8],
    }
    for source in (made.path, tmp_path / "csv"):
        found = _analysed(source, tmp_path / f"of {source.name}")
        rows = {(row["reader"], row["cases"]): row for row in found["reliance"]}
        assert set(rows) == {(reader, name) for reader in ("R1", "R2") for name in sets}
        for (reader, name), row in rows.items():
            assert (row["model"], row["on_record"]) == ("net 2.0", True)
            for key, (count, total) in _reliance(made, reader, sets[name]).items():
                assert (row[key]["count"], row[key]["total"]) == (count, total), (reader, name, key)
        assert sum(row["over_reliance"]["total"] for row in rows.values()) > 0
        (model,) = found["models"]
        assert model["auc"] == pytest.approx(_auc({number: probability(number) for number in LEFT}))


def test_planned_cases_are_left_out_of_the_main_numbers_and_reported_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _read_study(tmp_path)
    found = _analysed(made.path, tmp_path / "out")
    assert found["design"]["n_cases"] == len(LEFT)
    for row in found["auc"]:
        second = row["arm"] == "aided"
        ratings = {n: made.answers[row["reader"], f"C{n}"][second].rating or 0 for n in LEFT}
        assert row["auc"] == pytest.approx(_auc(ratings))
    reasons = {row["case"]: row["reason"] for row in found["exclusions"]}
    assert set(reasons) == PLANNED
    assert reasons["C1"] == "AI planned wrong: reported apart"
    apart = {(row["plan"], row["arm"], row["reader"]): row for row in found["planned_ai"]}
    assert len(apart) == 2 * 2 * 2
    for (plan, arm, reader), row in apart.items():
        numbers = [1, 2, 4] if plan == "planned wrong" else [5, 8]
        calls = [made.answers[reader, f"C{n}"][arm == "aided"].call for n in numbers]
        assert row["n"] == len(numbers)
        assert row["accuracy"]["count"] == sum(
            call == (n % 2 == 1) for call, n in zip(calls, numbers, strict=True)
        )
    sentence = "the algorithm was planned wrong on 3 cases and planned absent on 2 cases"
    for name in ("methods.md", "checklist.md", "report.html"):
        assert sentence in (tmp_path / "out" / name).read_text("utf-8"), name
    assert "AI planned wrong: reported apart" in capsys.readouterr().out


def test_the_protocol_may_keep_them_and_the_command_line_does_not_contradict_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _read_study(tmp_path, analysis=AnalysisRules(planned_cases=PlannedCases.KEPT))
    found = _analysed(made.path, tmp_path / "out")
    assert (found["design"]["n_cases"], found["options"]["planned_cases"]) == (CASES, "kept")
    assert len(found["planned_ai"]) == 8
    assert "As planned they are kept in every analysis" in (tmp_path / "out" / "methods.md").read_text(
        "utf-8"
    )
    words = ["analyse", str(made.path), "--out", str(tmp_path / "no"), "--planned-cases", "left-out"]
    assert run(words) == 2
    assert "The protocol says that cases with a planned AI answer are kept" in capsys.readouterr().err


def test_a_table_of_predictions_never_replaces_what_was_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _read_study(tmp_path)
    alone = _analysed(made.path, tmp_path / "alone")
    table = tmp_path / "net.csv"
    rows = [
        f"net-2.0,C{n},{probability(n) if n != 7 else 0.9},{int(n % 2 == 1)}" for n in range(1, CASES + 1)
    ]
    table.write_text("\n".join(["model,case,score,call", *rows]), encoding="utf-8")
    capsys.readouterr()
    beside = _analysed(made.path, tmp_path / "beside", "--predictions", str(table))
    assert beside["reliance"] == alone["reliance"]
    assert [row["reader"] for row in beside["models"]] == ["net-2.0"]
    assert "net-2.0: 1 cases have another score in the table" in capsys.readouterr().out


def test_all_diseased_cases_planned_wrong_is_refused_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "r.csv"
    rows = [
        f"R1,{arm},c{k},{k % 2},{40 + k},0.3,0.5,{'wrong' if k % 2 else 'as computed'}"
        for arm in ("unaided", "aided")
        for k in range(8)
    ]
    head = "reader,arm,case,truth,rating,ai_probability,ai_threshold,ai_plan"
    table.write_text("\n".join([head, *rows]), encoding="utf-8")
    words = ["analyse", str(table), "--out", str(tmp_path / "out"), "--bootstrap", "20"]
    assert run(words) == 2
    assert "on every diseased case the AI was planned wrong or absent" in capsys.readouterr().err
    assert run([*words, "--planned-cases", "kept"]) == 0


def test_marks_on_planned_cases_are_left_out_of_free_response(tmp_path: Path) -> None:
    from app.analysis.ingest.marks import read_free_response

    marks, lesions = tmp_path / "marks.csv", tmp_path / "lesions.csv"
    marks.write_text(
        "reader,arm,case,mark,lesion_id,rating\nR1,a,c1,LL,1,80\nR1,a,c2,NL,,30\nR1,a,c3,LL,2,60\n",
        encoding="utf-8",
    )
    lesions.write_text("case,truth,lesion_id\nc1,1,1\nc2,0,\nc3,1,1\nc3,1,2\nc4,0,\n", encoding="utf-8")
    whole = read_free_response(marks, lesions)
    fewer = whole.without({"c1", "c4"})
    assert fewer is not None
    assert (fewer.cases, fewer.lesion_ids) == (("c2", "c3"), ("c3/1", "c3/2"))
    assert fewer.reads[0][0].lesion_ratings.tolist() == [-np.inf, 60.0]
    assert fewer.cases[fewer.reads[0][0].false_cases[0]] == "c2"
    assert fewer.lesions.case.tolist() == [1, 1]
    assert whole.without({"c1", "c3"}) is None
