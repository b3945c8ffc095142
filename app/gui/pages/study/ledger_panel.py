"""Where every bundle is, and the texts that go with it, for the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import muted
from app.gui.widgets.rows_table import Row, RowsTable

_ABOUT = (
    "Nothing is sent from here: choose a line, copy its text, and write as you always do. That a bundle was "
    "opened is known once its results came back."
)
_HEADERS = ("Reader", "Bundle", "Version", "Made", "Sent", "Opened", "Returned", "How it stands")


class LedgerPanel(QWidget):
    """Draws the ledger; what is asked for is of the reader of the chosen line."""

    sent_requested = Signal(str)
    invitation_requested = Signal(str)
    reminder_requested = Signal(str)

    def __init__(self, command: CommandLine) -> None:
        super().__init__()
        self.rows = RowsTable(
            "Ledger of the bundles", _HEADERS, (5, 7, 5, 7, 7, 7, 7), 5, "No bundle was made yet."
        )
        self.sent_button = QPushButton("It was sent")
        self.invite_button = QPushButton("Copy the invitation")
        self.remind_button = QPushButton("Copy a reminder")
        buttons = QHBoxLayout()
        buttons.addWidget(muted(_ABOUT), 1)
        for button, signal in (
            (self.sent_button, self.sent_requested),
            (self.invite_button, self.invitation_requested),
            (self.remind_button, self.reminder_requested),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self.chosen))
            buttons.addWidget(button)
        page = QVBoxLayout(self)
        page.addLayout(buttons)
        page.addWidget(self.rows, 1)
        page.addWidget(command)

    @property
    def chosen(self) -> str:
        """The reader of the chosen line; empty for none."""
        index = self.rows.currentIndex()
        return self.rows.rows_model.rows[index.row()][0] if index.isValid() else ""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the ledger; the chosen line stays where it was."""
        place = self.rows.currentIndex().row()
        self.rows.show_rows(rows)
        if 0 <= place < len(rows):
            self.rows.selectRow(place)
