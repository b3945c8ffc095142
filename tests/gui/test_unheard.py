"""The program without a console, as Windows starts it from a menu or to open a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.__main__ import main


def test_what_is_wrong_with_an_opened_file_is_said_in_a_box(
    qtbot: QtBot, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def read_and_close() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        box.accept()

    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    QTimer.singleShot(0, read_and_close)
    assert main([str(tmp_path / "R1.scintiread")]) == 2
    (words,) = said
    assert "R1.scintiread is neither a command nor a file" in words


def test_what_went_well_needs_no_box(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["models", "list"]) == 0
