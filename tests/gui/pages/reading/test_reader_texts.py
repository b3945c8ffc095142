"""Consent and instructions: read before the first case, confirmed on record, asked for again when changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from app.study.canonical import sha256_text
from app.study.reader_texts import ReaderTexts, TextKind, confirmation, unconfirmed
from app.workflows.study.export import study_export
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import protocol

TEXTS = ReaderTexts("Your times are kept.\n\nYou may stop at any time.", "Look at both views.")


def test_a_reader_agrees_reads_the_instructions_and_is_not_asked_again(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = study(protocol(texts=TEXTS))
    person = sit(folder)
    assert person.curtain == "Before you take part"
    assert person.page.curtain.curtain is not None
    assert person.page.curtain.curtain.lines == ("Your times are kept.", "You may stop at any time.")
    person.key(Qt.Key.Key_Return)
    assert person.curtain == "Before you take part", "nobody agrees by habit"
    person.choose("I agree")
    assert person.curtain == "Instructions"
    person.key(Qt.Key.Key_Return)
    assert person.curtain == "Test study"
    person.start()
    person.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    person.choose("Show the instructions")
    assert person.page.curtain.curtain.lines == ("Look at both views.",)
    person.key(Qt.Key.Key_Return)
    assert person.curtain == "" and not person.session.snapshot.paused
    person.leave()
    assert sit(folder).curtain == "Test study"
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    table = (tmp_path / "out" / "questionnaires.csv").read_text(encoding="utf-8")
    assert (
        f"R1,consent,sha256,{sha256_text(TEXTS.consent)}" in table
        and "R1,instructions,confirmed,yes" in table
    )


def test_who_does_not_agree_is_back_in_the_library_and_is_asked_the_next_time(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study(protocol(texts=TEXTS))
    person = sit(folder)
    person.choose("I do not take part")
    assert person.page.presenter is None
    assert sit(folder).curtain == "Before you take part"


def test_a_text_that_was_changed_is_asked_for_again() -> None:
    told = [{"occasion": kind.value, "answers": confirmation(TEXTS.of(kind))} for kind in TextKind]
    assert unconfirmed(TEXTS, told) == ()
    assert unconfirmed(ReaderTexts(TEXTS.consent, "Look twice."), told) == (TextKind.INSTRUCTIONS,)
    assert unconfirmed(ReaderTexts(), []) == ()
