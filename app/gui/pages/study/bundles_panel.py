"""Bundles for reading offline: making them, and merging what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.file_dialogs import choose_files
from app.gui.pages.study.bundle_wish import BundleWish
from app.gui.theme import em
from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import heading, muted, note
from app.gui.widgets.path_fields import PathField, WantedPath
from app.gui.widgets.rows_table import Row, RowsTable

_EVERYBODY = "All readers"
_ABOUT = (
    "One file per reader: de-identified images, the frozen protocol and that reader's list; AI results only "
    "sealed, truth never. Making a bundle freezes the protocol."
)
_BACK = (
    "Readers send back their bundle, or the file beside it that ends in .scintiread-results. Nothing is ever "
    "overwritten: what contradicts the study is listed and kept apart."
)


class BundlesPanel(QWidget):
    """Draws what is asked for and what came of it."""

    make_requested = Signal(object)
    merge_requested = Signal(object)
    changed = Signal()

    def __init__(self, make_command: CommandLine, merge_command: CommandLine) -> None:
        super().__init__()
        self.make_command, self.merge_command = make_command, merge_command
        self.folder = PathField("Folder for the bundles", WantedPath.FOLDER, "Where the bundles are written")
        self.folder.changed.connect(self.changed)
        self.reader = QComboBox()
        self.reader.setAccessibleName("Whose bundle")
        self.reader.addItem(_EVERYBODY)
        self.reader.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText("Passphrase (optional)")
        self.passphrase.setAccessibleName("Passphrase of the bundles, optional")
        self.passphrase.textChanged.connect(lambda _: self.changed.emit())
        self.no_text = QCheckBox("I looked: no text stands in the images")
        self.codes = QCheckBox("I looked: the case codes name nobody")
        for box in (self.no_text, self.codes):
            box.toggled.connect(lambda _: self.changed.emit())
        self.make_button = QPushButton("Make bundles…")
        self.make_button.setProperty("primary", True)
        self.make_button.clicked.connect(lambda: self.make_requested.emit(self.wish))
        self.merge_button = QPushButton("Merge results…")
        self.merge_button.clicked.connect(self._choose_results)
        self.outcome = note("")
        headers = ("File", "Reader", "Outcome", "What")
        self.findings = RowsTable("What came of bundles and merging", headers, (14, 5, 8), 5)
        self._lay_out()

    @property
    def wish(self) -> BundleWish:
        """The bundles as they are asked for now."""
        chosen = self.reader.currentText()
        return BundleWish(
            folder=self.folder.path,
            reader="" if chosen == _EVERYBODY else chosen,
            passphrase=self.passphrase.text(),
            no_burned_in_text=self.no_text.isChecked(),
            codes_name_nobody=self.codes.isChecked(),
        )

    def show_readers(self, readers: Sequence[str]) -> None:
        """The readers to choose from; the choice stays while there is such a reader."""
        chosen = self.reader.currentText()
        if [self.reader.itemText(place) for place in range(1, self.reader.count())] != list(readers):
            self.reader.clear()
            self.reader.addItems([_EVERYBODY, *readers])
            self.reader.setCurrentText(chosen)

    def show_outcome(self, words: str, rows: Sequence[Row]) -> None:
        """What was made or merged."""
        self.outcome.setText(words)
        self.findings.show_rows(rows)

    def _choose_results(self) -> None:
        def chosen(files: tuple[Path, ...]) -> None:
            self.merge_requested.emit(files)

        kinds = "Results and bundles (*.scintiread-results *.scintiread)"
        choose_files(self, "Merge results", chosen, kinds)

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.reader)
        where.addWidget(self.make_button)
        options = QWidget()
        flow = FlowLayout(options, em(self, 0.8))
        self.passphrase.setMinimumWidth(em(self, 12))
        for widget in (self.passphrase, self.no_text, self.codes):
            flow.addWidget(widget)
        back = QHBoxLayout()
        back.addWidget(muted(_BACK), 1)
        back.addWidget(self.merge_button)
        page = QVBoxLayout(self)
        page.addWidget(heading("Make bundles"))
        page.addWidget(muted(_ABOUT))
        page.addLayout(where)
        page.addWidget(options)
        page.addWidget(self.make_command)
        page.addSpacing(em(self, 0.4))
        page.addWidget(heading("Merge results"))
        page.addLayout(back)
        page.addWidget(self.merge_command)
        page.addWidget(self.outcome)
        page.addWidget(self.findings, 1)
