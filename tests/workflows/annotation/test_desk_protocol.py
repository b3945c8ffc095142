"""The protocol of an annotated folder says which check keeps a case from being done."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.annotation.checks import CheckKind
from app.errors import AppError
from app.workflows.annotation.desk_protocol import FILE, CheckRule, read_desk_protocol


def test_without_a_protocol_checks_ask_and_a_bladder_is_shown(tmp_path: Path) -> None:
    protocol = read_desk_protocol(tmp_path)
    assert {protocol.rule(kind) for kind in CheckKind if kind is not CheckKind.BLADDER} == {CheckRule.ASK}
    assert protocol.rule(CheckKind.BLADDER) is CheckRule.SHOW


def test_a_folder_says_what_blocks(tmp_path: Path) -> None:
    (tmp_path / "protocol.toml").write_text('[checks]\nbladder = "block"\n"two classes" = "off"\n')
    protocol = read_desk_protocol(tmp_path)
    assert protocol.rule(CheckKind.BLADDER) is CheckRule.BLOCK
    assert protocol.rule(CheckKind.CLASSES) is CheckRule.OFF
    assert protocol.rule(CheckKind.OVERLAP) is CheckRule.ASK


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("checks = 3", "checks"),
        ('[checks]\nlungs = "block"', "“lungs” is no check; there are unlinked, overlap"),
        ('[checks]\noverlap = "never"', "“overlap” may be block, ask, show, off"),
        ("[checks", "no TOML"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "protocol.toml").write_text(content)
    with pytest.raises(AppError, match=r"protocol\.toml") as caught:
        read_desk_protocol(tmp_path)
    assert named in str(caught.value)


def test_a_folder_asks_fields_of_its_lesions(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '[lesion]\nfields = ["texture | Texture | choice lytic, sclerotic", "pain | Pain | optional text"]\n'
    )
    protocol = read_desk_protocol(tmp_path)
    assert [each.key for each in protocol.fields] == ["texture", "pain"]
    assert protocol.needed == {"texture": "Texture"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('"texture"', "is no question"),
        ('"a | A | text", "a | B | text"', "stands there twice"),
        ('"a | A | text | aided"', "asked always"),
        (", ".join(f'"f{place} | F | text"' for place in range(7)), "more than 6 fields"),
        ("3", "no list of lines"),
    ],
)
def test_fields_that_cannot_be_asked_are_told(tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / FILE).write_text(f"[lesion]\nfields = [{lines}]\n")
    with pytest.raises(AppError, match=said):
        read_desk_protocol(tmp_path)
