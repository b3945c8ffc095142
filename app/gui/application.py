"""The composition root: settings, log, theme, window; here and nowhere else they learn of each other."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app import __version__, paths
from app.gui.icons import application_icon
from app.gui.log import start_logging, stop_logging
from app.gui.main_window import MainWindow
from app.gui.opened_files import OpenedFiles
from app.gui.spoken import speak
from app.gui.theme import apply_theme
from app.gui.window_place import WindowPlace
from app.settings import Settings, SettingsStore
from app.window_request import WindowRequest

log = logging.getLogger(__name__)

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}


def open_window(request: WindowRequest) -> int:
    """Open the window on what `request` asks for and stay until it is closed; returns the exit status."""
    window = build(request)
    stop_watching = watch_for_the_unexpected(window)
    window.show()
    window.activateWindow()
    try:
        return QApplication.exec()
    finally:
        stop_watching()
        window.close_for_good()
        stop_logging()


def build(request: WindowRequest) -> MainWindow:
    """Make the window, not shown yet, on the folders that `app.paths` names."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("ScintiRead")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("scintiread")
    application.setWindowIcon(application_icon())
    memory, no_log = start_logging(paths.user_logs())
    settings = SettingsStore(paths.user_config() / "settings.json")
    speak(application, settings.current.language)
    dressed = _dress(application, settings.current, ("", 0))
    window = MainWindow(settings, memory, WindowPlace(paths.user_config() / "window"))
    if sys.platform == "darwin":
        OpenedFiles(application, window)
    log.info("ScintiRead %s started", __version__)

    def follow(changed: Settings) -> None:
        nonlocal dressed
        dressed = _dress(application, changed, dressed)

    settings.on_change(follow)
    for problem in (*settings.problems, *([no_log] if no_log else [])):
        window.banners.warn(problem)
    window.open_page(request)
    return window


def _dress(application: QApplication, settings: Settings, before: tuple[str, int]) -> tuple[str, int]:
    wanted = (settings.theme, settings.scale_percent)
    if wanted != before:
        apply_theme(application, *wanted)
    return wanted


def watch_for_the_unexpected(window: MainWindow) -> Callable[[], None]:
    """Bring what nobody caught to the window and the log; the returned call gives the hooks back."""

    def in_window(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close_for_good()
        else:
            log.error("Unexpected", exc_info=error.with_traceback(trace))
            window.unexpected()

    def in_thread(args: threading.ExceptHookArgs) -> None:
        log.error("Unexpected in a thread", exc_info=args.exc_value)

    def from_qt(level: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        log.log(_QT_LEVELS.get(level, logging.ERROR), "Qt: %s", text)

    before = (sys.excepthook, threading.excepthook)
    # Qt's loop would not hear Ctrl+C in a terminal; submitted answers are durable, so it may just end
    interrupt = signal.signal(signal.SIGINT, signal.SIG_DFL)

    def stop() -> None:
        sys.excepthook, threading.excepthook = before
        qInstallMessageHandler(None)
        if interrupt is not None:
            signal.signal(signal.SIGINT, interrupt)

    sys.excepthook = in_window
    threading.excepthook = in_thread
    qInstallMessageHandler(from_qt)
    return stop
