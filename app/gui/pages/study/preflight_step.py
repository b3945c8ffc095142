"""Step 2: every case is opened once before reading begins; what was found, worst first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.study.ai_part import AiPart
from app.gui.pages.study.findings import ShownFindings
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import heading, muted, note
from app.gui.widgets.path_fields import PathField, WantedPath
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.rows_table import Row, RowsTable


class PreflightStep(QWidget):
    """A table of findings with a filter by weight and by words."""

    check_requested = Signal()
    filter_changed = Signal(object, str)
    rehearse_requested = Signal(str)
    rehearsal_changed = Signal(str)

    def __init__(self, command: CommandLine, rehearsal_command: CommandLine, ai: AiPart) -> None:
        super().__init__()
        self.summary = note()
        self.check_button = QPushButton("Check every case")
        self.check_button.setProperty("primary", True)
        self.check_button.clicked.connect(self.check_requested)
        self.shown = QComboBox()
        self.shown.addItems([show.value for show in ShownFindings])
        self.shown.setAccessibleName("Which findings are shown")
        self.shown.currentIndexChanged.connect(lambda _: self._filter())
        self.words = QLineEdit()
        self.words.setPlaceholderText("Find a case or a reason")
        self.words.setAccessibleName("Find in the findings")
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(lambda _: self._filter())
        self.table = RowsTable("Findings", ("Weight", "Case", "What was found", "What to do"), (5.5, 8, 22))
        self.empty = muted()
        self.progress = ProgressLine()
        self.command = command
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.check_button)
        tools = QHBoxLayout()
        tools.addWidget(self.shown)
        tools.addWidget(self.words, 1)
        self.rehearsal = PathField("Rehearsal folder", WantedPath.NEW_FOLDER, "A new or empty folder")
        self.rehearsal.changed.connect(lambda: self.rehearsal_changed.emit(self.rehearsal.path))
        self.rehearse_button = QPushButton("Rehearse")
        self.rehearse_button.clicked.connect(lambda: self.rehearse_requested.emit(self.rehearsal.path))
        rehearsal = QHBoxLayout()
        rehearsal.addWidget(self.rehearsal, 1)
        rehearsal.addWidget(self.rehearse_button)
        body = QWidget()
        self._body = QStackedLayout(body)
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.addWidget(self.empty)
        middle.addStretch(1)
        self._body.addWidget(empty)
        self._body.addWidget(self.table)
        page = QVBoxLayout(self)
        page.addLayout(head)
        page.addWidget(self.progress)
        page.addLayout(tools)
        page.addWidget(body, 1)
        page.addWidget(self.command)
        page.addWidget(ai)
        page.addWidget(heading("Rehearsal"))
        page.addWidget(
            muted(
                "Simulated readers read the whole study into a folder apart: look at the exports beforehand."
            )
        )
        page.addLayout(rehearsal)
        page.addWidget(rehearsal_command)

    def show_findings(self, summary: str, rows: Sequence[Row], empty: str) -> None:
        """Show the findings that pass the filter; `empty` is said when there are none."""
        self.summary.setText(summary)
        self.table.show_rows(rows)
        self.empty.setText(empty)
        self._body.setCurrentIndex(1 if rows else 0)

    def _filter(self) -> None:
        self.filter_changed.emit(ShownFindings(self.shown.currentText()), self.words.text())
