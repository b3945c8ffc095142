"""Hypotheses that the protocol fixed are tested exactly so, and everything else is exploratory."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from scipy import stats

from app.analysis.hypotheses import Contrast, adjusted, compared, p_value
from app.analysis.placements import Floats
from app.cli import run
from app.plan import CovarianceMethod, Generalise, Multiplicity, hypothesis
from app.study.analysis_rules import AnalysisRules
from app.study.case import frozen_sha256
from app.study.protocol_problems import protocol_problems
from tests.study.helpers import protocol
from tests.workflows.analysis.sequential_study import read, sequential_study

LINES = (
    "auc: aided > unaided, margin 0.2",
    "time: aided < unaided, margin 0.9",
    "sensitivity: unaided != aided",
    "auc: aided = unaided, margin 0.5",
)
RULES = AnalysisRules(
    hypotheses=LINES, alpha=0.1, inference=Generalise.CASES, covariance=CovarianceMethod.DELONG
)


def _analysed(folder: Path, rules: AnalysisRules, *words: str) -> tuple[Path, dict[str, Any]]:
    made = sequential_study(folder, analysis=rules)
    for reader in ("R1", "R2"):
        read(made, reader)
    out = folder / "out"
    assert run(["analyse", str(made.path), "--out", str(out), "--bootstrap", "20", *words]) == 0
    found: dict[str, Any] = json.loads((out / "analysis.json").read_text("utf-8"))
    return out, found


def _tail(estimate: float, se: float, df: float | None) -> float:
    return float(stats.t.sf(estimate / se, df) if df is not None else stats.norm.sf(estimate / se))


def test_the_plan_is_carried_out_whatever_the_command_line_asks_for(tmp_path: Path) -> None:
    out, found = _analysed(tmp_path, RULES, "--covariance", "unbiased")
    same = ["--covariance", "delong", "--readers", "fixed", "--bootstrap", "20"]
    study = tmp_path / "study"
    assert run(["analyse", str(study), "--out", str(tmp_path / "as_planned"), *same]) == 0
    planned = json.loads((tmp_path / "as_planned" / "analysis.json").read_text("utf-8"))
    assert found["mrmc"]["covariance"] == "unbiased"
    one, two, three, four = found["plan"]["tests"]
    auc, calls = (planned[name]["differences"][0] for name in ("mrmc", "mrmc_sensitivity"))
    assert (auc["first"], auc["second"]) == ("aided", "unaided")
    assert one["estimate"] == pytest.approx(auc["estimate"])
    assert one["p"] == pytest.approx(_tail(auc["estimate"] + 0.2, auc["se"], auc["df"]))
    half = stats.norm.ppf(0.95) * auc["se"]
    assert one["ci"] == pytest.approx([auc["estimate"] - half, auc["estimate"] + half])
    assert run(["study", "export", str(study), "--out", str(tmp_path / "csv"), "--formats", "csv"]) == 0
    logs = np.log(_ratios(tmp_path / "csv" / "readings.csv"))
    se = float(np.std(logs, ddof=1)) / np.sqrt(len(logs))
    assert two["estimate"] == pytest.approx(np.exp(logs.mean()))
    assert two["p"] == pytest.approx(_tail(np.log(1.9) - float(logs.mean()), se, len(logs) - 1), rel=1e-6)
    assert three["estimate"] == pytest.approx(-calls["estimate"])
    assert three["p"] == pytest.approx(calls["p"])
    sides = [_tail(0.5 + sign * auc["estimate"], auc["se"], auc["df"]) for sign in (1, -1)]
    assert four["p"] == pytest.approx(max(sides))
    counted = [2 * one["p"], 2 * two["p"], three["p"], 2 * four["p"]]
    running = np.maximum.accumulate(np.minimum(counted, 1.0))
    assert [row["p_adjusted"] for row in found["plan"]["tests"]] == pytest.approx(running.tolist())
    assert [row["shown"] for row in found["plan"]["tests"]] == (running <= 0.1).tolist()
    _told(out)


def _ratios(exported: Path) -> Floats:
    """Each case's ratio of geometric means over the readers, by hand from what was recorded."""
    seconds: dict[tuple[str, str], dict[str, float]] = {}
    with exported.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            seconds.setdefault((row["case"], row["reader"]), {})[row["arm"]] = float(row["active_seconds"])
    logs: dict[str, list[float]] = {}
    for (case, _), both in seconds.items():
        logs.setdefault(case, []).append(float(np.log(1.0 + both["aided"] / both["unaided"])))
    return np.exp([np.mean(values) for values in logs.values()])


def _told(out: Path) -> None:
    page = (out / "report.html").read_text("utf-8")
    assert page.index("Hypotheses of the protocol") < page.index("Mean performance of the readers")
    assert page.count("Exploratory: not a hypothesis of the protocol.") >= 4
    methods = (out / "methods.md").read_text("utf-8")
    assert "(1) auc: aided > unaided, margin 0.2 (non-inferiority, one-sided)" in methods
    assert "tested in this fixed sequence" in methods
    assert "All other comparisons are exploratory." in methods
    assert "Tested: auc: aided > unaided, margin 0.2;" in (out / "checklist.md").read_text("utf-8")
    assert "plan.tests" in load_workbook(out / "tables.xlsx", read_only=True).sheetnames


def test_an_interim_analysis_tests_no_hypothesis(tmp_path: Path) -> None:
    made = sequential_study(tmp_path, analysis=RULES)
    read(made, "R1", most=8)
    words = ["analyse", str(made.path), "--out", str(tmp_path / "out"), "--bootstrap", "20", "--interim"]
    assert run(words) == 0
    assert json.loads((tmp_path / "out" / "analysis.json").read_text("utf-8"))["plan"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("auc: aided better than unaided", "is no hypothesis; write it as"),
        ("kappa: aided > unaided", "kappa cannot be tested"),
        ("auc: aided > third", 'mode = "sequential" reads unaided and aided only'),
        ("auc: aided > aided", "compares an arm with itself"),
        ("auc: aided = unaided", "equivalence needs a margin"),
        ("auc: aided != unaided, margin 0.1", "a difference has no margin"),
    ],
)
def test_a_line_that_is_no_hypothesis_is_refused_with_its_key(
    line: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'title = "T"\ncode = "T"\nmode = "sequential"\n[analysis]\nhypotheses = [\'{line}\']\n'
    (tmp_path / "protocol.toml").write_text(text, encoding="utf-8")
    words_of = ["study", "new", str(tmp_path / "s"), "--scans", str(tmp_path)]
    assert run([*words_of, "--protocol", str(tmp_path / "protocol.toml")]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "analysis.hypotheses" in said


def test_a_study_frozen_before_there_were_plans_keeps_its_hash_and_a_plan_changes_it() -> None:
    plain, planned = protocol(), protocol(analysis=replace(AnalysisRules(), hypotheses=LINES[:1]))
    assert frozen_sha256(plain, []) == "faa0574af18ff907bb7fe296f517b755194c687304601fb765d920b023ec737a"
    assert frozen_sha256(planned, []) != frozen_sha256(plain, [])
    assert not protocol_problems(plain)


def test_adjusted_p_values_are_those_of_the_textbooks() -> None:
    """Holm as R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives it."""
    raw = [0.01, 0.04, 0.03, 0.005]
    assert adjusted(raw, Multiplicity.HOLM) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjusted(raw, Multiplicity.SEQUENCE) == pytest.approx([0.01, 0.04, 0.04, 0.04])
    assert adjusted(raw, Multiplicity.NONE) == raw
    stopped = adjusted([0.01, float("nan"), 0.001], Multiplicity.SEQUENCE)
    assert np.isnan(stopped[1])
    assert stopped[2] == 1.0


@pytest.mark.parametrize("multiplicity", [Multiplicity.SEQUENCE, Multiplicity.HOLM])
def test_several_hypotheses_at_their_margin_are_shown_by_mistake_in_five_percent(
    multiplicity: Multiplicity,
) -> None:
    """All true effects lie on the border of what is to be shown, tests are correlated by a half."""
    rng = np.random.default_rng(9)
    lines = [hypothesis(f"{name}: a > b, margin 0.05") for name in ("auc", "sensitivity", "specificity")]
    shared = rng.normal(size=(6000, 1))
    z = (shared + rng.normal(size=(6000, 3))) / np.sqrt(2)
    mistaken = 0
    for row in z:
        contrasts = [Contrast(-0.05 + 0.02 * float(value), 0.02, float("inf")) for value in row]
        counted = [compared(one, p_value(one, it)) for one, it in zip(lines, contrasts, strict=True)]
        mistaken += min(adjusted(counted, multiplicity)) <= 0.05
    assert mistaken / len(z) <= 0.025 + 0.006
    if multiplicity is Multiplicity.SEQUENCE:
        assert mistaken / len(z) == pytest.approx(0.025, abs=0.006)
