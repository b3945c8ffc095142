"""Pauses blank both views and stop the clock; focus and stillness are noticed, nothing is taken off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.gui.pages.reading.curtain import CurtainPhase
from app.scan.scan import ViewName
from app.study.protocol import ClockRules, Mode, OnFocusLoss
from app.study.snapshot import Stage
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, protocol
from tests.patience import PATIENCE_S


def finish(person: Person):  # type: ignore[no-untyped-def]
    """Answer, submit, and give the reading."""
    person.answer()
    person.submit()
    person.wait_for_case()
    return person.session.last_reading()


def test_the_pause_key_blanks_both_views_and_the_same_key_goes_on(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.key(Qt.Key.Key_Pause)
    assert person.curtain == "Paused"
    assert not person.canvas.isVisible()
    QTest.qWait(150)
    person.type("y8")
    person.submit()
    assert person.session.snapshot.done == 0, "nothing is answered behind a curtain"
    person.key(Qt.Key.Key_Pause)
    assert person.curtain == ""
    assert person.canvas.isVisible()
    assert person.page.presenter.desk.sheet.answer.call is None  # type: ignore[union-attr]
    times = finish(person).times
    assert times.pauses == 1
    assert times.pause_seconds >= 0.15
    assert times.raw_seconds - times.active_seconds == pytest.approx(times.pause_seconds)


def test_an_outline_that_is_half_drawn_outlives_a_pause(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    person.type("p")
    for x, y in ((100, 300), (120, 300), (120, 330)):
        person.click_image(ViewName.ANTERIOR, x, y)
    person.key(Qt.Key.Key_Pause)
    assert person.curtain == "Paused"
    person.key(Qt.Key.Key_Return)
    assert person.curtain == "" and person.canvas.marks.drawing
    person.click_image(ViewName.ANTERIOR, 100, 330)
    person.key(Qt.Key.Key_Return)
    (region,) = person.canvas.marks.regions
    assert len(region.vertices) == 4


def test_enter_on_the_paused_screen_goes_on_too(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    person.click(person.page.header.pause)
    assert person.curtain == "Paused"
    person.key(Qt.Key.Key_Return)
    assert person.curtain == ""
    assert person.canvas.hasFocus()


def deactivate(person: Person) -> QWidget:
    other = QWidget()
    other.show()
    other.activateWindow()
    person.wait(lambda: not person.page.isActiveWindow())
    return other


def activate(person: Person, other: QWidget) -> None:
    other.close()
    person.window.activateWindow()
    person.wait(lambda: person.page.isActiveWindow())


def test_a_lost_focus_is_recorded_and_not_taken_off(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    other = deactivate(person)
    QTest.qWait(100)
    activate(person, other)
    assert person.curtain == ""
    times = finish(person).times
    assert times.focus_losses == 1
    assert times.focus_lost_seconds >= 0.1
    assert times.active_seconds == pytest.approx(times.raw_seconds)


def test_a_lost_focus_blanks_when_the_protocol_says_so(study: Callable[..., Path], sit: Sit) -> None:
    rules = ClockRules(on_focus_loss=OnFocusLoss.BLANK, blank_after_seconds=0.1)
    person = sit(study(protocol(clock=rules)))
    person.start()
    other = deactivate(person)
    person.wait(lambda: person.curtain == "Paused")
    assert person.session.snapshot.pause_cause == "focus"
    activate(person, other)
    assert person.curtain == "Paused", "the images come back when the reader wants them, not by themselves"
    person.key(Qt.Key.Key_Return)
    assert finish(person).times.automatic_pauses == 1


def test_a_short_loss_of_focus_does_not_blank(study: Callable[..., Path], sit: Sit) -> None:
    rules = ClockRules(on_focus_loss=OnFocusLoss.BLANK, blank_after_seconds=PATIENCE_S)
    person = sit(study(protocol(clock=rules)))
    person.start()
    activate(person, deactivate(person))
    person.wait(lambda: not person.page._blur.isActive())
    assert person.curtain == ""


def test_after_long_stillness_the_program_asks_and_the_span_before_counts(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(clock=ClockRules(still_reading_minutes=0.1))))
    person.start()
    stillness = person.page.presenter.desk.stillness  # type: ignore[union-attr]
    stillness._last_ns -= 6_000_000_000  # six seconds ago, as if nobody had moved since
    person.wait(lambda: person.curtain == "Still reading?")
    assert person.session.snapshot.pause_cause == "still_reading"
    person.key(Qt.Key.Key_Return)
    times = finish(person).times
    assert times.automatic_pauses == 1
    assert times.pause_seconds > 0
    assert times.active_seconds == pytest.approx(times.raw_seconds - times.pause_seconds), (
        "the stillness itself is never subtracted"
    )


def test_any_touch_starts_the_stillness_anew(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study(protocol(clock=ClockRules(still_reading_minutes=PATIENCE_S / 60))))
    person.start()
    stillness = person.page.presenter.desk.stillness  # type: ignore[union-attr]
    for act in (lambda: person.type("y"), lambda: person.type(","), lambda: QTest.mouseMove(person.canvas)):
        stillness._last_ns -= round(2e9 * PATIENCE_S)
        assert stillness.too_long
        act()
        person.wait(lambda: not stillness.too_long)


def test_finishing_for_now_asks_once_and_keeps_the_case_for_next_time(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    finish(person)
    case = person.session.snapshot.assignment.case
    person.click(person.page.header.leave)
    assert person.curtain == "Finish for now?"
    person.key(Qt.Key.Key_Return)  # go on after all
    assert person.curtain == ""
    person.click(person.page.header.leave)
    person.choose("Finish for now")
    assert person.page.presenter is None
    assert person.window.menuBar().isVisible()
    person.leave()

    again = sit(folder)
    again.start()
    assert again.session.snapshot.assignment.case == case
    reading = finish(again)
    assert reading.flags.resumed
    assert reading.times.earlier_attempts == 1
    assert reading.times.earlier_active_seconds > 0


def test_closing_the_window_in_the_middle_loses_nothing_that_was_submitted(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    finish(person)
    person.leave()
    again = sit(folder)
    assert "1 of 6 are done" in " ".join(again.page.curtain.curtain.lines)  # type: ignore[union-attr]


def test_finishing_from_a_pause_says_that_what_was_entered_is_not_submitted(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.answer()
    person.key(Qt.Key.Key_Pause)
    person.choose("Finish for now")
    assert "not submitted and will be lost" in said(person)
    person.choose("Go on reading")
    assert person.curtain == ""
    assert person.panel.call.yes.isChecked()
    assert finish(person).answer.rating == 80


def test_closing_the_window_on_an_answer_in_work_asks_once_with_the_clock_stopped(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.answer()
    assert not person.window.close()
    assert person.curtain == "Finish for now?"
    assert "not submitted and will be lost" in said(person)
    assert person.session.snapshot.paused
    person.key(Qt.Key.Key_Return)  # go on after all
    assert person.canvas.hasFocus()
    assert not person.window.close(), "who went on is asked again"
    person.choose("Finish for now")
    assert not person.window.isVisible()
    assert person.page.presenter is None


def test_closing_twice_closes_and_an_untouched_case_asks_nothing(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    person.answer()
    assert not person.window.close()
    assert person.window.close()
    person.leave()
    again = sit(folder)
    again.start()
    assert again.window.close()


def test_leaving_after_the_lock_says_that_the_first_answer_stays(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study(protocol(mode=Mode.SEQUENTIAL)))
    person.start()
    person.answer()
    person.submit()
    person.wait(lambda: person.session.snapshot.stage is Stage.AI)
    person.click(person.page.header.leave)
    assert "first answer on this case is locked and stays" in said(person)
    assert "lost" not in said(person)
    person.key(Qt.Key.Key_Return)
    person.type("n")
    person.click(person.page.header.leave)
    assert "What you changed since is not submitted and will be lost" in said(person)


def test_a_correction_that_is_not_saved_is_asked_about(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    finish(person)
    person.click(person.page.header.edit_last)
    person.wait(lambda: person.phase is CurtainPhase.AMENDING and person.canvas.scan is not None)
    assert not person.window.close()
    assert "The correction is not saved" in said(person)
    person.choose("Back to the correction")
    assert person.curtain == ""
    assert person.phase is CurtainPhase.AMENDING


def said(person: Person) -> str:
    """What stands on the screen before the desk."""
    assert person.page.curtain.curtain is not None
    return " ".join(person.page.curtain.curtain.lines)
