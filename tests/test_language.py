"""The words of the program in other languages: every text is there, in step, and says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

import translate
from app import language
from app.language import ENGLISH, LANGUAGES, day_in_words, for_later, named, nearest, tr, tr_counted

OTHERS = [code for code in LANGUAGES if code != ENGLISH]
RUN = "run `python translate.py`, and translate what it lists in the .po"


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    language.use(ENGLISH)


def forms(code: str) -> Iterator[tuple[str, str]]:
    """Every text of the code with each of its translations."""
    for text in translate.texts():
        said = translate.catalogue(code).get(text)
        assert said is not None, RUN
        for string in said.string if isinstance(said.string, tuple) else (said.string,):
            yield text, string


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_and_the_files_are_in_step_with_the_code(code: str) -> None:
    assert translate.untranslated(code) == [], RUN
    made = translate.updated(code)
    assert translate.file_of(code).read_bytes() == translate.written(made), RUN
    assert translate.file_of(code, "mo").read_bytes() == translate.compiled(made), RUN


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_places_for_values_and_as_many_lines(code: str) -> None:
    for text, said in forms(code):
        places = [sorted(re.findall(r"\{\w*\}", words)) for words in (text, said)]
        assert places[0] == places[1], (code, text, said)
        assert text.count("\n") == said.count("\n"), (code, text, said)
        assert said == said.strip(), (code, said)


@pytest.mark.parametrize("code", OTHERS)
def test_views_keep_their_marks_and_commands_their_spelling(code: str) -> None:
    for text, said in forms(code):
        if text in ("ANT", "POST", "PACS"):
            assert said == text
        for command in re.findall(r"`[^`]+`|--[a-z-]+", text):
            assert command in said, (code, text, said)


def test_languages_that_nobody_reviewed_say_so_in_their_own_words() -> None:
    assert named("en") == "English"
    assert named("de") == "Deutsch (maschinell übersetzt, noch zu prüfen)"
    for code in OTHERS:
        assert ("(" in named(code)) == (translate.catalogue(code).last_translator == language.BY_MACHINE)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["de-CH", "fr-CH", "en"], "de"),
        (["sv-SE", "da-DK"], "da"),
        (["en-GB", "de-DE"], "en"),
        (["zh-Hans-CN"], "zh_CN"),
        (["zh-Hant-HK"], "zh_TW"),
        (["zh_TW"], "zh_TW"),
        (["zh-SG"], "zh_CN"),
        (["ja-JP"], "ja"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_of_the_systems_languages_that_there_is_counts(wanted: list[str], code: str) -> None:
    assert nearest(wanted) == code


def test_numbers_choose_the_form_of_each_language() -> None:
    one, several = "{n} case to read", "{n} cases to read"
    said = {}
    for code in ("en", "de", "fr", "ja"):
        language.use(code)
        said[code] = [tr_counted(one, several, n) for n in (0, 1, 2)]
    assert said["en"] == ["0 cases to read", "1 case to read", "2 cases to read"]
    assert said["de"] == ["0 Fälle zu befunden", "1 Fall zu befunden", "2 Fälle zu befunden"]
    assert said["fr"] == ["0 cas à lire", "1 cas à lire", "2 cas à lire"]
    assert len(set(said["ja"])) == 3


def test_days_are_said_as_each_language_says_them() -> None:
    day = date(2026, 12, 3)
    assert day_in_words(day) == "Thursday, 3 December 2026"
    language.use("de")
    assert day_in_words(day) == "Donnerstag, 3. Dezember 2026"
    language.use("fr")
    assert day_in_words(day) == "jeudi 3 décembre 2026"


def test_what_no_catalogue_knows_stays_english_and_a_language_that_there_is_not_is_english() -> None:
    language.use("de")
    assert tr(for_later("Open a study…")) == "Studie öffnen…"
    words = "A coordinator's own words: {left} as they are"
    assert tr(words) == words
    assert tr("") == ""
    language.use("tlh")
    assert tr("Open a study…") == "Open a study…"
