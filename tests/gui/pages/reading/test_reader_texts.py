"""Consent and instructions: read before the first case, confirmed on record, asked for again when changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app import paths
from app.language import ENGLISH, use
from app.settings import SettingsStore
from app.study.canonical import sha256_text
from app.study.case import frozen_sha256
from app.study.protocol import AnswerRules
from app.study.protocol_file import parse_protocol, protocol_text
from app.study.protocol_problems import protocol_problems
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


IN_GERMAN = ReaderTexts(
    "Your times are kept.\n\nYou may stop at any time.",
    "Look at both views.",
    translations=(
        "de | consent | Ihre Zeiten werden aufbewahrt.",
        "de | consent | Sie können jederzeit aufhören.",
        "de | How good is the scan? | Wie gut ist die Aufnahme?",
        "de | good | gut",
    ),
)


def test_who_reads_in_another_language_sees_and_confirms_the_studys_texts_in_it(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    SettingsStore(paths.user_config() / "settings.json").change(language="de")
    rules = AnswerRules(questions=("quality | How good is the scan? | choice good, bad",))
    folder = study(protocol(texts=IN_GERMAN, answer=rules))
    try:
        person = sit(folder)
        assert person.page.curtain.curtain is not None
        said = ("Ihre Zeiten werden aufbewahrt.", "Sie können jederzeit aufhören.")
        assert person.page.curtain.curtain.lines == said
        person.choose("Ich stimme zu")
        assert person.page.curtain.curtain.lines == ("Look at both views.",), "nobody translated these"
        person.key(Qt.Key.Key_Return)
        person.start()
        field = person.panel.questions.fields["quality"]
        assert field.question.text == "Wie gut ist die Aufnahme?"
        assert [button.text() for button in field.choices.values()] == ["gut", "bad"]
        person.click(field.choices["good"])
        person.answer("n", "1")
        person.submit()
        person.wait_for_case()
        assert person.session.last_reading().answer.answers == {"quality": "good"}
        person.leave()
    finally:
        use(ENGLISH)
    SettingsStore(paths.user_config() / "settings.json").change(language="en")
    assert sit(folder).curtain == "Test study", "what was confirmed in one language is confirmed"
    study_export(folder, tmp_path / "out", ("csv",))
    table = (tmp_path / "out" / "questionnaires.csv").read_text(encoding="utf-8")
    sha = sha256_text("Ihre Zeiten werden aufbewahrt.\n\nSie können jederzeit aufhören.")
    assert f"R1,consent,sha256,{sha}" in table
    assert study_verify(folder).ok


def test_translations_leave_the_hash_of_studies_that_have_none() -> None:
    texts = ReaderTexts("Your times are kept.")
    without = frozen_sha256(protocol(texts=texts), [])
    assert without == "4014afd4b86ca9864db86cf7f8188cbc1b5ae253d8a7cd5076c9eb0ca8da49f4"
    assert frozen_sha256(protocol(texts=replace(texts, translations=("de | consent | Ja.",))), []) != without


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("de | consent", "is not “language | text | in that language”"),
        ("xx | consent | Ja.", "there is no language xx"),
        ("de | How old is the scan? | Wie alt?", "the protocol has no text “How old is the scan?”"),
    ],
)
def test_a_translation_that_says_nothing_is_named(line: str, why: str) -> None:
    (problem,) = protocol_problems(protocol(texts=ReaderTexts(translations=(line,))))
    assert problem.path == "texts.translations"
    assert why in str(problem)


def test_translations_stand_in_the_protocols_file() -> None:
    asked = AnswerRules(questions=("quality | How good is the scan? | choice good, bad",))
    made = protocol(texts=IN_GERMAN, answer=asked)
    assert parse_protocol(protocol_text(made)) == made
