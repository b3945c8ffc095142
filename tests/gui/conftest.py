"""What every test of the window stands on: its own font, patience, and a program opened by its front door."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import paths
from app.gui.application import build
from app.gui.main_window import MainWindow
from app.gui.research_use import acknowledgement_now
from app.settings import SettingsStore
from app.window_request import WindowRequest
from tests.patience import PATIENCE_S

OpenProgram = Callable[..., MainWindow]
PATIENCE_MS = round(1000 * PATIENCE_S)


class PatientBot(QtBot):
    """Waits for what happens, not for a number of seconds that some machine once needed."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 0) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal, *, timeout: int = 0, **more):  # type: ignore[no-untyped-def]  # pytest-qt's own
        return super().waitSignal(signal, timeout=_patient(timeout, more), **more)

    def waitSignals(self, signals, *, timeout: int = 0, **more):  # type: ignore[no-untyped-def]  # pytest-qt's own
        return super().waitSignals(signals, timeout=_patient(timeout, more), **more)

    def waitExposed(self, widget: QWidget, *, timeout: int = 0):  # type: ignore[no-untyped-def]  # pytest-qt's own
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE_MS))


def _patient(timeout: int, more: Mapping[str, object]) -> int:
    """A wait that may be in vain, as that for a signal that must not come, ends when it was told to."""
    return timeout if more.get("raising") is False else max(timeout, PATIENCE_MS)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with patience."""
    return PatientBot(request)


@pytest.fixture(autouse=True, scope="session")
def own_font(qapp: QApplication) -> None:
    """The same letters on every machine: what fits into a window depends on them."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    fonts = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"):
        assert QFontDatabase.addApplicationFont(str(fonts / name)) >= 0
    qapp.setFont(QFont("DejaVu Sans", 10))


@pytest.fixture(params=[100, 115, 130], ids="letters of {} %".format)
def letters(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[int]:
    """How wide the letters are, in per cent: other systems have wider fonts, or round them up."""
    usual = qapp.font()
    wide = QFont(usual)
    wide.setStretch(request.param)
    qapp.setFont(wide)
    yield request.param
    qapp.setFont(usual)


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
