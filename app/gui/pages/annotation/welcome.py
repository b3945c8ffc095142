"""What the page shows before a folder is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.centred import centred
from app.gui.widgets.labels import muted, plain, title


class AnnotationWelcome(QWidget):
    """`folder_requested()`; `code` is whose annotations they will be."""

    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = muted(
            "Every change is saved at once into the folder “annotations” beside the scans, one file per scan "
            "and annotator. Labelme files that lie beside the scans are taken over."
        )
        self.code = QLineEdit("R1")
        self.code.setMaxLength(40)
        self.code.setFixedWidth(em(self, 8))
        label = plain("&Annotator", wraps=False)
        label.setBuddy(self.code)
        self.folder_button = QPushButton("Choose a folder…")
        self.folder_button.setProperty("primary", True)
        self.folder_button.clicked.connect(self.folder_requested)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.code)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(em(self, 0.7))
        column.addWidget(title("Outline lesions on a folder of scans"))
        column.addWidget(words)
        column.addLayout(row)
        centred(inside, self, 36.0)
