"""What every test of the window stands on: a program that is opened by its front door and closed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import paths
from app.gui.application import build
from app.gui.main_window import MainWindow
from app.gui.research_use import acknowledgement_now
from app.settings import SettingsStore
from app.workflows.window_request import WindowRequest

OpenProgram = Callable[..., MainWindow]


@pytest.fixture
def settings(home: Path) -> SettingsStore:
    """Settings of somebody who has acknowledged what the program is for."""
    store = SettingsStore(paths.user_config() / "settings.json")
    store.change(research_use_acknowledged=acknowledgement_now())
    return store


@pytest.fixture
def open_program(qtbot: QtBot, settings: SettingsStore) -> Iterator[OpenProgram]:
    """Opens the window on a request and waits until it is on the screen; closes it after the test."""
    opened: list[MainWindow] = []

    def open_for(request: WindowRequest | None = None, **chosen: object) -> MainWindow:
        if chosen:
            settings.change(**chosen)
        window = build(request or WindowRequest())
        opened.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_for
    for window in opened:
        window.close_for_good()
        window.deleteLater()
