"""Words of strangers - titles, codes, file names - are shown as they are and nothing in them is followed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.gui.widgets.labels import plain, tip
from app.window_request import WindowRequest
from app.workflows.study.new import Ingredients, new_study
from tests.gui.conftest import OpenProgram
from tests.study.helpers import protocol
from tests.workflows.studies import write_scans

TAGS = "<img src='file:pixel.png'><b>Title</b>"


@pytest.mark.parametrize("words", [TAGS, "a < b", "plain", f"first\n{TAGS}"])
def test_a_tool_tip_and_a_label_show_tags_as_they_are(words: str, qtbot: QtBot) -> None:
    label = plain(words)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    shown = tip(words)
    assert "<img" not in shown and "<b>" not in shown
    assert shown == words or shown.startswith("<qt>")


def followed(window: QWidget) -> list[str]:
    """Labels and tool tips of a window in which Qt would follow tags of a stranger."""
    found = [
        label.text()
        for label in window.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText and TAGS in label.text()
    ]
    return found + [each.toolTip() for each in window.findChildren(QWidget) if TAGS in each.toolTip()]


def test_a_study_s_title_with_tags_is_shown_as_it_is_on_every_page(
    tmp_path: Path, open_program: OpenProgram, qtbot: QtBot
) -> None:
    write_scans(tmp_path / "scans", 2)
    made = new_study(tmp_path / "study", tmp_path / "scans", Ingredients(replace(protocol(), title=TAGS)))
    window = open_program(WindowRequest(page="coordinator", study=made.path))
    qtbot.waitUntil(
        lambda: any(TAGS in label.text() for label in window.findChildren(QLabel)), timeout=20_000
    )
    for page in ("reading", "library", "coordinator"):
        window.open_page(WindowRequest(page=page, study=made.path))
        assert followed(window) == []
