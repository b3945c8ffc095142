"""A reader with a bundle at the window, and the questions before and after the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.pages.reading.curtain import Phase
from app.store.opening import open_study
from app.study.questionnaire import QuestionnaireRules
from app.workflows.bundle_make import make_bundle
from app.workflows.bundle_merge import merge_bundles
from app.workflows.study_export import study_export
from app.workflows.window_request import WindowRequest
from tests.gui.pages.reading.driver import Person
from tests.workflows.bundles import LOOKED, PASSPHRASE, make_study, rules

QUESTIONS = QuestionnaireRules(
    ("years | Years of experience | number 0-60", "board | Certified? | yes/no"), ("standard",)
)
Open = Callable[[Path], Person]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Three cases, sequential, with questions before and after."""
    return make_study(tmp_path, replace(rules(readers=("R1",)), questionnaire=QUESTIONS))


@pytest.fixture
def open_bundle(qapp: object, tmp_path: Path) -> Iterator[Open]:
    """Opens the window on a bundle."""
    opened: list[Person] = []

    def at(file: Path) -> Person:
        person = Person(tmp_path)  # a folder that is no study; the bundle follows
        opened.append(person)
        person.window.open_page(WindowRequest(page="reading", bundle=file))
        return person

    yield at
    for person in opened:
        person.leave()


def test_a_reader_opens_a_locked_bundle_answers_everything_and_the_results_come_home(
    study: Path, open_bundle: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    bundle = make_bundle(
        study, "R1", tmp_path / "R1.scintiread", passphrase=PASSPHRASE, assurance=LOOKED
    ).file
    me = open_bundle(bundle)
    form = me.page.form
    qtbot.waitUntil(form.isVisible)
    me.type("falsch")
    me.key(Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: form.isVisible() and form.form is not None and len(form.form.lines) == 2, timeout=20_000
    )
    assert form.form is not None and "does not open R1.scintiread" in form.form.lines[1]
    me.type(PASSPHRASE)
    me.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.isVisible() and "years" in form.fields, timeout=20_000)
    me.type("99")
    me.key(Qt.Key.Key_Return)  # to the next question
    me.key(Qt.Key.Key_Return)  # sends what is not complete
    assert form.fields["years"].problem.text() == "⚠ A whole number from 0 to 60."
    assert form.fields["board"].problem.text() == "⚠ Please answer."
    me.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    me.type("12")
    me.key(Qt.Key.Key_Return)
    me.type("y")
    me.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: me.curtain == "Offline")
    me.key(Qt.Key.Key_Return)
    for _ in range(3):
        wait_for_case(me, qtbot)
        me.type("n2")
        me.submit()
        wait_for_case(me, qtbot)
        me.submit()
    qtbot.waitUntil(lambda: form.isVisible() and "fatigue" in form.fields, timeout=20_000)
    me.type("4")
    me.key(Qt.Key.Key_Return)
    me.type("2")
    me.key(Qt.Key.Key_Return)
    me.type("Danke")
    me.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: me.curtain == "Thank you")
    me.leave()
    assert merge_bundles(study, [bundle]).ok
    study_export(study, tmp_path / "out", ("csv",))
    table = (tmp_path / "out" / "questionnaires.csv").read_text(encoding="utf-8")
    assert "R1,first,years,12" in table and "R1,first,board,yes" in table
    assert "R1,last,fatigue,4" in table and "R1,last,trust_ai,2" in table and "R1,last,comment,Danke" in table
    opened = open_study(study)
    readings = [reading for reading in opened.readings.all("R1") if reading.ai is not None]
    opened.close()
    assert sum(reading.ai.shown is not None for reading in readings if reading.ai) == 2, (
        "one was planned absent"
    )


def wait_for_case(me: Person, qtbot: QtBot) -> None:
    """Wait, without holding threads up, until both views are painted and the clock runs."""
    qtbot.waitUntil(
        lambda: (
            me.page.presenter is not None and me.phase is Phase.ANSWERING and not me.page.curtain.isVisible()
        ),
        timeout=20_000,
    )


def test_a_damaged_bundle_is_told_and_can_be_tried_again(
    open_bundle: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "R7.scintiread"
    broken.write_bytes(b"PK\3\4 something else")
    me = open_bundle(broken)
    qtbot.waitUntil(lambda: me.curtain == "This study cannot be read now")
    assert me.page.curtain.curtain is not None
    assert "R7.scintiread is cut off, damaged or no bundle." in me.page.curtain.curtain.lines


def test_questions_may_wait_and_are_asked_again(study: Path, tmp_path: Path, qtbot: QtBot) -> None:
    me = Person(study)
    qtbot.waitUntil(me.page.form.isVisible)
    me.click(me.page.form.buttons[1])
    qtbot.waitUntil(lambda: me.curtain == "Offline")
    me.leave()
    again = Person(study)
    qtbot.waitUntil(again.page.form.isVisible)
    again.leave()
