"""A study of six scans, and a person who reads it through the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.study.protocol import Protocol
from tests.gui.pages.reading.driver import Person, make_scans, make_study

Sit = Callable[..., Person]


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six whole-body objects with two views each."""
    return make_scans(tmp_path_factory.mktemp("scans"))


@pytest.fixture
def study(tmp_path: Path, scans: Path) -> Callable[..., Path]:
    """Makes a study of the six scans with a protocol and a truth."""

    def make(protocol: Protocol | None = None, truth: str = "") -> Path:
        file = None
        if truth:
            file = tmp_path / "truth.csv"
            file.write_text(truth, encoding="utf-8")
        return make_study(tmp_path / "study", scans, protocol, file)

    return make


@pytest.fixture
def sit(qapp: object) -> Iterator[Sit]:
    """Opens the window on a study; closes what was opened."""
    opened: list[Person] = []

    def open_for(study: Path, reader: str = "R1", **options: object) -> Person:
        person = Person(study, reader, **options)  # type: ignore[arg-type]
        opened.append(person)
        return person

    yield open_for
    for person in opened:
        person.leave()
