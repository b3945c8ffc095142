"""What a command says where nobody hears it: Windows starts the window's program without a console."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox


def show_unheard(said: str) -> None:
    """Show it in a box of its own, and wait until that is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setApplicationName("ScintiRead")
    box = QMessageBox(QMessageBox.Icon.Warning, "ScintiRead", said)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
