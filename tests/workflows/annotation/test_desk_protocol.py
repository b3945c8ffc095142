"""The protocol of an annotated folder says which check keeps a case from being done."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.annotation.checks import CheckKind
from app.errors import AppError
from app.workflows.annotation.desk_protocol import CheckRule, read_desk_protocol


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
