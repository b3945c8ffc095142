"""Files that the system asks the running program to open: macOS names them by an event, not as words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from app.errors import AppError
from app.gui.main_window import MainWindow


class OpenedFiles(QObject):
    """Shows them in the window, as if they had been named when it was started.

    It hears every event of the program, which costs time: only for a system that names files so.
    """

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the event, and leave all others."""
        if not isinstance(event, QFileOpenEvent):
            return False
        from app.workflows.opened import window_on

        try:
            self._window.open_page(window_on([event.file()]))
        except AppError as error:
            self._window.banners.error(error)
        return True
