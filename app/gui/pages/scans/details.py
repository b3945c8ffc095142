"""What is known of the chosen scan, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import heading, note
from app.gui.widgets.scrolled import scrolled
from app.workflows.scans.scan_row import ScanRow


class Details(QWidget):
    """The chosen row in words.

    `open_requested`, `confirm_requested(bool as_shown)`: its buttons were pressed.
    """

    open_requested = Signal()
    confirm_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = heading(wraps=True)
        self.text = note()
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.open_button = QPushButton("Open   Enter")
        self.open_button.setProperty("primary", True)
        self.right_button = QPushButton("Views are right")
        self.swap_button = QPushButton("Swap the views")
        for button in (self.open_button, self.right_button, self.swap_button):
            button.setAutoDefault(True)
        self.open_button.clicked.connect(self.open_requested)
        self.right_button.clicked.connect(lambda: self.confirm_requested.emit(True))
        self.swap_button.clicked.connect(lambda: self.confirm_requested.emit(False))
        scroll = scrolled(self.text)
        pair = FlowLayout(gap=em(self, 0.3))
        pair.addWidget(self.right_button)
        pair.addWidget(self.swap_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(self, 0.6), 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(scroll, 1)
        column.addWidget(self.open_button)
        column.addLayout(pair)
        self.show_row(None)

    def show_row(self, row: ScanRow | None) -> None:
        """Tell about a row, or that none is chosen."""
        self.heading.setText(row.code if row is not None else "No scan chosen")
        self.text.setText(
            words(row) if row is not None else "Choose a scan with the mouse or the arrow keys."
        )
        usable = row is not None and row.usable
        self.open_button.setEnabled(usable)
        asks = row is not None and row.needs_confirmation
        doubted = row is not None and row.confirmed is not None
        self.right_button.setVisible(asks)
        self.swap_button.setVisible(asks or doubted)


def words(row: ScanRow) -> str:
    """Everything about a row that a person wants to know, in lines; no patient identity."""
    lines: list[str] = []
    if row.reason:
        lines += [row.reason, ""]
    for name, evidence in zip(row.views, row.evidence, strict=False):
        lines.append(f"{name.value.capitalize()} view: known from {evidence.value}")
    if row.views:
        lines.append("")
    lines += [f"• {warning}" for warning in row.warnings]
    if row.warnings:
        lines.append("")
    kinds = [
        word
        for word, holds in (
            ("Simulated, not a patient.", row.simulated),
            ("Lossy: counts are approximate.", row.lossy),
            ("Picture without counts: to look at and mark, not to measure.", row.display_only),
        )
        if holds
    ]
    lines += [*kinds, ""] if kinds else []
    lines += ["Files" if len(row.files) > 1 else "File", *(file.name for file in row.files)]
    return "\n".join(lines).strip()
