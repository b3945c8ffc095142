"""The tables behind the main result say what can be counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.analysis.study import Analysis
from app.plan import Generalise
from app.report.analysis.tables import tables
from app.report.report_table import ReportTable
from tests.report.analysis.made import QUICK, TRUTH, analysed, made, ratings


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analysed()


def by_name(analysis: Analysis) -> dict[str, ReportTable]:
    return {table.name: table for table in tables(analysis)}


def columns(table: ReportTable) -> list[dict[str, str]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def test_every_row_of_every_table_has_a_cell_below_each_head(analysis: Analysis) -> None:
    for table in tables(analysis):
        assert {len(row) for row in table.rows} == {len(table.header)}, table.name
    assert {"operating", "tests", "components", "paired_auc", "mcnemar", "two_proportions", "auc"} <= set(
        by_name(analysis)
    )


def test_calls_are_counted_against_the_truth(analysis: Analysis) -> None:
    called = ratings() > 50
    for row in columns(by_name(analysis)["operating"]):
        if row["Rater"] == "net":
            continue
        said = called[("unaided", "aided").index(row["Arm"]), int(row["Rater"][1:]) - 1]
        counts = (said & TRUTH).sum(), (said & ~TRUTH).sum(), (~said & TRUTH).sum(), (~said & ~TRUTH).sum()
        assert tuple(int(row[name]) for name in ("TP", "FP", "FN", "TN")) == counts
        assert row["Sensitivity"].startswith(f"{counts[0]}/{TRUTH.sum()} ")


def test_two_arms_of_a_reader_are_compared_by_their_right_calls(analysis: Analysis) -> None:
    right = (ratings() > 50) == TRUTH
    for reader in range(3):
        unaided, aided = right[0, reader], right[1, reader]
        for name, cells in (
            ("mcnemar", {"Only first right": aided & ~unaided, "Only second right": unaided & ~aided}),
            ("two_proportions", {"First right": aided, "Second right": unaided}),
        ):
            names = (f"R{reader + 1} (aided)", f"R{reader + 1} (unaided)", "accuracy")
            (row,) = [
                row
                for row in columns(by_name(analysis)[name])
                if (row["First"], row["Second"], row["Measure"]) == names
            ]
            assert [row[head].split("/")[0] for head in cells] == [str(one.sum()) for one in cells.values()]


def test_inference_to_other_things_has_other_statistics(analysis: Analysis) -> None:
    rows = [row for row in columns(by_name(analysis)["tests"]) if row["Measure"] == "AUC"]
    said = {row["Inference to"]: row["Statistic"][0] for row in rows}
    assert said == {
        "random readers, random cases": "F",
        "fixed readers, random cases": "χ",
        "random readers, fixed cases": "F",
    }


def test_fixed_readers_are_named_in_the_note_of_the_differences() -> None:
    found = by_name(analysed(options=replace(QUICK, generalise=Generalise.CASES), net=False))
    assert "Readers are fixed: the conclusion is about these readers." in found["differences"].note


def test_readers_nested_in_arms_say_what_they_take_as_random() -> None:
    nested = ratings(readers=6)
    nested[0, :3], nested[1, 3:] = np.nan, np.nan
    found = by_name(analysed(made(nested), replace(QUICK, generalise=Generalise.CASES), net=False))
    (row,) = [row for row in columns(found["differences"]) if row["Measure"] == "AUC"]
    assert row["Readers"] == "different"
    assert f"rows with different readers: {Generalise.BOTH.value}" in found["differences"].note
