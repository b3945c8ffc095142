"""The sentences are a file; a user's own copy replaces it, and what is wrong in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import paths
from app.errors import AppError
from app.report.bone_scan.wording import FILE_NAME, SECTIONS, own_wording, read_wording, shipped_wording
from tests.report.bone_scan.conftest import Reporter


def own(change: str, into: str) -> Path:
    """A user's copy with one change."""
    text = (paths.resources() / "report" / FILE_NAME).read_text(encoding="utf-8")
    assert change in text
    file = paths.user_config() / "report" / FILE_NAME
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace(change, into), encoding="utf-8")
    return file


def test_every_section_has_a_title() -> None:
    assert set(shipped_wording().tables["titles"]) == set(SECTIONS)


def test_an_own_copy_is_used_and_named_with_its_version(reported: Reporter) -> None:
    own("No scintigraphic sign of bone metastasis on this study", "Kein Hinweis auf Knochenmetastasen")
    file = own_wording()
    assert file.version == 1
    report = reported()
    assert report.document.text("interpretation").startswith("Kein Hinweis auf Knochenmetastasen")
    assert report.document.content.wording == file.title


@pytest.mark.parametrize(
    ("change", "into", "said"),
    [
        ('followup = "Regular', 'follow = "Regular', "“followup” is missing in \\[interpretation\\]"),
        ("{regions}", "{regions.__class__}", "a slot that is no plain name"),
        ("{regions}", "{0}", "a slot that is no plain name"),
        ('none = "No clinical', 'none = 4 # "No clinical', "“none” in \\[question\\] is no text"),
        ("version = 1", "", "no name or no version"),
        ("[question]", "[question", "cannot be used"),
    ],
)
def test_what_is_wrong_in_an_own_copy_is_named(change: str, into: str, said: str) -> None:
    own(change, into)
    with pytest.raises(AppError, match=said):
        own_wording()


def test_a_slot_that_nobody_fills_is_named_when_the_sentence_is_said(reported: Reporter) -> None:
    own("No clinical question was given.", "No question, {doctor}.")
    with pytest.raises(AppError, match="“none” in \\[question\\] has an unknown"):
        reported()


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="cannot be used"):
        read_wording(tmp_path / "none.toml")
