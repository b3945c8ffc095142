"""What is to be looked at before a case is done; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.gui.pages.annotation.case_checks import Found
from app.gui.theme import em
from app.gui.widgets.labels import muted, tip
from app.workflows.annotation.desk_protocol import CheckRule

_UUID = Qt.ItemDataRole.UserRole
_NOTHING = "Nothing is left to look at."
_SOME = "A click goes there. What the protocol of the folder asks for is marked with a !"


class ConcernList(QWidget):
    """`region_wanted(uuid)`: look at that region."""

    region_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = muted(_NOTHING)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSpacing(em(self, 0.2))
        self.list.setAccessibleName("What is to be looked at")
        column = QVBoxLayout(self)
        column.setContentsMargins(em(self, 0.4), em(self, 0.3), em(self, 0.4), em(self, 0.3))
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        self.list.itemClicked.connect(self._chosen)
        self.list.itemActivated.connect(self._chosen)

    def show_concerns(self, found: Found) -> None:
        """Each concern, and what the protocol makes of it."""
        self.list.clear()
        for concern, rule in found:
            item = QListWidgetItem(f"{'! ' if rule is CheckRule.BLOCK else ''}{concern.text}")
            item.setToolTip(tip(concern.text))
            item.setData(_UUID, concern.uuid)
            self.list.addItem(item)
        self.words.setText(_SOME if found else _NOTHING)

    def _chosen(self, item: QListWidgetItem) -> None:
        if item.data(_UUID):
            self.region_wanted.emit(item.data(_UUID))
