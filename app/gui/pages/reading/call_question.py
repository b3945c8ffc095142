"""The forced call: is there a bone metastasis, yes or no."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import heading
from app.language import for_later, tr

QUESTION = for_later("Is there bone metastasis?")


class CallQuestion(QWidget):
    """Two buttons, neither chosen; `called` carries the answer."""

    called = Signal(bool)

    def __init__(self, yes_key: str, no_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.yes = QPushButton(f"{tr('Yes')}   {yes_key}".rstrip())
        self.no = QPushButton(f"{tr('No')}   {no_key}".rstrip())
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        for button, words in ((self.yes, tr("yes")), (self.no, tr("no"))):
            button.setCheckable(True)
            button.setMinimumHeight(em(self, 2.2))
            button.setAccessibleName(f"{tr(QUESTION)} {words}")
            button.toggled.connect(lambda on, button=button: _fill(button, on))
            self._group.addButton(button)
            row.addWidget(button, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading(tr(QUESTION), wraps=True))
        column.addLayout(row)
        self._group.buttonClicked.connect(lambda button: self.called.emit(button is self.yes))

    def show_call(self, call: bool | None) -> None:
        """Show the call, or that there is none."""
        # An exclusive group refuses to have none of its buttons checked.
        self._group.setExclusive(False)
        self.yes.setChecked(call is True)
        self.no.setChecked(call is False)
        self._group.setExclusive(True)


def _fill(button: QPushButton, on: bool) -> None:
    button.setProperty("primary", on)
    button.style().unpolish(button)
    button.style().polish(button)
