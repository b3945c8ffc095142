"""Class, bone, confidence and comment of the chosen lesions, below the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from app.annotation.classes import ClassTable
from app.annotation.region import Region
from app.gui.canvas.choice_box import ChoiceBox
from app.gui.pages.annotation.lesion_cells import confidence_text
from app.gui.pages.annotation.own_fields import OwnFields
from app.gui.pages.annotation.typed_line import TypedLine
from app.quantification.bones import bone_table

_STEPS = range(0, 101, 10)
_MOST_LETTERS = 500


class LesionEditor(QWidget):
    """`changed(field, value)`: another class, bone, confidence (0-100 or None) or comment was given."""

    changed = Signal(str, object)

    def __init__(self, table: ClassTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.class_box = self._box("Class of the chosen lesions")
        self.bone_box = self._box("Bone region of the chosen lesions")
        self.bone_box.addItem("bone —", "")
        for bone in bone_table().bones:
            self.bone_box.addItem(bone.title, bone.title)
        self.sure_box = self._box("How sure you are of the chosen lesions")
        self.sure_box.addItem("sure —", None)
        for step in _STEPS:
            self.sure_box.addItem(confidence_text(step), float(step))
        self.comment = TypedLine()
        self.comment.setPlaceholderText("comment")
        self.comment.setMaxLength(_MOST_LETTERS)
        self.comment.setAccessibleName("Comment on the chosen lesions")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self.class_box, 0, 0)
        grid.addWidget(self.bone_box, 0, 1)
        grid.addWidget(self.sure_box, 1, 0)
        grid.addWidget(self.comment, 1, 1)
        self.own = OwnFields()
        grid.addWidget(self.own, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for field, box in (("label", self.class_box), ("bone", self.bone_box), ("rating", self.sure_box)):
            box.activated.connect(lambda _place, field=field, box=box: self._say(field, box.currentData()))
        self.comment.editingFinished.connect(self._comment)
        self._shown = ""
        self.show_table(table)
        self.show_regions(())

    def show_table(self, table: ClassTable) -> None:
        """Other classes to choose from."""
        self.class_box.clear()
        for each in table.classes:
            self.class_box.addItem(each.name, each.name)

    def show_regions(self, regions: Sequence[Region]) -> None:
        """Show what the lesions of these regions have in common."""
        self.setEnabled(bool(regions))
        for field, box in (("label", self.class_box), ("bone", self.bone_box), ("rating", self.sure_box)):
            values = {getattr(region, field) for region in regions}
            box.setCurrentIndex(_place_of(box, values.pop()) if len(values) == 1 else -1)
        self.own.show_regions(regions)
        comments = {region.comment for region in regions}
        self._shown = comments.pop() if len(comments) == 1 else ""
        if self.comment.text() != self._shown:
            self.comment.setText(self._shown)

    def _box(self, name: str) -> QComboBox:
        box = ChoiceBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        return box

    def _comment(self) -> None:
        text = self.comment.text().strip()
        if text != self._shown:
            self._shown = text
            self._say("comment", text)

    def _say(self, field: str, value: object) -> None:
        self.changed.emit(field, value)


def _place_of(box: QComboBox, value: object) -> int:
    """The entry with a value; a confidence from elsewhere may lie between two steps: none."""
    return next((place for place in range(box.count()) if box.itemData(place) == value), -1)
