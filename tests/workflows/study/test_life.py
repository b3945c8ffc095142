"""Readers who leave and cases that are taken out: on record, kept, marked, and told by whoever looks."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import run
from app.errors import AppError
from app.store.opening import open_study
from app.study.clock import SimulatedClock
from app.study.events import EventKind
from app.study.protocol import Allocation
from app.workflows.bundles.make import make_all_bundles, make_bundle
from app.workflows.bundles.merge import merge_bundles
from app.workflows.study.life import (
    Decided,
    exclude_case,
    readmit_case,
    reinstate_reader,
    study_life_of,
    withdraw_reader,
)
from app.workflows.study.read import open_session
from app.workflows.study.status import study_status
from app.workflows.study.verify import study_verify
from tests.study.helpers import START, YES, protocol
from tests.workflows import bundle_studies as bundles
from tests.workflows.studies import make_study, read_all, read_one

WHY = Decided("A. Coordinator", "moved away")
MOVED = Decided("A. Coordinator", "the patient moved in the scanner")


def two_readers(folder: Path, count: int = 4) -> Path:
    return make_study(folder, protocol(readers=("R1", "R2")), count, truth=True).path


def read_some(study: Path, reader: str, count: int) -> list[str]:
    """Read so many cases; gives those that come next in the list."""
    clock = SimulatedClock(START)
    sitting = open_session(study, reader, clock=clock)
    for _ in range(count):
        read_one(sitting, clock, YES)
    left = [item.case for item in sitting.session.upcoming(99)]
    sitting.close()
    return left


def test_a_withdrawn_reader_reads_no_more_and_another_takes_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = two_readers(tmp_path)
    read_some(study, "R1", 1)
    words = ["study", "withdraw", str(study), "--reader", "R1", "--by", "A. Coordinator"]
    assert run([*words, "--reason", "moved away", "--replace-by", "R3"]) == 0
    said = "Reader R1 was withdrawn after 1 of 4 presentations; R3 takes the place"
    assert said in capsys.readouterr().out
    with pytest.raises(AppError, match="R1 was withdrawn"):
        open_session(study, "R1")
    read_all(study, YES, "R2")
    read_all(study, YES, "R3")
    with study_status(study) as status:
        assert [(each.reader, each.done, each.total, each.withdrawn) for each in status.readers] == [
            ("R1", 1, 1, True),
            ("R2", 4, 4, False),
            ("R3", 4, 4, False),
        ]
    assert run(["study", "status", str(study)]) == 0
    told = capsys.readouterr().out
    assert f"on record: {said}" in told and "A. Coordinator: moved away" in told
    assert study_verify(study).ok


def test_nothing_is_recorded_of_what_cannot_be(tmp_path: Path) -> None:
    study = two_readers(tmp_path)
    with pytest.raises(AppError, match="Nobody has opened"):
        withdraw_reader(study, "R1", WHY)
    read_some(study, "R1", 1)
    for wrong, message in (
        (lambda: withdraw_reader(study, "R9", WHY), "no reader R9"),
        (lambda: withdraw_reader(study, "R1", Decided("", "x")), "not said who"),
        (lambda: withdraw_reader(study, "R1", Decided("x", " ")), "not said why"),
        (lambda: withdraw_reader(study, "R1", WHY, "R2"), "a reader R2 already"),
        (lambda: reinstate_reader(study, "R1", WHY), "was not withdrawn"),
        (lambda: exclude_case(study, "C9", MOVED), "no case C9"),
        (lambda: readmit_case(study, "C1", MOVED), "was not excluded"),
    ):
        with pytest.raises(AppError, match=message):
            wrong()
    sitting = open_session(study, "R2")
    with pytest.raises(AppError, match="R2"):
        withdraw_reader(study, "R2", WHY)
    sitting.close()
    assert study_life_of(study).records == ()


def test_a_split_plot_gives_the_place_to_a_reader_of_the_same_group_only(tmp_path: Path) -> None:
    rules = protocol(readers=("R1", "R2"), allocation=Allocation.SPLIT_PLOT, split_plot_groups=2)
    study = make_study(tmp_path, rules, 4).path
    read_some(study, "R1", 1)
    with pytest.raises(AppError, match="gets group 1, and R2 is of group 2"):
        withdraw_reader(study, "R2", WHY, "R3")
    withdraw_reader(study, "R1", WHY, "R3")
    opened = open_study(study)
    assert {item.case for item in opened.studies.plan("R3")} == {
        item.case for item in opened.studies.plan("R1")
    }
    opened.close()


def test_an_excluded_case_is_offered_to_nobody_and_answers_stay_marked(tmp_path: Path) -> None:
    study = two_readers(tmp_path)
    read_all(study, YES, "R1")
    clock = SimulatedClock(START)
    sitting = open_session(study, "R2", clock=clock)
    read_one(sitting, clock, YES)
    first, out = sitting.session.upcoming(2)
    record = exclude_case(study, out.case, MOVED)  # while the reader sits at the window
    assert record.sentence.startswith(f"Case {out.case} was excluded with 1 answer given")
    shown = []
    while (assignment := sitting.session.open_next()) is not None:
        shown.append(assignment.case)
        sitting.session.skip("seen enough")
    assert first.case in shown and out.case not in shown
    assert (sitting.session.snapshot.done, sitting.session.snapshot.total) == (3, 3)
    sitting.close()
    again = open_session(study, "R2")
    assert again.session.open_next() is None
    again.close()
    with study_status(study) as status:
        cells = dict(status.rows(0, 9))[out.case]
        assert [cell.value for cell in cells] == ["read", "case excluded"]
        assert [each.left for each in status.readers] == [0, 0]
    assert run(["study", "export", str(study), "--out", str(tmp_path / "out"), "--formats", "csv"]) == 0
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8", newline="") as file:
        marked = {(row["reader"], row["case"]) for row in csv.DictReader(file) if row["case_excluded"] == "1"}
    assert marked == {("R1", out.case)}
    with (tmp_path / "out" / "record.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["by"], row["kind"], row["subject"]) == ("A. Coordinator", "case_standing", out.case)
    assert row["reason"] == MOVED.reason and row["hash"] == record.sha256


def test_what_was_taken_out_can_be_taken_in_again_and_both_stay_on_record(tmp_path: Path) -> None:
    study = two_readers(tmp_path)
    left = read_some(study, "R1", 1)
    exclude_case(study, left[0], MOVED)
    withdraw_reader(study, "R1", WHY)
    words = ["study", "exclude", str(study), "--case", left[0], "--by", "B", "--reason", "no", "--undo"]
    assert run(words) == 0
    reinstate_reader(study, "R1", WHY)
    assert read_some(study, "R1", 0) == left
    life = study_life_of(study)
    assert not life.excluded and not life.withdrawn
    assert [record.out for record in life.records] == [True, True, False, False]


def test_verify_tells_a_record_that_was_changed_and_answers_that_went_missing(tmp_path: Path) -> None:
    study = two_readers(tmp_path)
    read_some(study, "R1", 2)
    withdraw_reader(study, "R1", WHY)
    assert study_verify(study).ok
    database = study / "study.db"
    whole = database.read_bytes()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE events SET payload = replace(payload, 'moved away', 'was too slow')")
    broken = [chain.broken for chain in study_verify(study).chains if chain.broken]
    assert [each.reader for each in broken] == ["(coordinator)"]
    assert EventKind.READER_STANDING.value in broken[0].text
    database.write_bytes(whole)
    for left in study.glob("study.db-*"):
        left.unlink()
    with closing(sqlite3.connect(database)) as connection, connection:  # the end cut off, the head set back
        connection.execute("DELETE FROM readings WHERE reader = 'R1' AND number = 2")
        connection.execute(
            "UPDATE heads SET readings = 1, readings_sha256 = (SELECT sha256 FROM readings "
            "WHERE reader = 'R1' AND number = 1) WHERE reader = 'R1'"
        )
    assert any("The answers of then are not there" in problem for problem in study_verify(study).problems)


def test_bundles_are_without_what_is_out_and_what_comes_back_from_before_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = bundles.make_study(tmp_path, bundles.rules())
    make_all_bundles(study, tmp_path, assurance=bundles.LOOKED)
    bundles.read(tmp_path / "OFF-R1.scintiread", tmp_path / "home", monkeypatch)
    exclude_case(study, "C2", MOVED)
    withdraw_reader(study, "R1", WHY)
    assert merge_bundles(study, [tmp_path / "OFF-R1.scintiread"]).ok
    assert study_life_of(study).excluded["C2"].payload["read"] == 0
    with study_status(study) as status:
        assert [(each.done, each.total) for each in status.readers] == [(3, 3), (0, 2)]
    with pytest.raises(AppError, match="R1 was withdrawn"):
        make_bundle(study, "R1", tmp_path / "again.scintiread", assurance=bundles.LOOKED)
    (made,) = make_all_bundles(study, tmp_path / "second", assurance=bundles.LOOKED)
    assert (made.reader, made.cases, made.presentations) == ("R2", 2, 2)
    bundles.read(made.file, tmp_path / "home 2", monkeypatch, 2)
    assert merge_bundles(study, [made.file]).ok and study_verify(study).ok
    with study_status(study) as status:
        assert [each.left for each in status.readers] == [0, 0]
