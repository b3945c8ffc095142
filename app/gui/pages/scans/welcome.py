"""What the library shows before anything was added: what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui.icons import drawing
from app.gui.theme import em
from app.gui.widgets.centred import centred
from app.gui.widgets.labels import muted, plain, title


class LibraryWelcome(QWidget):
    """An invitation to drop scans, with buttons that do the same, and the demo for whoever has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = plain(wraps=False)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        head = title("Drop scans here")
        head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.files_button = QPushButton("Open scans…")
        self.files_button.setProperty("primary", True)
        self.folder_button = QPushButton("Open a folder…")
        self.study_button = QPushButton("Open a study…")
        self.demo_button = QPushButton("Try the demo")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(em(self, 0.5))
        column.addWidget(self.picture)
        column.addWidget(head)
        column.addWidget(
            _quiet(
                "Whole-body bone scans as DICOM, TIFF or PNG: single files, or a folder with thousands of "
                "them. Nothing is changed or copied."
            )
        )
        column.addLayout(_row(self.files_button, self.folder_button))
        column.addSpacing(em(self, 1.2))
        column.addWidget(
            _quiet(
                "Readers open the study that their coordinator gave them. With no scans at hand, the demo "
                "is a study of simulated ones."
            )
        )
        column.addLayout(_row(self.study_button, self.demo_button))
        centred(inside, self, 36.0)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the picture when colours or text size change."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "picture"):
            self._dress()

    def _dress(self) -> None:
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self.picture.setPixmap(QPixmap.fromImage(drawing("drop", quiet, em(self, 3.5))))


def _quiet(words: str) -> QLabel:
    label = muted(words)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for button in buttons:
        button.setAutoDefault(True)
        row.addWidget(button)
    row.addStretch(1)
    return row
