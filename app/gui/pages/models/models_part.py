"""The installed models on the left, the card of the chosen one on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme import em
from app.gui.widgets.labels import plain
from app.learning.weights import InstalledModel


class ModelsPart(QWidget):
    """`chosen` carries the place of a model in the list."""

    chosen = Signal(int)
    verify_requested = Signal()
    default_requested = Signal()
    remove_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setAccessibleName("Installed models")
        self.list.setFixedWidth(em(self, 17))
        self.list.currentRowChanged.connect(self.chosen)
        self.state = plain()
        self.card = QTextBrowser()
        self.card.setAccessibleName("Model card")
        self.card.setOpenLinks(False)  # nothing here opens a connection
        self.card.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.verify, self.default = QPushButton("Check the files"), QPushButton("Make it the default")
        self.remove = QPushButton("Remove")
        self._models: tuple[InstalledModel, ...] = ()
        for button, signal in (
            (self.verify, self.verify_requested),
            (self.default, self.default_requested),
            (self.remove, self.remove_requested),
        ):
            button.setAutoDefault(True)
            button.clicked.connect(signal)
        buttons = QHBoxLayout()
        for button in (self.verify, self.default, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.state)
        right.addLayout(buttons)
        right.addWidget(self.card, 1)
        row = QHBoxLayout(self)
        row.addWidget(self.list)
        row.addLayout(right, 1)

    def show_models(self, models: Sequence[InstalledModel], chosen: int) -> None:
        """List the models; the default one says so."""
        self._models = tuple(models)
        self.list.blockSignals(True)
        self.list.clear()
        for model in models:
            self.list.addItem(f"{model.name} {model.version}" + ("   (default)" if model.default else ""))
        self.list.setCurrentRow(chosen)
        self.list.blockSignals(False)

    def show_card(self, text: str, state: str) -> None:
        """Show a card as Markdown, or nothing."""
        self.state.setText(state)
        self.card.setMarkdown(text)
        place = self.list.currentRow()
        model = self._models[place] if 0 <= place < len(self._models) else None
        self.verify.setEnabled(model is not None)
        self.default.setEnabled(model is not None and not model.default)
        self.remove.setEnabled(model is not None and not model.shipped)
