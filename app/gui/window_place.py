"""Where the window stood and how large it was, from one start to the next."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from app.files import refusal

log = logging.getLogger(__name__)

_PREFERRED = QSize(1480, 940)
_FRAME = QSize(16, 44)
"""Room for the borders and the title bar, which are not known before the window is shown."""


class WindowPlace:
    """Remembers one window in a small file of its own; without the file the window gets a good size."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def restore(self, window: QMainWindow) -> None:
        """Put the window where it was; Qt brings it back onto a screen that is there now."""
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        window.resize(_PREFERRED.boundedTo(room - _FRAME))
        try:
            kept = self._file.read_bytes()
        except OSError:
            return  # the first start, or a file that cannot be read: the good size stands
        if not window.restoreGeometry(kept):
            log.warning("The place of the window could not be restored")

    def keep(self, window: QMainWindow) -> None:
        """Remember where the window is; nobody is kept from leaving when that cannot be written."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_bytes(window.saveGeometry().data())
        except OSError as error:
            log.warning("The place of the window could not be kept: %s", refusal(error))
