"""A study on a server in the window: answers are kept here first, and nothing waits for the network."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtTest import QTest

from app.gui.pages.reading.ai_panel import AWAITED
from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.store.opening import open_study
from app.store.server.passwords import VARIABLE
from app.study.ai_result import AiResult
from app.study.events import EventKind
from app.study.protocol import Arm, Mode, Protocol
from app.study.reading import Reading
from app.study.snapshot import Stage
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.serve import serve
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, protocol
from tests.postgres_server import WHY_NOT, Server, available

pytest.importorskip("psycopg")
pytestmark = pytest.mark.skipif(not available(), reason=WHY_NOT)
AI = AiResult(ModelIdentity("net", "1", "simulated scans", "f" * 64), 0.8317, 0.5, "drawn", {})
ALL_THERE = "All answers are on the server"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


Seated = Callable[[Protocol], tuple[Path, Path]]


@pytest.fixture
def seated(server: Server, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seated:
    """Serves a study; gives the coordinator's folder and that of R1, whose password is known from then on."""

    def make(rules: Protocol) -> tuple[Path, Path]:
        monkeypatch.setenv(VARIABLE, "owner")
        study, url = tmp_path / "study", server.make(f"window{uuid4().hex}")
        made = Ingredients(protocol=rules, database=url, copy=True, no_burned_in_text=True)
        new_study(study, scans, made)
        opened = open_study(study)
        codes = [case.code for case in opened.studies.cases()]
        opened.ai.keep({code: (AI, {view.value: "a" * 64 for view in ViewName}) for code in codes})
        opened.close()
        served = serve(study, tmp_path / "seats")
        with served.passwords.open(encoding="utf-8", newline="") as file:
            secret = next(row["password"] for row in csv.DictReader(file) if row["who"] == "R1")
        monkeypatch.setenv(VARIABLE, secret)
        return study, served.seats["R1"]

    return make


@pytest.fixture
def waits_in_the_window(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the window's own thread waited for on the wire."""
    from app.store.server.patient import PatientConnection

    seen: list[str] = []
    original = PatientConnection.wait

    def wait(self, gen, interval=0.1, timeout=None):  # type: ignore[no-untyped-def]
        if threading.current_thread() is threading.main_thread():
            seen.append(str(gen))
        return original(self, gen, interval, timeout)

    monkeypatch.setattr(PatientConnection, "wait", wait)
    return seen


def kept(study: Path, monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    """The readings of R1 on the server, every chain verified."""
    monkeypatch.setenv(VARIABLE, "owner")
    assert study_verify(study).ok
    opened = open_study(study)
    readings = list(opened.readings.all("R1"))
    opened.close()
    return readings


def submit_and_go_on(person: Person) -> None:
    before = person.session.snapshot.done
    person.answer("n", "2")
    person.submit()
    person.wait(lambda: person.session.snapshot.done > before)
    person.wait_for_case()


def test_the_window_never_waits_for_the_server_and_says_where_the_answers_are(
    seated: Seated, sit: Sit, waits_in_the_window: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, seat = seated(protocol())
    waits_in_the_window.clear()
    person = sit(seat)
    person.start()
    for _ in range(3):
        submit_and_go_on(person)
    person.wait(lambda: person.page.header.kept.text() == ALL_THERE)
    assert person.page.header.kept.isVisible()
    person.leave()
    assert waits_in_the_window == []
    assert len(kept(study, monkeypatch)) == 3


def test_answers_are_given_while_the_server_is_away_and_sent_when_the_study_is_opened_again(
    seated: Seated, sit: Sit, server: Server, waits_in_the_window: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, seat = seated(protocol())
    waits_in_the_window.clear()
    person = sit(seat)
    person.start()
    submit_and_go_on(person)
    person.wait(lambda: person.page.header.kept.text() == ALL_THERE)
    server.crash()
    try:
        for _ in range(2):
            submit_and_go_on(person)
        away = "2 answers kept on this computer; the server does not answer"
        person.wait(lambda: person.page.header.kept.text() == away)
        person.page.leave()
        person.wait(lambda: any("kept on this computer" in shown(each) for each in banners(person)))
        person.leave()
    finally:
        server.start()
    again = sit(seat)
    again.start()
    assert again.session.snapshot.done == 3
    again.leave()
    assert waits_in_the_window == []
    assert len(kept(study, monkeypatch)) == 3


def banners(person: Person) -> tuple[object, ...]:
    return person.page._context.banners.shown()


def shown(banner: object) -> str:
    from PySide6.QtWidgets import QLabel, QWidget

    assert isinstance(banner, QWidget)
    return " ".join(label.text() for label in banner.findChildren(QLabel))


def test_the_ai_is_shown_once_the_locked_answer_is_on_the_server_and_not_before(
    seated: Seated, sit: Sit, server: Server, waits_in_the_window: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, seat = seated(protocol(mode=Mode.SEQUENTIAL))
    waits_in_the_window.clear()
    person = sit(seat)
    person.start()
    person.answer("n", "2")
    person.submit()
    person.wait(lambda: person.session.stage is Stage.AI)
    assert person.panel.ai.number.text() == "0.83"
    person.submit()
    person.wait_for_case()
    person.wait(lambda: person.session.stage is Stage.READING)
    person.answer("n", "2")
    server.crash()
    try:
        person.submit()
        person.wait(lambda: person.panel.ai.text.text() == AWAITED)
        assert person.session.stage is Stage.LOCKED, "locked here, and nothing revealed"
        assert not person.panel.submit.isEnabled()
        person.wait(lambda: person.curtain == "The AI result cannot be shown")
    finally:
        server.start()
    person.choose("Try again")
    person.wait(lambda: person.session.stage is Stage.AI)
    assert person.panel.ai.number.text() == "0.83"
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 2)
    person.leave()
    assert waits_in_the_window == []
    readings = kept(study, monkeypatch)
    assert [reading.flags.locked for reading in readings] == [True, False] * 2
    assert [reading.ai is not None for reading in readings] == [False, True] * 2


def test_beside_the_images_the_ai_comes_when_the_server_knows_that_the_case_is_on_the_screen(
    seated: Seated, sit: Sit, waits_in_the_window: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, seat = seated(protocol(mode=Mode.CONCURRENT))
    waits_in_the_window.clear()
    person = sit(seat)
    person.start()
    for done in (1, 2):
        person.answer("n", "2")
        person.wait(lambda: person.panel.ai.number.text() == "0.83")
        person.wait(person.panel.submit.isEnabled)
        QTest.qWait(50)
        person.submit()
        person.wait(lambda done=done: person.session.snapshot.done == done)
        person.wait_for_case()
    person.leave()
    assert waits_in_the_window == []
    readings = kept(study, monkeypatch)
    assert [reading.identity.arm for reading in readings] == [Arm.AIDED] * 2
    shown = [reading.ai.shown for reading in readings if reading.ai is not None]
    assert [each.probability for each in shown if each is not None] == [AI.probability] * 2
    monkeypatch.setenv(VARIABLE, "owner")
    opened = open_study(study)
    kinds = [stored.event.kind for stored in opened.readings.events("R1")]
    opened.close()
    assert kinds.index(EventKind.DISPLAYED) < kinds.index(EventKind.AI_REVEALED)
    assert kinds.index(EventKind.AI_REVEALED) < kinds.index(EventKind.SUBMITTED)
