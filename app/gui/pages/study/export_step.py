"""Step 4: is every reading as it was written, and out with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.exports import EXPORTS
from app.gui.theme import em
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import heading, muted, note
from app.gui.widgets.path_fields import PathField, WantedPath
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.rows_table import Row, RowsTable

FORMATS = tuple((each.name, each.description) for each in EXPORTS)
DEFAULT = ("csv", "xlsx")
"""Ticked at first: they need no truth."""


class ExportStep(QWidget):
    """Verification above, export below; each with its own button, outcome and command."""

    verify_requested = Signal()
    export_requested = Signal()
    papers_requested = Signal()
    open_requested = Signal()
    changed = Signal()

    def __init__(self, verify_command: CommandLine, export_command: CommandLine) -> None:
        super().__init__()
        self.verify_command, self.export_command = verify_command, export_command
        self.verify_button = QPushButton("Verify")
        self.verify_button.setProperty("primary", True)
        self.verify_button.clicked.connect(self.verify_requested)
        self.verdict = note("Not verified yet.")
        self.links = RowsTable("Hash chain by reader", ("Reader", "Readings", "Result"), (6, 6), 4)
        self.folder = PathField("Export folder", WantedPath.FOLDER, "Where the files are written")
        self.folder.changed.connect(self.changed)
        self.formats: dict[str, QCheckBox] = {}
        for name, words in FORMATS:
            box = QCheckBox(name)
            box.setAccessibleDescription(words)
            box.setChecked(name in DEFAULT)
            box.toggled.connect(lambda _: self.changed.emit())
            self.formats[name] = box
        self.export_button = QPushButton("Export")
        self.export_button.setProperty("primary", True)
        self.export_button.clicked.connect(self.export_requested)
        self.papers_button = QPushButton("Write the papers")
        self.papers_button.setToolTip("Randomisation list, and the audit trail signed with the study's key")
        self.papers_button.clicked.connect(self.papers_requested)
        self.open_button = QPushButton("Open the folder")
        self.open_button.setEnabled(False)
        self.open_button.clicked.connect(self.open_requested)
        self.outcome = note("")
        self.report = RowsTable("Remarks on the export", ("Remark",), (), 4)
        self.progress = ProgressLine()
        self._lay_out()

    @property
    def chosen_formats(self) -> tuple[str, ...]:
        """The formats that are ticked."""
        return tuple(name for name, box in self.formats.items() if box.isChecked())

    def show_verdict(self, words: str, links: Sequence[Row]) -> None:
        """Show what the verification found."""
        self.verdict.setText(words)
        self.links.show_rows(links)
        self.links.setVisible(bool(links))
        self.links.setMaximumHeight(em(self, min(2.4 + 1.6 * len(links), 10)))

    def show_outcome(self, words: str, remarks: Sequence[str], written: bool) -> None:
        """Show what was written and what is odd about it."""
        self.outcome.setText(words)
        self.report.show_rows([(remark,) for remark in remarks])
        self.report.setVisible(bool(remarks))
        self.open_button.setEnabled(written)

    def _lay_out(self) -> None:
        verify = QHBoxLayout()
        verify.addWidget(self.verdict, 1)
        verify.addWidget(self.verify_button)
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.open_button)
        where.addWidget(self.papers_button)
        where.addWidget(self.export_button)
        kinds = QGridLayout()
        kinds.setColumnStretch(1, 1)
        for row, box in enumerate(self.formats.values()):
            kinds.addWidget(box, row, 0)
            kinds.addWidget(muted(box.accessibleDescription()), row, 1)
        page = QVBoxLayout(self)
        page.addWidget(heading("Verify"))
        page.addWidget(
            muted("Each reading carries the hash of the one before it: a change, a gap or a new order shows.")
        )
        page.addLayout(verify)
        page.addWidget(self.links)
        page.addWidget(self.verify_command)
        page.addSpacing(em(self, 0.5))
        page.addWidget(heading("Export"))
        page.addWidget(
            muted("Nothing is dropped: duplicates, missing truth and empty cells are listed below.")
        )
        page.addLayout(where)
        page.addLayout(kinds)
        page.addWidget(self.export_command)
        page.addWidget(self.progress)
        page.addWidget(self.outcome)
        page.addWidget(self.report, 1)
        page.addStretch(0)
        self.links.setVisible(False)
        self.report.setVisible(False)
