"""Asks how pictures and labels from elsewhere are meant in a folder, and where the labels are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPushButton, QWidget

from app.gui.sheets.sheet import Sheet
from app.gui.widgets.labels import muted
from app.scan.scan import ViewName
from app.scan.told_sides import ToldSides

FROM_FOLDER, FROM_FILE, VIEWS_ONLY = "folder", "file", "views"


class BringInSheet(Sheet):
    """`wanted(ToldSides, str)`: which view is which, and what to do next, one of the three words above."""

    wanted = Signal(object, str)

    def __init__(self, kept: ToldSides, annotator: str, parent: QWidget) -> None:
        super().__init__("Bring in labels", parent, 40.0)
        self.content.addWidget(
            muted(
                f"Masks, Labelme, COCO, DICOM, NIfTI: they become the annotations of {annotator}. Cases that "
                f"{annotator} has annotated already stay as they are. What is said here is kept with the "
                "folder."
            )
        )
        form = QFormLayout()
        self.left = QComboBox()
        self.left.addItem("asked for each scan", None)
        for side in ViewName:
            self.left.addItem(f"the {side.value} view", side)
        self.left.setCurrentIndex(self.left.findData(kept.left))
        self.left.setAccessibleName("On the left of pictures with both views")
        form.addRow("On the left of pictures with both views:", self.left)
        words = {side: word for word, side in kept.words}
        self.words: dict[ViewName, QLineEdit] = {}
        for side, example in zip(ViewName, ("_F", "_R"), strict=True):
            line = QLineEdit(words.get(side, ""))
            line.setMaxLength(40)
            line.setPlaceholderText(f"such as {example}; empty: recognised")
            line.setAccessibleName(f"In the names of {side.value} files")
            self.words[side] = line
            form.addRow(f"In the names of {side.value} files:", line)
        self.content.addLayout(form)
        self.choose: dict[str, QPushButton] = {}
        for place, (what, text) in enumerate(
            (
                (FROM_FOLDER, "Labels in a folder…"),
                (FROM_FILE, "Labels in a file…"),
                (VIEWS_ONLY, "Only keep the views"),
            )
        ):
            button = QPushButton(text)
            button.setProperty("primary", what == FROM_FOLDER)
            button.clicked.connect(lambda _checked, what=what: self._want(what))
            self.choose[what] = button
            self.buttons.insertWidget(place, button)

    def _want(self, what: str) -> None:
        written = ((line.text().strip(), side) for side, line in self.words.items())
        left = self.left.currentData()  # Qt makes plain texts of them
        sides = ToldSides(ViewName(left) if left else None, tuple(each for each in written if each[0]))
        self.close_sheet()
        self.wanted.emit(sides, what)
