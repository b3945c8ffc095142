"""A reader with a bundle at the window, and the questions before and after the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.pages.reading.curtain import CurtainPhase
from app.store.opening import open_study
from app.study.protocol import Mode
from app.study.questionnaire import QuestionnaireRules
from app.window_request import WindowRequest
from app.workflows.bundles.inside import answers_inside
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.merge import merge_bundles
from app.workflows.bundles.open import check_bundle
from app.workflows.study.export import study_export
from tests.gui.pages.reading.driver import Person
from tests.workflows.bundle_studies import LOOKED, PASSPHRASE, make_study, rules

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
            me.page.presenter is not None
            and me.phase is CurtainPhase.ANSWERING
            and not me.page.curtain.isVisible()
        ),
        timeout=20_000,
    )


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A bundle without a passphrase and without questions."""
    study = make_study(tmp_path, rules(Mode.UNAIDED, readers=("R1",)))
    return make_bundle(study, "R1", tmp_path / "stick" / "R1.scintiread", assurance=LOOKED).file


def read_cases(me: Person, qtbot: QtBot, count: int) -> None:
    """Press Start and read so many cases."""
    qtbot.waitUntil(lambda: me.curtain == "Offline", timeout=20_000)
    me.key(Qt.Key.Key_Return)
    for _ in range(count):
        wait_for_case(me, qtbot)
        me.type("n2")
        me.submit()


def carried(bundle: Path) -> int:
    return answers_inside(bundle, check_bundle(bundle))


def told(me: Person) -> list[str]:
    return [banner.label.text() for banner in me.window.banners.shown()]


def test_closing_the_window_waits_until_the_answers_are_in_the_bundle(
    plain: Path, open_bundle: Open, qtbot: QtBot
) -> None:
    me = open_bundle(plain)
    read_cases(me, qtbot, 3)
    qtbot.waitUntil(lambda: me.curtain == "Thank you", timeout=20_000)
    assert me.page.curtain.curtain is not None
    assert any(
        "your answers are in R1.scintiread. Send it back." in line for line in me.page.curtain.curtain.lines
    )
    me.window.close()
    assert me.window.isVisible() and me.curtain == "Writing your answers into R1.scintiread"
    qtbot.waitUntil(lambda: not me.window.isVisible(), timeout=20_000)
    assert carried(plain) == 3 and not plain.with_name("R1.scintiread.lock").exists()


def test_leaving_the_page_writes_the_answers_and_says_what_to_send(
    plain: Path, open_bundle: Open, qtbot: QtBot
) -> None:
    me = open_bundle(plain)
    read_cases(me, qtbot, 3)
    qtbot.waitUntil(lambda: me.curtain == "Thank you", timeout=20_000)
    me.choose("Back to the library")
    qtbot.waitUntil(
        lambda: told(me) == ["Your answers are in R1.scintiread. Send that file back."], timeout=20_000
    )
    assert carried(plain) == 3
    me.window.open_page(WindowRequest(page="reading", bundle=plain))  # and it opens again at once
    qtbot.waitUntil(lambda: me.page.presenter is not None, timeout=20_000)
    assert me.session.snapshot.done == 3


@pytest.mark.parametrize("closing", [True, False])
def test_a_bundle_that_cannot_be_written_is_told_with_what_to_send_instead(
    plain: Path, open_bundle: Open, qtbot: QtBot, closing: bool
) -> None:
    # the name leaves no room for a new file beside it; a read-only folder answers so too, also to root
    plain = plain.rename(plain.with_name("x" * 231 + ".scintiread"))
    before = plain.read_bytes()
    me = open_bundle(plain)
    read_cases(me, qtbot, 1)
    wait_for_case(me, qtbot)
    send = "They are in the file beside it: send that one."
    if closing:
        me.window.close()
        qtbot.waitUntil(lambda: me.curtain == "Your answers are safe", timeout=20_000)
        assert me.page.curtain.curtain is not None
        message, hint = me.page.curtain.curtain.lines
        assert message.startswith("The answers could not be written into x") and hint == send
        me.choose("Close")
        assert not me.window.isVisible()
    else:
        me.page.leave()
        qtbot.waitUntil(lambda: any(text.endswith(send) for text in told(me)), timeout=20_000)
    assert plain.read_bytes() == before
    assert len(plain.with_suffix(".scintiread-results").read_bytes().splitlines()) > 1


def test_a_program_that_is_ended_writes_the_answers_first(
    plain: Path, open_bundle: Open, qtbot: QtBot
) -> None:
    me = open_bundle(plain)
    read_cases(me, qtbot, 2)
    me.window.close_for_good()
    assert carried(plain) == 2


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
    me.choose("freeze")
    qtbot.waitUntil(me.page.form.isVisible)
    me.click(me.page.form.buttons[1])
    qtbot.waitUntil(lambda: me.curtain == "Offline")
    me.leave()
    again = Person(study)
    qtbot.waitUntil(again.page.form.isVisible)
    again.leave()
