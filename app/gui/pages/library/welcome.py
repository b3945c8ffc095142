"""What the library shows before anything was added: what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui.icons import drawing
from app.gui.theme import em


class Welcome(QWidget):
    """An invitation to drop scans, with buttons that do the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QLabel()
        title = QLabel("Drop scans here")
        title.setProperty("role", "heading")
        words = QLabel(
            "Whole-body bone scans as DICOM, TIFF or PNG: single files, or a folder with thousands of them. "
            "Nothing is changed or copied. To read a study, choose it under “Recent studies” "
            "or open its folder."
        )
        words.setProperty("role", "quiet")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setMaximumWidth(em(self, 34))
        words.setMinimumWidth(em(self, 18))
        self.files_button = QPushButton("Open scans…")
        self.files_button.setProperty("primary", True)
        self.folder_button = QPushButton("Open a folder…")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.files_button, self.folder_button):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(em(self, 0.8))
        column.addLayout(buttons)
        column.addStretch(3)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the picture when colours or text size change."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "picture"):
            self._dress()

    def _dress(self) -> None:
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self.picture.setPixmap(QPixmap.fromImage(drawing("drop", quiet, em(self, 3.5))))
