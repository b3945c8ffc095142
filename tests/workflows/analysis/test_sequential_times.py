"""Times of a sequential study are named; aided is from the first frame to the final answer."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from app.analysis.ingest.assemble import read_readings
from app.analysis.sections.times import times
from app.cli import run
from app.report.analysis.document import plain
from tests.workflows.analysis.sequential_study import CASES, read, sequential_study

WORDS = ("time to the locked answer", "time with the AI", "time to the final answer")


def test_the_ratio_of_a_sequential_study_is_final_against_locked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = sequential_study(tmp_path)
    for reader in ("R1", "R2"):
        read(made, reader)
    assert run(["study", "export", str(made.path), "--out", str(tmp_path / "csv"), "--formats", "csv"]) == 0
    for source in (made.path, tmp_path / "csv"):
        out = tmp_path / f"of {source.name}"
        assert run(["analyse", str(source), "--out", str(out), "--bootstrap", "20"]) == 0
        found = json.loads((out / "analysis.json").read_text("utf-8"))["time"]
        _check(found, tmp_path / "csv" / "readings.csv")
        for name in ("methods.md", "report.html"):
            text = (out / name).read_text("utf-8")
            assert all(words in text for words in WORDS), name
        assert "aided (final answer) / unaided (locked answer)" in (out / "report.html").read_text("utf-8")
        sheet = load_workbook(out / "tables.xlsx", read_only=True)["time.readers"]
        assert {row[2] for row in sheet.values} == {"span", *WORDS}
    assert "cannot be shorter than those to the locked answer" in capsys.readouterr().out
    truly = np.array([made.seconds["R1", f"C{number}"] for number in range(1, CASES + 1)])
    expected = np.exp(np.log(truly.sum(axis=1) / truly[:, 0]).mean())
    assert found["ratios"][0]["estimate"] == pytest.approx(expected, rel=0.02)


def _check(found: dict, exported: Path) -> None:  # type: ignore[type-arg]
    """The numbers again, by hand from the exported table."""
    seconds: dict[tuple[str, str], dict[str, float]] = {"unaided": {}, "aided": {}}  # type: ignore[dict-item]
    with exported.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            seconds[row["arm"]][row["reader"], row["case"]] = float(row["active_seconds"])  # type: ignore[index]
    locked, with_ai = seconds["unaided"], seconds["aided"]  # type: ignore[index]
    assert len(locked) == len(with_ai) == 2 * CASES
    rows = {(row["reader"], row["span"]): row for row in found["readers"]}
    for reader in ("R1", "R2"):
        keys = [key for key in locked if key[0] == reader]
        one = np.array([locked[key] for key in keys])
        two = np.array([with_ai[key] for key in keys])
        for span, values in zip(WORDS, (one, two, one + two), strict=True):
            assert rows[reader, span]["median"] == pytest.approx(np.median(values))
            assert rows[reader, span]["total_minutes"] == pytest.approx(values.sum() / 60)
        ratio = next(row for row in found["ratios"] if row["reader"] == reader)
        assert ratio["estimate"] == pytest.approx(np.exp(np.mean(np.log((one + two) / one))))
        assert (ratio["first_span"], ratio["second_span"]) == (WORDS[2], WORDS[0])
    overall = found["ratio_aided_to_unaided"]
    change = [np.log((locked[key] + with_ai[key]) / locked[key]) for key in locked]
    assert overall["estimate"] == pytest.approx(np.exp(np.mean(change)))
    assert overall["estimate"] > 1
    assert overall["first_span"] == WORDS[2]


def test_a_known_cost_of_time_is_found_and_its_interval_covers(tmp_path: Path) -> None:
    """The final answer comes after 1.4 times the time to the locked one, with readers and cases random."""
    rng = np.random.default_rng(20260917)
    readers, cases, truly = 5, 30, np.log(1.4)
    covered, estimates = [], []
    for _ in range(300):
        habit, hard = rng.normal(0, 0.03, (readers, 1)), rng.normal(0, 0.03, (1, cases))
        ratio = np.exp(truly + habit + hard + rng.normal(0, 0.03, (readers, cases)))
        locked = np.exp(rng.normal(3.0, 0.4, (readers, cases)))
        table = tmp_path / "r.csv"
        lines = ["reader,arm,case,truth,rating,seconds,locked"]
        for reader in range(readers):
            for case in range(cases):
                one = float(locked[reader, case])
                whole = one * float(ratio[reader, case])
                lines += [f"R{reader},unaided,c{case},{case % 2},50,{one!r},1"]
                lines += [f"R{reader},aided,c{case},{case % 2},50,{whole - one!r},0"]
        table.write_text("\n".join(lines), encoding="utf-8")
        found = times(read_readings(table))
        assert found is not None
        crossed = found.arms[0].crossed
        assert crossed is not None
        estimates.append(np.log(crossed.estimate))
        covered.append(crossed.ci[0] <= np.exp(truly) <= crossed.ci[1])
    assert np.mean(estimates) == pytest.approx(truly, abs=0.005)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)


def test_a_second_answer_whose_first_is_not_there_has_no_time_to_the_final_answer(tmp_path: Path) -> None:
    table = tmp_path / "r.csv"
    table.write_text(
        "reader,arm,case,truth,rating,seconds,locked\n"
        "R1,unaided,a,1,80,20,1\nR1,aided,a,1,80,5,0\nR1,aided,b,0,10,7,0\n",
        encoding="utf-8",
    )
    readings = read_readings(table)
    assert plain(readings.seconds[readings.arms.index("aided"), 0]) == [25.0, None]
    assert readings.with_ai is not None
    assert plain(readings.with_ai[readings.arms.index("aided"), 0]) == [5.0, 7.0]


def test_two_visits_without_a_lock_keep_their_own_times(tmp_path: Path) -> None:
    table = tmp_path / "r.csv"
    rows = [f"R1,{arm},c{k},{k % 2},{k},{10 + k}" for arm in ("unaided", "aided") for k in range(6)]
    table.write_text("\n".join(["reader,arm,case,truth,rating,seconds", *rows]), encoding="utf-8")
    found = times(read_readings(table))
    assert found is not None
    assert {row.span.value for row in found.readers} == {"time to the answer"}
    assert found.ratios[0].ratio.estimate == pytest.approx(1.0)
