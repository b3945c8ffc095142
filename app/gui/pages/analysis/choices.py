"""What is analysed, and how: fields above the figures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.gui.file_dialogs import choose_files, choose_folder
from app.gui.pages.analysis.presenter import AS_PLANNED, AnalysisWishes
from app.gui.widgets.labels import plain
from app.plan import AnalysisSet, CovarianceMethod, Generalise
from app.subgroup import EXAMPLE
from app.workflows.analysis.interim import WORD

TABLES = "Tables (*.csv *.tsv *.txt *.xlsx *.imrmc);;All files (*)"


class Choices(QWidget):
    """The fields; `analyse_requested` and `export_requested` say which button was pressed."""

    analyse_requested = Signal()
    export_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.source = _line("Study or table of readings", "a study's folder, readings.csv, .xlsx or .imrmc")
        self.predictions = _line("Predictions", "optional: model,case,score[,call]; several separated by ;")
        self.study_button, self.table_button = QPushButton("Study…"), QPushButton("Table…")
        self.predictions_button = QPushButton("Choose…")
        self.predictions_button.setAccessibleName("Choose predictions")
        self.subgroups = _line("Subgroups", f"optional, exploratory: {EXAMPLE}; several separated by ;")
        self.reads = _combo("Analysis set", [AS_PLANNED, *(one.value for one in AnalysisSet)])
        self.interim = _line("Word for an interim analysis", f"the study is unfinished: type {WORD}")
        self.rating = _line("Question analysed as the rating", "answer_KEY")
        self.generalise = _combo("Conclusion extends to", [one.value for one in Generalise])
        self.covariance = _combo("Covariance", [one.value for one in CovarianceMethod])
        self.bootstrap = QSpinBox(minimum=10, maximum=100_000, singleStep=500, value=2000)
        self.bootstrap.setAccessibleName("Bootstrap resamples")
        self.margin = QDoubleSpinBox(minimum=0.0, maximum=0.5, singleStep=0.01, decimals=3, value=0.05)
        self.margin.setAccessibleName("Non-inferiority margin of AUC")
        self.live = QCheckBox("Follow the study while it is read")
        self.analyse_button, self.export_button = QPushButton("Analyse"), QPushButton("Export everything…")
        self.analyse_button.setProperty("primary", True)
        self._lay_out()
        self.study_button.clicked.connect(self._choose_study)
        self.table_button.clicked.connect(self._choose_table)
        self.predictions_button.clicked.connect(self._choose_predictions)
        self.analyse_button.clicked.connect(self.analyse_requested)
        self.export_button.clicked.connect(self.export_requested)
        self.source.returnPressed.connect(self.analyse_requested)
        self.interim.returnPressed.connect(self.analyse_requested)
        self.source.textChanged.connect(lambda: self.ask_for_word(False))
        self.setAcceptDrops(True)

    @property
    def wishes(self) -> AnalysisWishes:
        """What is chosen."""
        return AnalysisWishes(
            source=self.source.text(),
            predictions=self.predictions.text(),
            covariance=self.covariance.currentText(),
            generalise=self.generalise.currentText(),
            bootstrap=self.bootstrap.value(),
            margin=self.margin.value(),
            interim=self.interim.text(),
            subgroups=self.subgroups.text(),
            analysis_set=self.reads.currentText(),
            rating=self.rating.text(),
        )

    def ask_for_word(self, wanted: bool) -> None:
        """Show or hide the field of the word; what was typed counts for the study it was typed for."""
        if not wanted:
            self.interim.clear()
        for widget in (self._interim_label, self.interim):
            widget.setVisible(wanted)

    def choose_source(self, path: Path) -> None:
        """Analyse this from now on."""
        self.source.setText(str(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a study or a table from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the first dropped path into the field."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.source.setText(paths[0])

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(plain("Readings", wraps=False), 0, 0)
        grid.addWidget(self.source, 0, 1)
        grid.addLayout(_row(self.study_button, self.table_button), 0, 2)
        grid.addWidget(plain("Predictions", wraps=False), 1, 0)
        grid.addWidget(self.predictions, 1, 1)
        grid.addWidget(self.predictions_button, 1, 2)
        label = plain("Subgroups", wraps=False)
        label.setBuddy(self.subgroups)
        grid.addWidget(label, 2, 0)
        grid.addWidget(self.subgroups, 2, 1)
        grid.addWidget(self.reads, 2, 2)
        self._interim_label = plain("Interim analysis", wraps=False)
        self._interim_label.setBuddy(self.interim)
        grid.addWidget(self._interim_label, 3, 0)
        grid.addWidget(self.interim, 3, 1)
        self.ask_for_word(False)
        options = QHBoxLayout()
        for text, field in (
            ("Rating", self.rating),
            ("Conclusion", self.generalise),
            ("Covariance", self.covariance),
            ("Resamples", self.bootstrap),
            ("Margin", self.margin),
        ):
            label = plain(text, wraps=False)
            label.setBuddy(field)
            options.addWidget(label)
            options.addWidget(field)
        options.addStretch(1)
        buttons = _row(self.live)
        buttons.addStretch(1)
        buttons.addWidget(self.export_button)
        buttons.addWidget(self.analyse_button)
        grid.addLayout(options, 4, 0, 1, 3)
        grid.addLayout(buttons, 5, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def _choose_study(self) -> None:
        choose_folder(self, "Choose a study", self.choose_source)

    def _choose_table(self) -> None:
        choose_files(self, "Choose a table of readings", lambda paths: self.choose_source(paths[0]), TABLES)

    def _choose_predictions(self) -> None:
        choose_files(
            self,
            "Choose predictions",
            lambda paths: self.predictions.setText("; ".join(str(path) for path in paths)),
            TABLES,
        )


def _line(name: str, hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(hint)
    line.setClearButtonEnabled(True)
    return line


def _combo(name: str, words: list[str]) -> QComboBox:
    combo = QComboBox()
    combo.addItems(words)
    combo.setAccessibleName(name)
    combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row
