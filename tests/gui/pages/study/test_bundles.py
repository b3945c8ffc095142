"""The coordinator makes bundles and merges what comes back, at the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.gui.pages.study.steps import Step
from app.workflows.bundles.make import make_all_bundles
from tests.gui.pages.study.conftest import Coordinator, Sit
from tests.study.helpers import YES
from tests.workflows.bundle_studies import LOOKED, copy_of, read


def rows(me: Coordinator) -> list[tuple[str, ...]]:
    return [tuple(row) for row in me.page.bundles.findings.rows_model.rows]


def test_bundles_are_made_and_results_merged_and_everything_is_listed(
    sit: Sit, make_study: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = sit(make_study())
    me.go(Step.PROGRESS)
    panel = me.page.bundles
    me.page.progress.tabs.setCurrentWidget(panel)
    me.click(panel.make_button)
    assert "Choose a folder for the bundles." in me.told
    me.type(panel.folder.line, str(tmp_path / "out"))
    me.click(panel.make_button)
    assert "The case codes are the names of files" in me.told
    for box in (panel.no_text, panel.codes):
        box.click()
    assert "--codes-name-nobody" in panel.make_command.line.text()
    me.click(panel.make_button)
    assert [(row[0], row[1], row[2]) for row in rows(me)] == [
        ("BONE-R1.scintiread", "R1", "made"),
        ("BONE-R2.scintiread", "R2", "made"),
    ]
    bundle = tmp_path / "out" / "BONE-R1.scintiread"
    other = copy_of(bundle, tmp_path / "mail")
    ours = read(bundle, tmp_path / "home A", monkeypatch, 2, YES)
    theirs = read(other, tmp_path / "home B", monkeypatch, 1, YES)
    panel.merge_requested.emit((ours, theirs))  # the system's file dialog was answered
    me.settle()
    assert [row[2] for row in rows(me)] == ["merged", "conflict", "conflict"]
    assert "read twice" in rows(me)[2][3]
    (banner,) = me.window.banners.shown()
    assert banner.label.text() == (
        "Warning: 1 conflict. The list below says which; of a conflict both versions are kept. "
        "2 readings added from 2 files."
    )
    panel.merge_requested.emit((ours,))
    me.settle()
    assert [banner.label.text() for banner in me.window.banners.shown()] == ["0 readings added from 1 file."]
    assert me.page.progress.readers.bars["R1"].value() > 0


def test_the_ledger_follows_and_puts_texts_on_the_clipboard(
    sit: Sit, make_study: Callable[..., Path], tmp_path: Path
) -> None:
    study = make_study()
    make_all_bundles(study, tmp_path / "out", assurance=LOOKED)
    me = sit(study)
    me.go(Step.PROGRESS)
    ledger = me.page.ledger
    me.page.progress.tabs.setCurrentWidget(ledger)
    assert [(row[0], row[-1]) for row in ledger.rows.rows_model.rows] == [("R1", "made"), ("R2", "made")]
    me.click(ledger.invite_button)
    assert "Choose a line of the ledger first." in me.told
    me.qtbot.mouseClick(
        ledger.rows.viewport(),
        Qt.MouseButton.LeftButton,
        pos=ledger.rows.visualRect(ledger.rows.rows_model.index(1, 0)).center(),
    )
    me.click(ledger.invite_button)
    assert "as reader R2" in QGuiApplication.clipboard().text()
    assert "The invitation to R2 is on the clipboard." in me.told
    me.click(ledger.sent_button)
    assert [row[-1] for row in ledger.rows.rows_model.rows] == ["made", "sent"]
    me.click(ledger.remind_button)
    assert "3 cases of yours have not come back" in QGuiApplication.clipboard().text()
