from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import app.__main__
from app import paths
from app.gui.application import build, watch_for_the_unexpected
from app.gui.main_window import MainWindow
from app.gui.messages import Banner
from app.gui.opened_files import OpenedFiles
from app.settings import SettingsStore
from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram

ROOT = Path(app.__main__.__file__).parent.parent


def main_window() -> MainWindow:
    return next(
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, MainWindow) and widget.isVisible()
    )


def during_main(step: object) -> int:
    """Run the program from its front door; `step` is called once the window stands, then it is closed."""
    problems: list[BaseException] = []

    def act() -> None:
        focus = QApplication.focusWidget()
        if focus is None or focus.window() is not main_window():  # not active yet: a busy machine is slow
            main_window().activateWindow()  # as a window manager does with a program that was just started
            QTimer.singleShot(20, act)
            return
        try:
            step(main_window())  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  (carried out of the event loop)
            problems.append(error)
        finally:
            main_window().close()

    QTimer.singleShot(200, act)
    status = app.__main__.main([])
    if problems:
        raise problems[0]
    return status


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or main_window(), key, modifier)


def test_the_program_opens_on_the_library_and_ends_with_zero(
    qapp: QApplication, settings: SettingsStore
) -> None:
    seen: list[str] = []
    assert during_main(lambda window: seen.append(window.windowTitle())) == 0
    assert seen == ["Library – ScintiRead"]


def test_the_first_start_asks_to_acknowledge_and_enter_is_enough(qapp: QApplication) -> None:
    def step(window: MainWindow) -> None:
        assert window.gate is not None
        assert window.pages == {}
        press(Qt.Key.Key_Return)
        assert window.gate is None
        assert "library" in window.pages

    during_main(step)
    stored = json.loads((paths.user_config() / "settings.json").read_text())
    assert stored["research_use_acknowledged"].startswith("0.1.0 20")


def test_no_key_leads_past_the_acknowledgement(qapp: QApplication) -> None:
    control = Qt.KeyboardModifier.ControlModifier

    def step(window: MainWindow) -> None:
        for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_O, Qt.Key.Key_Comma, Qt.Key.Key_L):
            press(key, control)
        for key in (Qt.Key.Key_F1, Qt.Key.Key_Escape, Qt.Key.Key_Y):
            press(key)
        window.open_page(WindowRequest(page="settings"))
        assert window.gate is not None
        assert window.pages == {}
        assert window.sheet is None
        assert not window.menuBar().isVisible()

    during_main(step)
    assert SettingsStore(paths.user_config() / "settings.json").current.research_use_acknowledged == ""


def test_what_was_asked_for_is_shown_after_the_acknowledgement(qtbot: QtBot) -> None:
    window = build(WindowRequest(page="settings"))
    qtbot.addWidget(window)
    window.show()
    assert window.gate is not None
    window.gate.accept_button.click()
    assert list(window.pages) == ["settings"]


def test_the_acknowledgement_that_cannot_be_saved_leads_nowhere(qtbot: QtBot, home: Path) -> None:
    window = build(WindowRequest())
    qtbot.addWidget(window)
    window.show()
    (home / "config").rmdir() if (home / "config").exists() else None
    (home / "config").write_text("in the way")
    assert window.gate is not None
    window.gate.accept_button.click()
    assert window.gate is not None
    assert "could not be saved" in window.banners.shown()[0].text


def test_corrupt_settings_start_the_program_with_defaults_and_a_banner(qtbot: QtBot, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.json").write_text('{"theme": "li')
    window = build(WindowRequest())
    qtbot.addWidget(window)
    assert window.settings.current.theme == "dark"
    assert "damaged" in window.banners.shown()[0].text
    assert (home / "config" / "settings.json.bad").is_file()


def test_an_exception_that_nobody_caught_becomes_a_banner_and_a_line_in_the_log(
    open_program: OpenProgram, qtbot: QtBot, home: Path
) -> None:
    window = open_program()
    stop = watch_for_the_unexpected(window)
    patient = "Mustermann"

    def fail() -> None:
        raise RuntimeError(f"'{patient}^Erika' in /data/{patient}/scan.dcm")

    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: bool(window.banners.shown()))
    stop()
    banner = window.banners.shown()[0]
    assert banner.level == "error"
    assert patient not in banner.label.text()
    assert banner.action_button is not None
    banner.action_button.click()
    assert window.sheet is not None
    assert window.sheet.title == "Log"
    written = (home / "logs" / "scintiread.log").read_text()
    assert "RuntimeError" in written
    assert patient not in written


def test_a_page_that_cannot_be_made_leaves_the_others_alone(
    open_program: OpenProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_program()
    from app.gui.pages.settings.view import SettingsPage

    def fail(_page: object, _context: object) -> None:
        raise OSError("nothing works")

    monkeypatch.setattr(SettingsPage, "build", fail)
    window.open_page(WindowRequest(page="settings"))
    assert window.banners.shown()[0].level == "error"
    assert window.windowTitle() == "Library – ScintiRead"
    assert window.rail.buttons["library"].isChecked()


def test_keys_lead_from_page_to_page(open_program: OpenProgram) -> None:
    window = open_program()
    press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle() == "Settings – ScintiRead"
    press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle() == "Library – ScintiRead"


def test_a_page_that_cannot_be_left_stays(open_program: OpenProgram) -> None:
    window = open_program()
    window.pages["library"].can_leave = lambda: False  # type: ignore[method-assign]
    window.open_page(WindowRequest(page="settings"))
    assert window.windowTitle() == "Library – ScintiRead"
    assert window.rail.buttons["library"].isChecked()


def test_a_quiet_page_hides_navigation_and_menus_until_it_is_left(open_program: OpenProgram) -> None:
    window = open_program()
    around = (window.rail, window.menuBar(), window.statusBar())
    window.pages["library"]._context.set_quiet(True)  # type: ignore[attr-defined]
    assert not any(each.isVisible() for each in around)
    window.open_page(WindowRequest(page="settings"))
    assert all(each.isVisible() for each in around)


def test_theme_and_size_change_at_once(open_program: OpenProgram, qapp: QApplication) -> None:
    window = open_program()
    before = (qapp.palette().window().color().lightness(), window.fontMetrics().height())
    window.settings.change(theme="light", scale_percent=200)
    assert qapp.palette().window().color().lightness() > before[0] + 100
    assert window.fontMetrics().height() >= 1.8 * before[1]


def test_a_study_that_was_opened_is_remembered(open_program: OpenProgram, tmp_path: Path) -> None:
    window = open_program()
    window.open_page(WindowRequest(page="library", study=tmp_path))
    assert window.settings.current.recent_studies == (str(tmp_path),)


def fresh(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_window_stands_without_any_library_that_only_later_work_needs(settings: SettingsStore) -> None:
    code = """
import sys
from app.gui.application import build
from app.window_request import WindowRequest
from PySide6.QtWidgets import QApplication
window = build(WindowRequest())
window.show()
QApplication.processEvents()
assert "library" in window.pages
window.close()
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
    late = {
        "torch",
        "pydicom",
        "scipy",
        "pandas",
        "matplotlib",
        "skimage",
        "sklearn",
        "openpyxl",
        "xlsxwriter",
        "nibabel",
        "shapely",
        "PIL",
        "numpy",
        "multiprocessing",
    }
    assert late.isdisjoint(fresh(code).split())


def test_twenty_thousand_signals_do_not_abort_the_interpreter() -> None:
    code = """
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rung = Signal(bool)
bell, heard = Bell(), []
bell.rung.connect(heard.append)
for _ in range(20_000):
    bell.rung.emit(True)
print(len(heard))
"""
    assert fresh(code).strip() == "20000"


def test_a_file_that_the_system_asks_to_open_is_shown_in_the_running_window(
    open_program: OpenProgram, qapp: QApplication, tmp_path: Path
) -> None:
    """macOS tells a program by an event which file was opened with it."""
    window = open_program()
    OpenedFiles(qapp, window)
    bundle = tmp_path / "R1.Scintiread"
    bundle.write_bytes(b"no bundle at all")
    QApplication.sendEvent(qapp, QFileOpenEvent(str(bundle)))
    assert window.windowTitle().startswith("Reading")
    QApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / "gone.scintiread")))
    assert any("gone.scintiread" in banner.text for banner in window.banners.findChildren(Banner))
