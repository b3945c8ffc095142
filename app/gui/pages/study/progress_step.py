"""Step 3: how far every reader is, when they will be done, and which cells of the matrix are filled."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.study.bundles_panel import BundlesPanel
from app.gui.pages.study.findings import ReaderLine
from app.gui.pages.study.ledger_panel import LedgerPanel
from app.gui.pages.study.life_panel import LifePanel
from app.gui.pages.study.matrix_model import MatrixSource
from app.gui.pages.study.matrix_view import Legend, MatrixView
from app.gui.pages.study.pace_panel import PacePanel
from app.gui.pages.study.words import deviation_rows
from app.gui.theme import em
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import heading, muted, note, plain
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.rows_table import RowsTable
from app.study.pace import StudyPace


class ReaderList(QScrollArea):
    """A progress bar per reader, with a button that starts reading as that reader."""

    read_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bars: dict[str, QProgressBar] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._words: dict[str, QLabel] = {}

    def show_readers(self, readers: Sequence[ReaderLine]) -> None:
        """Show these readers; a list of the same readers changes in place, so that focus stays."""
        if tuple(self.bars) != tuple(reader.code for reader in readers):
            self._rebuild(readers)
        for reader in readers:
            bar = self.bars[reader.code]
            bar.setRange(0, max(1, reader.total))
            bar.setValue(reader.done)
            count = f"{reader.done:,} of {reader.total:,}"
            self._words[reader.code].setText(f"{count} · {reader.words}" if reader.words else count)

    def _rebuild(self, readers: Sequence[ReaderLine]) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 4)
        self.bars, self.buttons, self._words = {}, {}, {}
        for row, reader in enumerate(readers):
            bar, words, button = QProgressBar(), muted(), QPushButton(f"Read as {reader.code}…")
            bar.setTextVisible(False)
            bar.setFixedHeight(em(self, 0.8))
            bar.setAccessibleName(f"Progress of {reader.code}")
            button.clicked.connect(partial(self.read_requested.emit, reader.code))
            grid.addWidget(plain(reader.code, wraps=False), row, 0)
            grid.addWidget(bar, row, 1)
            grid.addWidget(words, row, 2)
            grid.addWidget(button, row, 3)
            self.bars[reader.code], self.buttons[reader.code], self._words[reader.code] = bar, button, words
        grid.setRowStretch(len(readers), 1)
        self.setWidget(body)
        self.setMaximumHeight(min(body.sizeHint().height() + 4, em(self, 13)))


class ProgressStep(QWidget):
    """Readers above; below the matrix, pace, deviations, bundles and the record, one of them at a time."""

    refresh_requested = Signal()
    read_requested = Signal(str)
    find_requested = Signal(str)

    def __init__(
        self,
        command: CommandLine,
        read_command: CommandLine,
        bundles: BundlesPanel,
        ledger: LedgerPanel,
        life: LifePanel,
    ) -> None:
        super().__init__()
        self.bundles, self.ledger, self.life = bundles, ledger, life
        self.summary = note()
        self.refresh_button = QPushButton("Refresh")
        self.refresh_button.clicked.connect(self.refresh_requested)
        self.readers = ReaderList()
        self.readers.read_requested.connect(self.read_requested)
        self.find_line = QLineEdit()
        self.find_line.setPlaceholderText("Go to a case")
        self.find_line.setAccessibleName("Go to a case")
        self.find_line.setClearButtonEnabled(True)
        self.find_line.returnPressed.connect(lambda: self.find_requested.emit(self.find_line.text().strip()))
        self.table = MatrixView()
        self.progress = ProgressLine()
        self.command = command
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.refresh_button)
        self.pace = PacePanel()
        self.deviations = RowsTable(
            "Deviations", ("Reader", "Place", "When", "What"), (6, 7, 9), nothing="No deviation was logged."
        )
        self.flags = RowsTable(
            "Quality", ("Reader", "What to look at"), (6, 40), nothing="No sign of careless reading."
        )
        cases = QWidget()
        middle = QHBoxLayout()
        middle.addWidget(muted("No answer and no truth is shown here."), 1)
        middle.addWidget(self.find_line)
        of_cases = QVBoxLayout(cases)
        of_cases.addLayout(middle)
        of_cases.addWidget(self.table, 1)
        of_cases.addWidget(Legend())
        self.tabs = QTabWidget()
        self.tabs.addTab(cases, "Cases")
        self.tabs.addTab(self.pace, "Pace")
        self.tabs.addTab(self.deviations, "Deviations")
        self.tabs.addTab(self.flags, "Quality")
        self.tabs.addTab(self.bundles, "Bundles")
        self.tabs.addTab(self.ledger, "Ledger")
        self.tabs.addTab(self.life, "Record")
        page = QVBoxLayout(self)
        page.addLayout(head)
        page.addWidget(self.progress)
        page.addWidget(heading("Readers"))
        page.addWidget(self.readers)
        page.addWidget(read_command)
        page.addWidget(self.tabs, 1)
        page.addWidget(self.command)

    def show_status(self, summary: str, readers: Sequence[ReaderLine], matrix: MatrixSource | None) -> None:
        """Show how the study stands; the place in the matrix stays."""
        place = self.table.verticalScrollBar().value()
        self.summary.setText(summary)
        self.readers.show_readers(readers)
        self.table.matrix.show_source(matrix)
        self.table.verticalScrollBar().setValue(place)

    def show_pace(self, pace: StudyPace) -> None:
        """Show how long every reader took, and what departed from the protocol."""
        self.pace.show_paces(pace.readers)
        self.deviations.show_rows(deviation_rows(pace.deviations))
        self.flags.show_rows([(flag.reader, flag.what) for flag in pace.flags])
        for table, name in ((self.deviations, "Deviations"), (self.flags, "Quality")):
            count = len(pace.deviations if table is self.deviations else pace.flags)
            self.tabs.setTabText(self.tabs.indexOf(table), f"{name} ({count:,})" if count else name)

    def show_ledger(self, rows: Sequence[Sequence[str]], overdue: int) -> None:
        """Show where every bundle is."""
        self.ledger.show_rows(rows)
        name = f"Ledger ({overdue:,} overdue)" if overdue else "Ledger"
        self.tabs.setTabText(self.tabs.indexOf(self.ledger), name)

    def show_life(self, rows: Sequence[Sequence[str]]) -> None:
        """Show what stands on record."""
        self.life.show_records(rows)
        name = f"Record ({len(rows):,})" if rows else "Record"
        self.tabs.setTabText(self.tabs.indexOf(self.life), name)

    def go_to_row(self, row: int) -> None:
        """Bring a case into sight and choose it."""
        self.table.setCurrentIndex(self.table.matrix.index(row, 0))
        self.table.scrollTo(self.table.currentIndex(), MatrixView.ScrollHint.PositionAtCenter)
        self.table.setFocus()
