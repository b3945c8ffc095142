"""The last answer can be corrected, with a reason, beside the old one and never in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from app.gui.pages.reading.curtain import CurtainPhase
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person


def read_first(person: Person) -> None:
    person.start()
    person.answer("y", "9")
    person.submit()
    person.wait_for_case()


def test_a_correction_names_the_old_answer_and_the_open_case_comes_back_untouched(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    read_first(person)
    old = person.session.last_reading()
    case = person.session.snapshot.assignment.case
    person.type("n2")
    person.click(person.page.header.edit_last)
    person.wait(lambda: person.canvas.scan is not None and person.phase is CurtainPhase.AMENDING)
    assert person.session.snapshot.paused
    assert person.canvas.scan.case == old.identity.case
    assert (person.panel.call.yes.isChecked(), person.panel.rating.field.text()) == (True, "90")
    QTest.qWait(100)
    person.type("n1")
    person.submit()
    assert person.panel.prompt.isVisible(), "a correction needs its reason"
    person.type("wrong key")
    person.choose("Save the correction")
    person.wait_for_case()
    person.wait(lambda: not person.session.snapshot.paused)
    assert person.canvas.scan.case == case
    assert (person.panel.call.no.isChecked(), person.panel.rating.field.text()) == (True, "20")
    amended = person.session.last_reading()
    assert amended.flags.amends == old.sha256
    assert amended.answer.amendment_reason == "wrong key"
    assert (amended.answer.call, amended.answer.rating) == (False, 10)
    person.submit()
    person.wait_for_case()
    times = person.session.last_reading().times
    assert times.raw_seconds - times.active_seconds == pytest.approx(times.pause_seconds)
    assert times.pause_seconds >= 0.1, "the correction is not reading time of the open case"
    person.leave()
    assert not study_verify(folder).problems


def test_the_old_answer_can_be_kept_after_all(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    read_first(person)
    old = person.session.last_reading()
    person.click(person.page.header.edit_last)
    person.wait(lambda: person.phase is CurtainPhase.AMENDING and person.canvas.scan is not None)
    person.type("n")
    person.choose("Keep the old answer")
    person.wait(lambda: person.phase is CurtainPhase.ANSWERING and not person.session.snapshot.paused)
    assert person.session.last_reading() is old
    assert not person.panel.call.no.isChecked()


def test_before_the_first_answer_there_is_nothing_to_edit(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    assert not person.page.header.edit_last.isEnabled()


def test_the_last_answer_of_all_can_still_be_corrected(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    while person.curtain != "Thank you":
        person.answer("n", "1")
        person.submit()
        person.wait(lambda: person.curtain == "Thank you" or person.phase is CurtainPhase.ANSWERING)
    person.choose("Edit last answer")
    person.wait(lambda: person.phase is CurtainPhase.AMENDING and person.canvas.scan is not None)
    person.answer("y", "8")
    person.submit()
    person.type("second look")
    person.choose("Save the correction")
    person.wait(lambda: person.curtain == "Thank you")
    assert person.session.last_reading().answer.rating == 80
