"""Edits, signature and addenda are kept in a chain, and a change by other hands is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.report.bone_scan.difference import ADDED, KEPT, REMOVED, difference
from app.report.bone_scan.document import ReportDocument, ReportEventKind, edited, signed
from app.report.bone_scan.document_file import document_bytes, is_document, read_document, write_document
from app.workflows.reports.bone_scan import BoneScanReport

T1, T2 = datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 2, 4, tzinfo=UTC)


@pytest.fixture
def draft(two: BoneScanReport) -> ReportDocument:
    return two.document


@pytest.fixture
def final(draft: ReportDocument) -> ReportDocument:
    return signed(edited(draft, "findings", "As I see it.", "Dr. Ö", T1), "Dr. Ö", T2)


def text_of(runs: Iterable[str], side: str) -> str:
    """The text before (`REMOVED`) or after (`ADDED`) that a difference stands for."""
    return "".join(run[1:] for run in runs if run[:1] in (KEPT, side))


def test_an_edit_keeps_machine_text_editor_time_and_difference(draft: ReportDocument) -> None:
    machine = draft.text("findings")
    changed = edited(draft, "findings", f"{machine} Kidneys normal.", "Dr. Ö", T1)
    (event,) = changed.edits_of("findings")
    assert changed.content.section("findings").text == machine
    assert changed.text("findings").endswith("Kidneys normal.")
    assert (event.person, event.at) == ("Dr. Ö", "2026-01-02T03:00:00.000000Z")
    assert text_of(event.difference, REMOVED) == machine
    assert text_of(event.difference, ADDED) == changed.text("findings")
    assert draft.events == ()


def test_the_second_edit_goes_from_the_first(draft: ReportDocument) -> None:
    once = edited(draft, "findings", "One.", "A", T1)
    twice = edited(once, "findings", "Two.", "B", T2)
    assert [event.text for event in twice.edits_of("findings")] == ["One.", "Two."]
    assert text_of(twice.events[1].difference, REMOVED) == "One."


def test_the_same_text_is_no_edit(draft: ReportDocument) -> None:
    assert edited(draft, "findings", draft.text("findings"), "A", T1) is draft


def test_a_signature_locks_and_later_words_become_an_addendum(final: ReportDocument) -> None:
    assert final.state == "Signed by Dr. Ö, 2026-01-02 04:00 UTC"
    added = edited(final, "findings", "Old films came.", "Dr. B", T2)
    assert added.text("findings") == "As I see it."
    assert [event.kind for event in added.events] == [
        ReportEventKind.EDIT,
        ReportEventKind.SIGNATURE,
        ReportEventKind.ADDENDUM,
    ]
    assert added.addenda[0].text == "Old films came."
    assert added.state.endswith("with addendum")
    with pytest.raises(AppError, match=r"signed already, by Dr\. Ö"):
        signed(final, "Dr. B", T2)


def test_nobody_edits_or_signs_without_a_name(draft: ReportDocument) -> None:
    with pytest.raises(AppError, match="An edit needs a name"):
        edited(draft, "findings", "x", "  ", T1)
    with pytest.raises(AppError, match="A signature needs a name"):
        signed(draft, "", T1)


def test_unknown_sections_and_empty_texts_are_refused(draft: ReportDocument) -> None:
    with pytest.raises(AppError, match="no section “summary”"):
        edited(draft, "summary", "x", "A", T1)
    with pytest.raises(AppError, match="1 to"):
        edited(draft, "findings", " ", "A", T1)


def test_a_document_comes_back_from_the_disk_as_it_was(final: ReportDocument, tmp_path: Path) -> None:
    file = tmp_path / "a.report.json"
    write_document(file, final)
    assert is_document(file)
    assert read_document(file) == final
    assert document_bytes(read_document(file)) == file.read_bytes()


def _machine_text(content: dict[str, Any]) -> None:
    content["content"]["sections"][2]["text"] = "No focus."


def _edit(content: dict[str, Any]) -> None:
    content["events"][0]["text"] = "Normal."


def _signer(content: dict[str, Any]) -> None:
    content["events"][1]["person"] = "Dr. X"


def _without_edit(content: dict[str, Any]) -> None:
    del content["events"][0]


def _number(content: dict[str, Any]) -> None:
    content["content"]["facts"]["indices"]["eod"] = 0


def _image(content: dict[str, Any]) -> None:
    content["pictures"][0]["png"] = content["pictures"][1]["png"]


def _unsigned(content: dict[str, Any]) -> None:
    del content["events"][1]


def _section_gone(content: dict[str, Any]) -> None:
    del content["content"]["sections"][4]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_machine_text, "after Dr. Ö had signed it: the machine text of Findings"),
        (_edit, "edit 1 by Dr. Ö"),
        (_signer, "signature 2 by Dr. X"),
        (_without_edit, "signature 1 by Dr. Ö"),
        (_number, "the facts"),
        (_image, "the anterior image"),
        (_unsigned, "by hand: the state"),
        (_section_gone, "the machine text of Interpretation"),
    ],
)
def test_what_was_altered_by_hand_is_named(
    change: Callable[[dict[str, Any]], None], named: str, final: ReportDocument, tmp_path: Path
) -> None:
    file = tmp_path / "a.report.json"
    write_document(file, final)
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(AppError, match=named):
        read_document(file)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_one_sentence(share: float, final: ReportDocument, tmp_path: Path) -> None:
    file = tmp_path / "a.report.json"
    whole = document_bytes(final)
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(AppError, match="cannot be used"):
        read_document(file)


def test_a_later_schema_is_not_guessed_at(final: ReportDocument, tmp_path: Path) -> None:
    file = tmp_path / "a.report.json"
    file.write_bytes(document_bytes(final).replace(b'"schema": 1', b'"schema": 2'))
    with pytest.raises(AppError, match="later version"):
        read_document(file)


def test_a_phrase_is_replaced_as_a_whole() -> None:
    assert difference("One. Regular follow-up is due. End.", "One. Come in 3 months. End.") == (
        "=One. ",
        "-Regular follow-up is due.",
        "+Come in 3 months.",
        "= End.",
    )


_WORDS = st.lists(st.sampled_from(["rib", "left", "Fokus", "\n", " ", "ü", "<b>", "+", "-"]), max_size=12)


@given(_WORDS, _WORDS)
def test_both_texts_come_back_from_a_difference(before: list[str], after: list[str]) -> None:
    old, new = "".join(before), "".join(after)
    runs = difference(old, new)
    assert text_of(runs, REMOVED) == old
    assert text_of(runs, ADDED) == new
