"""Every case and every read is somewhere in the flow, and once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.analysis.flow import flow
from app.analysis.ingest.assemble import read_readings
from app.analysis.readings import Exclusion
from tests.report.analysis.made import CASES, made, ratings

HEAD = "reader,arm,case,truth,rating,call,skipped,warm_up,attempt,repeat_of"


def test_the_lines_of_a_table_are_all_accounted_for(tmp_path: Path) -> None:
    lines = [
        "R1,unaided,A,1,80,1,,,1,", "R1,unaided,B,0,10,0,,,1,", "R1,unaided,C,0,,,1,,1,",
        "R2,unaided,A,1,20,0,,,1,", "R2,unaided,A,1,70,1,,,2,", "R2,unaided,B,0,60,,,,1,",
        "R1,unaided,D,,40,0,,,1,", "R2,unaided,D,,50,1,,,1,",
        "R1,unaided,W,1,50,1,,1,1,", "R1,unaided,A,1,75,1,,,1,p1",
    ]  # fmt: skip
    table = tmp_path / "r.csv"
    table.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    found = flow(read_readings(table))
    assert (found.cases, found.diseased, found.normal) == (5, 2, 2)  # W has a truth, and no read that counts
    assert [(one.words, one.count) for one in found.cases_left_out] == [("the case has no truth", 1)]
    assert (found.planned, found.reads) == (8, 4)
    assert {one.words: one.count for one in found.lost} == {"skipped by the reader": 1, "not read": 3}
    assert {one.words.split(",")[0]: one.count for one in found.beside} == {
        "warm-up case": 1, "hidden repeat": 1, "earlier attempt": 1,
    }  # fmt: skip
    assert (found.by_arm[0].diseased, found.by_arm[0].normal) == ((2, 0, 0), (0, 1, 1))


def test_a_case_planned_wrong_is_left_out_for_that_even_where_a_read_of_it_was_skipped() -> None:
    found = replace(
        made(ratings()),
        exclusions=(
            Exclusion("skipped by the reader", "R1", "aided", "X", 4),
            Exclusion("AI planned wrong: reported apart", case="X"),
        ),
    )
    shown = flow(found)
    assert [(one.words, one.count) for one in shown.cases_left_out] == [
        ("AI planned wrong: reported apart", 1)
    ]
    assert (shown.cases, shown.planned, shown.reads) == (CASES + 1, 6 * CASES, 6 * CASES)


def test_reads_add_up_whatever_is_missing() -> None:
    rating = ratings()
    rating[np.random.default_rng(1).random(rating.shape) < 0.3] = np.nan
    found = flow(made(rating))
    assert found.planned == rating.size
    assert found.planned - found.reads == sum(one.count for one in found.lost)
    assert found.reads == sum(arm.reads for arm in found.by_arm)
