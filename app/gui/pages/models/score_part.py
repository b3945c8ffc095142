"""What the chosen model says of a folder: a table on the left, a scan with its attention on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QSplitter, QVBoxLayout, QWidget

from app.gui.background import Running
from app.gui.canvas.attention import AttentionMaps
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.theme import em
from app.gui.widgets.labels import muted, plain
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.rows_table import RowsTable
from app.study.ai_doubts import sentences
from app.study.ai_result import START_OPACITY
from app.workflows.models.score import LookedAt

HEADERS = ("Case", "Probability", "At threshold", "Remark")
IDLE = "Choose a folder of scans: the model chosen under “Models” answers for each of them."
NO_SCAN = "Choose a row to see the scan and where the model looked"


class ScorePart(QWidget):
    """`look_requested` carries the row."""

    folder_requested = Signal()
    export_requested = Signal()
    look_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.words = plain(IDLE)
        self.folder_button = QPushButton("Score a folder…")
        self.folder_button.setProperty("primary", True)
        self.export_button = QPushButton("Export as CSV…")
        self.export_button.setEnabled(False)
        for button in (self.folder_button, self.export_button):
            button.setAutoDefault(True)
        self.folder_button.clicked.connect(self.folder_requested)
        self.export_button.clicked.connect(self.export_requested)
        self.progress = ProgressLine()
        self.table = RowsTable("Probabilities", HEADERS, (9, 6, 6), least=8)
        self.table.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.look_requested.emit(now.row())
        )
        self.canvas = ScanCanvas()
        self.canvas.films.crop_to_body(True)
        self.canvas.marks.set_read_only(True)
        self.canvas.blank(NO_SCAN)
        self.said = muted(" ")
        self.canvas.refused.connect(self.said.setText)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(100 * START_OPACITY))
        self.opacity.setAccessibleName("Opacity of the attention over the films")
        self.opacity.valueChanged.connect(
            lambda percent: self.canvas.films.set_attention_opacity(percent / 100)
        )
        self._lay_out()

    def show_scoring(self, title: str, running: Running | None) -> None:
        """Progress while a folder is scored."""
        self.folder_button.setEnabled(running is None)
        if running is None:
            self.progress.finish()
        else:
            self.progress.follow(title, running)

    def show_scores(self, words: str, rows: Sequence[Sequence[str]]) -> None:
        """The table."""
        self.words.setText(words)
        self.canvas.blank(NO_SCAN)
        self.said.setText(" ")
        self.table.show_rows([tuple(row) for row in rows])
        self.export_button.setEnabled(any(row[1] for row in rows))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_scan(self, looked: LookedAt) -> None:
        """The scan with the model's attention beside and over it."""
        result = looked.result
        self.canvas.show_scan(looked.scan)
        if result.heatmaps:
            maps = AttentionMaps(result.heatmaps, result.heatmap_method)
            self.canvas.films.show_attention(maps, self.opacity.value() / 100)
        tail = f" · {result.heatmap_method}" if result.heatmaps else " · this model shows no attention"
        doubts = f" · {sentences(result.doubts)}" if result.doubts else ""
        self.said.setText(f"{looked.scan.case}: {result.sentence}{tail}{doubts}")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(self.folder_button)
        top.addWidget(self.export_button)
        foot = QHBoxLayout()
        label = plain("Overlay", wraps=False)
        label.setBuddy(self.opacity)
        self.opacity.setFixedWidth(em(self, 9))
        foot.addWidget(self.said, 1)
        foot.addWidget(label)
        foot.addWidget(self.opacity)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas, 1)
        column.addLayout(foot)
        split = QSplitter()
        split.addWidget(self.table)
        split.addWidget(right)
        self.table.setMinimumWidth(em(self, 18))
        split.setSizes([em(self, 27), em(self, 60)])
        split.setStretchFactor(1, 1)
        page = QVBoxLayout(self)
        page.addLayout(top)
        page.addWidget(self.progress)
        page.addWidget(split, 1)
