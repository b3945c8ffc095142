"""The coordinator withdraws a reader and excludes a case at the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.gui.pages.study.life_wish import LifeAct
from app.gui.pages.study.steps import Step
from app.study.answer import Answer
from app.study.truth import read_truth
from app.workflows.study.life import study_life_of
from app.workflows.study.papers import check_paper
from app.workflows.study.protocol import study_facts
from tests.gui.pages.study.conftest import Coordinator, Sit, read_one


def decide(person: Coordinator, act: LifeAct, subject: str, why: str, value: str = "") -> None:
    panel = person.page.life
    panel.act.setCurrentText(act.value)
    line = panel.subject.lineEdit()
    assert line is not None
    person.type(line, subject)
    if value:
        person.type(panel.value, value)
    person.type(panel.by, "A. Coordinator")
    person.type(panel.reason, why)
    person.click(panel.button)


def test_a_reader_is_withdrawn_and_a_case_excluded_at_the_window(
    sit: Sit, make_study: Callable[..., Path]
) -> None:
    study = make_study()
    case = read_one(study, "R1", Answer(call=True, rating=80))
    person = sit(study)
    person.go(Step.PROGRESS)
    tabs = person.page.progress.tabs
    tabs.setCurrentWidget(person.page.life)
    decide(person, LifeAct.WITHDRAW, "R1", "moved away", "R3")
    assert "On record: Reader R1 was withdrawn after 1 of 3 presentations; R3 takes the place" in person.told
    assert list(person.page.progress.readers.bars) == ["R1", "R2", "R3"]
    assert "withdrawn" in " ".join(person.words(person.page.progress.readers))
    decide(person, LifeAct.EXCLUDE, case, "two patients on one scan")
    assert tabs.tabText(tabs.indexOf(person.page.life)) == "Record (2)"
    (row,) = (row for row in person.matrix() if "read" in row)
    assert row == ["read", "case excluded", "case excluded"]
    shown = person.page.life.records
    said = f"Case {case} was excluded with 1 answer given"
    assert list(shown.rows_model.rows[1][1:]) == ["A. Coordinator", said, "two patients on one scan"]
    assert {*study_life_of(study).excluded, *study_life_of(study).withdrawn} == {case, "R1"}


def test_what_is_missing_is_said_and_the_command_stands_below(
    sit: Sit, make_study: Callable[..., Path]
) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=True, rating=80))
    person = sit(study)
    person.go(Step.PROGRESS)
    person.page.progress.tabs.setCurrentWidget(person.page.life)
    person.page.life.act.setCurrentText(LifeAct.EXCLUDE.value)
    person.click(person.page.life.button)
    assert "Name the case." in person.told
    line = person.page.life.subject.lineEdit()
    assert line is not None
    person.type(line, "scan1")
    person.click(person.page.life.button)
    assert "it was not said who decides it" in person.told
    command = person.page.commands["life"].line.text()
    assert "study exclude" in command and "--case scan1" in command
    assert study_life_of(study).records == ()


def test_truth_and_protocol_are_corrected_at_the_window(sit: Sit, make_study: Callable[..., Path]) -> None:
    study = make_study(truth="case,truth\nscan0,1\nscan1,0\nscan2,1\n")
    read_one(study, "R1", Answer(call=True, rating=80))
    person = sit(study)
    person.go(Step.PROGRESS)
    person.page.progress.tabs.setCurrentWidget(person.page.life)
    decide(person, LifeAct.CORRECT, "scan1", "biopsy", "1")
    assert "The truth of 1 case was corrected" in person.told and "scan1" not in person.told
    assert read_truth(study / "coordinator" / "truth.csv")["scan1"].truth
    person.page.life.act.setCurrentText(LifeAct.RECORD.value)
    assert not person.page.life.subject.isVisible()
    person.type(person.page.life.reason, "once more")
    person.click(person.page.life.button)
    assert "on record as it is" in person.told
    decide(person, LifeAct.AMEND, "contact", "the office moved", "office 2")
    assert "amended to version 2: contact" in person.told
    assert study_facts(study).protocol.contact == "office 2"
    shown = person.page.life.records.rows_model.rows
    assert "biopsy" not in str(shown) and "scan1" not in str(shown)


def test_the_papers_are_written_at_the_window(
    sit: Sit, make_study: Callable[..., Path], tmp_path: Path
) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=True, rating=80))
    person = sit(study)
    person.go(Step.EXPORT)
    person.click(person.page.export.papers_button)
    assert "Choose a folder for the papers." in person.told
    person.type(person.page.export.folder.line, str(tmp_path / "papers"))
    person.click(person.page.export.papers_button)
    assert "4 papers: randomisation.csv" in person.page.export.outcome.text()
    check_paper(study, tmp_path / "papers" / "audit.pdf")
