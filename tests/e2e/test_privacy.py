"""Names of patients and places of files stay in the scans: not in a log, a study or a title."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.errors import AppError
from app.gui.pages.scans.view import LibraryPage
from app.study.protocol import Protocol
from app.window_request import WindowRequest
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.new import Ingredients, new_study
from tests.gui.pages.reading.driver import Person
from tests.scan.nm_files import toy_counts, write_nm

KEY = "coordinator/deidentification-key.json"
SECRETS = ("doe^jane", "jane", "4711-0815", "19440229")


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two good scans, one truncated and one that is no scan, of one patient, in a telling folder."""
    folder = tmp_path / "secret-dir" / "Doe^Jane"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(9)
    identity: dict[str, Any] = {"PatientName": "Doe^Jane", "PatientID": "4711-0815"}
    identity["PatientBirthDate"] = "19440229"
    for name in ("one", "two", "three"):
        write_nm(folder / f"{name}.dcm", *toy_counts(rng), **identity)
    (folder / "three.dcm").write_bytes((folder / "three.dcm").read_bytes()[:4000])
    (folder / "letter.dcm").write_text("Dear Jane Doe")
    return folder


@pytest.fixture
def person(qapp: object, scans: Path, tmp_path: Path) -> Iterator[Person]:
    """A reader of a study that keeps copies of those scans, under codes."""
    study = tmp_path / "study"
    rules = Protocol("Privacy", "PRIV")
    new_study(study, scans, Ingredients(rules, copy=True, no_burned_in_text=True, pseudonyms=True))
    reader = Person(study)
    yield reader
    reader.leave()


def told(folder: Path) -> dict[str, str]:
    """Every file of a folder as text, databases and pixel files too."""
    return {
        str(file.relative_to(folder)): file.read_bytes().decode("latin-1").lower()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_no_name_and_no_path_reaches_log_or_study(
    person: Person, scans: Path, tmp_path: Path, home: Path
) -> None:
    study = tmp_path / "study"
    person.start()
    person.answer()
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)
    person.wait_for_case()
    titles = {person.window.windowTitle()}
    visible = [label.text().lower() for label in person.page.findChildren(QLabel) if label.isVisible()]
    person.page.presenter.breaks.leave_session()  # type: ignore[union-attr]
    person.choose("Finish")
    person.window.open_page(WindowRequest(paths=(scans,)))
    library = person.window.pages["library"]
    assert isinstance(library, LibraryPage)
    person.wait(lambda: len(library.presenter.rows) == 4 and not library.presenter.searching, 20_000)
    for row in library.presenter.rows:
        library.shelf.choose(row)
        titles.add(person.window.windowTitle())
        library.presenter.open(row)
    library.presenter.confirm(library.presenter.rows[-1], True)
    person.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    person.leave()
    study_check(study)
    study_export(study, study / "results")
    try:
        study_export(study, study / "more", ("nonsense",))
    except AppError as error:
        assert "secret-dir" not in str(error)

    shown = " ".join((*visible, *titles))
    logs = told(home / "logs")
    assert logs, "the log was written"
    record = told(study)
    key = record.pop(KEY)
    assert "4711-0815" in key, "the way back to the patient is here and nowhere else"
    assert "jane" not in key
    if os.name == "posix":
        assert (study / KEY).stat().st_mode & 0o077 == 0, "and nobody but the coordinator opens it"
    for secret in SECRETS:
        assert secret not in shown.lower()
        assert [name for name, text in logs.items() if secret in text] == []
        assert [name for name, text in record.items() if secret in text] == []
    for where in (logs, record):
        assert [name for name, text in where.items() if "secret-dir" in text] == []
        assert [name for name, text in where.items() if str(tmp_path).lower() in text] == []
