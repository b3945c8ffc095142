"""A reader reads in a language of their own: every word has its room, and what is recorded is the same."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import language, paths
from app.language import ENGLISH, LANGUAGES, tr
from app.scan.scan import ViewName
from app.settings import SettingsStore
from app.study.protocol import Mode
from app.workflows.study.ai_import import import_ai
from app.workflows.study.export import study_export
from app.workflows.study.verify import study_verify
from tests.gui.fits import cut_off
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, make_study, protocol

CASES = 6
OUTLINE = ((90, 320), (125, 320), (125, 345), (90, 345))
OF_THE_SITTING = ("utc", "seconds", "minutes", "uuid", "sha256", "session", "hash", "monotonic")
"""Parts of the names of columns that no two readings have alike."""


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    language.use(ENGLISH)


def speak(code: str) -> None:
    SettingsStore(paths.user_config() / "settings.json").change(language=code)


def outline(person: Person) -> None:
    person.type("p")
    for x, y in OUTLINE:
        person.click_image(ViewName.ANTERIOR, x, y)
    person.key(Qt.Key.Key_Return)


def all_have_room(person: Person) -> None:
    QTest.qWait(50)  # what was laid out anew is in its place
    assert cut_off(person.window) == []


@pytest.fixture
def aided(study: Callable[..., Path], tmp_path: Path) -> Callable[[], Path]:
    def make() -> Path:
        folder = study(protocol(mode=Mode.CONCURRENT))
        lines = [f"scan{number:03d},0.8,toynet" for number in range(CASES)]
        (tmp_path / "ai.csv").write_text("\n".join(["case,probability,model", *lines]) + "\n")
        import_ai(folder, tmp_path / "ai.csv")
        return folder

    return make


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_words_have_room_at_1366_by_768(aided: Callable[[], Path], sit: Sit, code: str) -> None:
    speak(code)
    person = sit(aided(), size=(1366, 768))
    person.wait(lambda: bool(person.page.curtain.buttons))
    all_have_room(person)
    person.key(Qt.Key.Key_Return)
    person.wait_for_case()
    outline(person)
    person.answer("y", "2")
    assert len(person.canvas.marks.regions) == 1
    all_have_room(person)
    words = person.panel.rating.track.words()
    assert all(word and word.count("\n") <= 1 for _, word in words), (
        "all seven anchors of the scale are there"
    )
    person.window.trigger("keys_sheet")
    all_have_room(person)
    person.key(Qt.Key.Key_Escape)
    person.window.trigger("pause")
    person.wait(lambda: person.curtain == tr("Paused"))
    all_have_room(person)


def read_all(folder: Path, sit: Sit, code: str) -> None:
    """Six cases: an outline of another class, no lesion, a technical problem with its reason, and no more."""
    speak(code)
    person = sit(folder)
    person.start()
    outline(person)
    box = person.panel.lesions.list.label_box
    QTest.keyClick(box, Qt.Key.Key_Down)
    person.click(person.panel.lesions.list.rating_field)
    person.type("90")
    person.key(Qt.Key.Key_Return)
    person.answer("y", "9")
    person.submit()
    person.wait_for_case()
    assert person.session.snapshot.done == 1
    person.answer("n", "2")
    person.click(person.panel.lesions.box)
    person.submit()
    person.wait_for_case()
    person.choose(tr("Skip, or cannot be read…"))
    person.wait(lambda: bool(person.panel.prompt.buttons))
    person.type("blurred")
    person.choose(tr("Technical problem"))
    person.wait_for_case()
    for number in range(3, CASES):
        person.answer("n", "1")
        person.submit()
        if number < CASES - 1:
            person.wait_for_case()
    person.wait(lambda: person.curtain == tr("Thank you"))
    person.leave()


_NUMBERS = re.compile(r'"[0-9a-f-]{12,}"|(?<="language":)"..?"|-?\d+(\.\d+)?(e-?\d+)?')
"""Times and names of marks in what events carry, and the language, the one thing that may differ."""


def exported(folder: Path, out: Path) -> dict[str, list[dict[str, str]]]:
    """All tables of an export, without what no two sittings have alike."""
    study_export(folder, out, ("csv",))
    tables = {}
    for file in sorted(out.rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
        tables[file.name] = [
            {
                name: _NUMBERS.sub("0", cell) if name == "payload" else cell
                for name, cell in row.items()
                if not any(part in name for part in OF_THE_SITTING) and name != "lesion"
            }
            for row in rows
        ]
    return tables


def screens(folder: Path) -> list[dict[str, Any]]:  # Any: JSON
    with sqlite3.connect(folder / "study.db") as database:
        return [json.loads(text)["screen"] for (text,) in database.execute("SELECT display FROM readings")]


def test_a_study_read_in_german_is_recorded_and_exported_as_one_read_in_english(
    tmp_path: Path, scans: Path, sit: Sit
) -> None:
    said = {}
    for code in ("en", "de"):
        folder = make_study(tmp_path / code, scans)
        read_all(folder, sit, code)
        assert not study_verify(folder).problems
        assert {screen["details"]["language"] for screen in screens(folder)} == {code}
        said[code] = exported(folder, tmp_path / f"out-{code}")
    assert set(said["en"]) == set(said["de"]) >= {"readings.csv", "marks.csv", "events.csv"}
    for name, rows in said["en"].items():
        assert rows == said["de"][name], name
    assert any("degenerative" in row.values() for row in said["de"]["marks.csv"])


def test_fields_and_dialogs_speak_it_too(study: Callable[..., Path], sit: Sit) -> None:
    speak("de")
    folder = study()
    person = sit(folder)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert person.window.windowTitle() == "Befundung – ScintiRead"
    person.leave()
    speak("en")
    person = sit(folder)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    assert person.window.windowTitle() == "Reading – ScintiRead"


def test_the_system_decides_where_nobody_chose() -> None:
    say = (
        "from app.gui.application import build; from app.window_request import WindowRequest;"
        "from app.language import in_use; build(WindowRequest()); print(in_use())"
    )
    for system, code in (("fr_CA.UTF-8", "fr"), ("pt_BR.UTF-8", "en"), ("zh_TW.UTF-8", "zh_TW")):
        spoken = {**os.environ, "LANG": system, "LC_ALL": system, "LANGUAGE": ""}
        made = subprocess.run([sys.executable, "-c", say], env=spoken, capture_output=True, text=True)
        assert made.stdout.strip() == code, made.stderr
