"""The matrix says how far everything is and never what was answered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.__main__ import main
from app.study.clock import SimulatedClock
from app.study.protocol import Arm, Mode
from app.study.status import CellStatus, ReaderProgress, forecast
from app.workflows.study.read import open_session
from app.workflows.study.status import study_quality, study_status
from tests.study.helpers import NO, START, YES, protocol
from tests.workflows.studies import DISPLAY, make_study, read_all, read_one


def cells(study: Path) -> dict[str, tuple[str, ...]]:
    with study_status(study) as status:
        return {case: tuple(cell.name for cell in row) for case, row in status.rows(0, 100)}


def test_each_state_of_a_case_has_its_word(tmp_path: Path) -> None:
    made = make_study(tmp_path, count=5)
    clock = SimulatedClock(START)
    sitting = open_session(made.path, "R1", clock=clock)
    order = [item.case for item in sitting.session.upcoming(5)]
    read_one(sitting, clock, YES)
    sitting.session.open_next()
    sitting.session.technical_problem("black screen")
    sitting.session.open_next()
    sitting.session.displayed(DISPLAY, {}, 0.1)
    sitting.session.skip("a child")
    sitting.session.open_next()
    sitting.session.displayed(DISPLAY, {}, 0.1)
    sitting.close()
    found = cells(made.path)
    assert [found[case] for case in order] == [
        ("DONE",),
        ("TECHNICAL",),
        ("SKIPPED",),
        ("INTERRUPTED",),
        ("OPEN",),
    ]


def test_sequential_readings_fill_both_arms_one_after_the_other(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol(mode=Mode.SEQUENTIAL), count=2)
    clock = SimulatedClock(START)
    sitting = open_session(made.path, "R1", clock=clock)
    first, second = (item.case for item in sitting.session.upcoming(2))
    read_one(sitting, clock, YES)
    sitting.session.open_next()
    sitting.session.displayed(DISPLAY, {}, 0.1)
    sitting.session.lock(NO, DISPLAY)
    sitting.close()
    assert cells(made.path) == {first: ("DONE", "DONE"), second: ("DONE", "LOCKED")}


def test_a_crossover_has_a_column_per_reader_and_arm(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol(mode=Mode.CROSSOVER, readers=("R1", "R2")), count=4)
    read_all(made.path, YES, "R1")
    with study_status(made.path) as status:
        assert [(c.reader, c.arm) for c in status.columns] == [
            (reader, arm) for reader in ("R1", "R2") for arm in (Arm.UNAIDED, Arm.AIDED)
        ]
        rows = status.rows(0, 10)
        assert status.row(2) == rows[2]
    counted = [sum(row[index] is CellStatus.DONE for _, row in rows) for index in range(4)]
    assert counted == [2, 2, 0, 0]


def test_pages_together_are_the_whole_matrix(tmp_path: Path) -> None:
    made = make_study(tmp_path, count=5)
    with study_status(made.path) as status:
        pages = [status.rows(first, 2) for first in range(0, 5, 2)]
        assert [row for page in pages for row in page] == status.rows(0, 5)
        assert status.rows(99, 10) == []


def test_counts_and_pace_per_reader(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol(readers=("R1", "R2")), count=3)
    read_all(made.path, YES, "R1")
    with study_status(made.path) as status:
        one, two = status.readers
    assert (one.done, one.total, one.left) == (3, 3, 0)
    assert one.mean_seconds == pytest.approx(8)
    assert (two.done, two.left, two.mean_seconds) == (0, 3, None)


def test_nothing_of_an_answer_is_in_what_the_matrix_gives(tmp_path: Path) -> None:
    yes, no = make_study(tmp_path / "a"), make_study(tmp_path / "b")
    read_all(yes.path, YES)
    read_all(no.path, NO)
    with study_status(yes.path) as one, study_status(no.path) as other:
        assert one.rows(0, 10) == other.rows(0, 10)
        assert one.readers == other.readers


def test_the_forecast_goes_on_at_the_pace_so_far_and_waits_for_the_slowest() -> None:
    fast = ReaderProgress("R1", 100, 50, first_utc=START, last_utc=START + timedelta(days=5))
    slow = ReaderProgress("R2", 100, 25, first_utc=START, last_utc=START + timedelta(days=5))
    now = START + timedelta(days=5)
    assert forecast([fast], now) == now + timedelta(days=5)
    assert forecast([fast, slow], now) == now + timedelta(days=15)
    assert forecast([fast, ReaderProgress("R3", 100, 0)], now) is None
    done = ReaderProgress("R4", 10, 10, first_utc=START, last_utc=START + timedelta(days=1))
    assert forecast([done], now) == done.last_utc


def test_careless_reading_is_pointed_at_without_a_word_of_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_study(tmp_path, protocol(repeats=2), count=22)
    read_all(made.path, YES)
    flags = study_quality(made.path)
    assert "one and the same rating in 24 of 24 cases" in [flag.what for flag in flags]
    assert main(["study", "status", str(made.path)]) == 0
    assert "look at R1: one and the same rating in 24 of 24 cases" in capsys.readouterr().out
