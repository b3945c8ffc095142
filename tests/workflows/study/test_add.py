"""Cases and readers that are added: to the lists before the freeze, as a new version afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AppError
from app.store.folder import StudyFolder
from app.store.opening import open_study
from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.clock import SimulatedClock
from app.study.protocol import Mode
from app.study.protocol_file import protocol_text, read_protocol
from app.workflows.study.add import add_to_study
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.study.helpers import START, YES, protocol
from tests.workflows.studies import make_study, read_all, read_one, write_scans


def plan(study: Path, reader: str = "R1") -> tuple[Assignment, ...]:
    opened = open_study(study)
    try:
        return opened.studies.plan(reader)
    finally:
        opened.close()


def study_cases(study: Path) -> tuple[StudyCase, ...]:
    opened = open_study(study)
    try:
        return opened.studies.cases()
    finally:
        opened.close()


def test_adding_cases_and_readers_makes_a_new_version_and_keeps_what_was_read(tmp_path: Path) -> None:
    made = make_study(tmp_path, count=2)
    read_all(made.path, YES)
    write_scans(tmp_path / "more", 4)
    added = add_to_study(made.path, [tmp_path / "more"], ["R2"])
    assert (added.protocol.version, added.cases, added.protocol.readers) == (2, 4, ("R1", "R2"))
    assert [item.position for item in plan(made.path)] == [1, 2, 3, 4]
    assert {item.case for item in plan(made.path, "R2")} == {"C1", "C2", "C3", "C4"}
    read_all(made.path, YES, "R1")
    read_all(made.path, YES, "R2")
    found = study_verify(made.path)
    assert found.ok
    assert [chain.readings for chain in found.chains] == [4, 4]


def test_before_the_freeze_the_version_stays_and_the_protocol_can_still_be_changed(tmp_path: Path) -> None:
    made = make_study(tmp_path, count=2)
    write_scans(tmp_path / "more", 3)
    added = add_to_study(made.path, [tmp_path / "more"], ["R2"])
    assert (added.protocol.version, added.cases) == (1, 3)
    assert read_protocol(made.path / "protocol.toml") == added.protocol
    (made.path / "protocol.toml").write_text(protocol_text(protocol(seed=7)), encoding="utf-8")
    read_all(made.path, YES)
    assert study_verify(made.path).ok


def test_a_scan_that_is_there_already_is_told_and_one_whose_name_is_taken_is_not_mistaken_for_it(
    tmp_path: Path,
) -> None:
    made = make_study(tmp_path, count=2)
    more = write_scans(tmp_path / "more", 3)
    (more / "C3.dcm").replace(more / "other.dcm")
    (more / "C2.dcm").unlink()
    write_scans(tmp_path / "elsewhere", 4)
    (tmp_path / "elsewhere" / "C4.dcm").replace(more / "C2.dcm")
    added = add_to_study(made.path, [more])
    assert {case.code for case in study_cases(made.path)} == {"C1", "C2", "other"}
    told = " ".join(row.reason for row in added.unused)
    assert "same image as case C1" in told
    assert "another case C2" in told
    with pytest.raises(AppError, match="nothing new"):
        add_to_study(made.path, [more], ["R1"])


def test_added_cases_get_codes_and_copies_where_the_study_has_them(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    ingredients = Ingredients(pseudonyms=True, copy=True, no_burned_in_text=True)
    made = new_study(tmp_path / "study", scans, ingredients)
    more = write_scans(tmp_path / "more", 4)
    add_to_study(made.path, [more], no_burned_in_text=True)
    cases = study_cases(made.path)
    assert {case.code for case in cases} == {"C0001", "C0002", "C0003", "C0004"}
    assert all(file.startswith("scans/") for case in cases for file in case.files)
    key = StudyFolder(made.path).truth.with_name("key.csv").read_text(encoding="utf-8")
    assert sorted(line.split(",")[1] for line in key.split()[1:]) == ["C1", "C2", "C3", "C4"]


def test_the_key_never_loses_whose_a_code_is_to_another_file_of_the_same_name(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    made = new_study(tmp_path / "study", scans, Ingredients(pseudonyms=True))
    more = write_scans(tmp_path / "more", 4)
    (more / "C3.dcm").replace(more / "C1.dcm")  # another patient's
    key = StudyFolder(made.path).truth.with_name("key.csv")
    before = set(key.read_text(encoding="utf-8").split())
    added = add_to_study(made.path, [more])
    assert before < set(key.read_text(encoding="utf-8").split())
    assert len(study_cases(made.path)) == 3
    assert "Give the file another name" in " ".join(row.reason for row in added.unused)


def test_cases_added_during_the_second_visit_of_a_crossover_wait_for_their_own_washout(
    tmp_path: Path,
) -> None:
    made = make_study(tmp_path, protocol(mode=Mode.CROSSOVER), count=2)
    clock = SimulatedClock(START)
    for _ in (1, 2):
        sitting = open_session(made.path, "R1", clock=clock)
        read_one(sitting, clock, YES)
        read_one(sitting, clock, YES)
        sitting.close()
        clock.advance(29 * 86400)
    add_to_study(made.path, [write_scans(tmp_path / "more", 3)])
    sitting = open_session(made.path, "R1", clock=clock)
    read_one(sitting, clock, YES)
    sitting.close()
    closed = open_session(made.path, "R1", clock=clock)
    assert closed.session.open_next() is None
    assert closed.session.snapshot.next_visit_utc is not None
    closed.close()
    clock.advance(28 * 86400)
    again = open_session(made.path, "R1", clock=clock)
    assert again.session.upcoming(1)[0].visit == 4
    again.close()


def test_an_addition_that_was_cut_off_before_it_wrote_the_protocol_is_finished(tmp_path: Path) -> None:
    made = make_study(tmp_path, count=2)
    read_all(made.path, YES)
    before = (made.path / "protocol.toml").read_text(encoding="utf-8")
    added = add_to_study(made.path, readers=["R2"])
    (made.path / "protocol.toml").write_text(before, encoding="utf-8")
    read_all(made.path, YES, "R2")
    assert read_protocol(made.path / "protocol.toml") == added.protocol
    assert study_verify(made.path).ok
