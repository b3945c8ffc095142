"""How many readers and cases a study needs: what is assumed at the left, curves and words at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.analysis.power import PUBLISHED
from app.gui.background import Running
from app.gui.file_dialogs import choose_files, choose_folder
from app.gui.pages.analysis.choices import TABLES
from app.gui.pages.analysis.picture_view import PictureView
from app.gui.pages.analysis.sample_size import COMPONENTS, PILOT, TYPED, SampleSizeAnswer, SampleSizeWishes
from app.gui.pages.analysis.table_view import TableView
from app.gui.theme import em
from app.gui.widgets.labels import heading, note, plain
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.scrolled import scrolled
from app.workflows.analysis.interim import WORD


class SampleSizePart(QWidget):
    """The fields and the answer; signals say which button was pressed."""

    compute_requested = Signal()
    save_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.origin = QComboBox()
        for key, (_, _, words) in PUBLISHED.items():
            self.origin.addItem(f"published: {words.split(',')[0]}", key)
        self.origin.addItem("typed below", TYPED)
        self.origin.addItem("a pilot study or table", PILOT)
        self.components = tuple(QLineEdit() for _ in COMPONENTS)
        self.component_cases = QSpinBox(minimum=2, maximum=100_000, value=100)
        self.pilot, self.interim = QLineEdit(), QLineEdit()
        self.study_button, self.table_button = QPushButton("Study…"), QPushButton("Table…")
        self.effect = _decimal(-0.5, 0.5, 0.05)
        self.margin = _decimal(0.0, 0.5, 0.0)
        self.margin.setSpecialValueText("none: a difference, two-sided")
        self.alpha, self.target = _decimal(0.001, 0.5, 0.05), _decimal(0.5, 0.99, 0.8)
        self.groups = QSpinBox(minimum=1, maximum=20, value=1)
        standard = SampleSizeWishes(TYPED)
        self.readers, self.cases = QLineEdit(standard.readers), QLineEdit(standard.cases)
        self.compute_button, self.save_button = QPushButton("Compute"), QPushButton("Save the curves…")
        self.copy_button = QPushButton("Copy the paragraph")
        self.compute_button.setProperty("primary", True)
        self.picture, self.table, self.paragraph = PictureView(), TableView(), note()
        self.progress = ProgressLine()
        self._lay_out()
        self._connect()
        self._show_origin()

    @property
    def wishes(self) -> SampleSizeWishes:
        """What is chosen."""
        return SampleSizeWishes(
            self.origin.currentData(),
            tuple(line.text() for line in self.components),
            self.component_cases.value(),
            self.pilot.text(),
            self.interim.text(),
            self.effect.value(),
            self.margin.value(),
            self.alpha.value(),
            self.target.value(),
            self.groups.value(),
            self.readers.text(),
            self.cases.text(),
        )

    def show_answer(self, answer: SampleSizeAnswer) -> None:
        """Show curves, table and paragraph."""
        self.picture.show_png("Power against the number of cases", answer.png)
        self.table.show_table(answer.table)
        self.paragraph.setText(answer.paragraph or "No study of this grid is large enough.")
        self.copy_button.setEnabled(bool(answer.paragraph))
        self.save_button.setEnabled(True)

    def show_computing(self, title: str, running: Running | None) -> None:
        """Show or hide the progress."""
        if running is not None:
            self.progress.follow(title, running)
        else:
            self.progress.finish()
        self.compute_button.setEnabled(running is None)

    def _show_origin(self) -> None:
        """Components that are published are shown and cannot be changed; a pilot tells its own."""
        key = self.origin.currentData()
        if key in PUBLISHED:
            found, count, _ = PUBLISHED[key]
            values = found.arm_reader, found.error, found.cov1, found.cov2, found.cov3
            for line, value in zip(self.components, values, strict=True):
                line.setText(f"{value:.7g}")
            self.component_cases.setValue(count)
        for field in (*self.components, self.component_cases):
            field.setEnabled(key == TYPED)
            self._form.setRowVisible(field, key != PILOT)
        for row in (self._pilot_row, self.interim):
            self._form.setRowVisible(row, key == PILOT)

    def _connect(self) -> None:
        self.origin.currentIndexChanged.connect(self._show_origin)
        self.compute_button.clicked.connect(self.compute_requested)
        self.save_button.clicked.connect(self.save_requested)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.paragraph.text()))
        self.study_button.clicked.connect(
            lambda: choose_folder(self, "Choose a study", lambda folder: self.pilot.setText(str(folder)))
        )
        self.table_button.clicked.connect(
            lambda: choose_files(
                self, "Choose a table", lambda paths: self.pilot.setText(str(paths[0])), TABLES
            )
        )
        for line in (*self.components, self.pilot, self.interim, self.readers, self.cases):
            line.returnPressed.connect(self.compute_requested)

    def _lay_out(self) -> None:
        self._pilot_row = QWidget()
        pilot = QHBoxLayout(self._pilot_row)
        pilot.setContentsMargins(0, 0, 0, 0)
        for widget in (self.pilot, self.study_button, self.table_button):
            pilot.addWidget(widget)
        self.interim.setPlaceholderText(f"of an unfinished study: type {WORD}")
        fields = QWidget()
        self._form = QFormLayout(fields)
        rows: list[tuple[str, QWidget]] = [("Variance components", self.origin)]
        rows += list(zip(COMPONENTS, self.components, strict=True))
        rows += [
            ("… for so many cases", self.component_cases), ("Pilot", self._pilot_row),
            ("Interim", self.interim), ("True difference of AUC", self.effect),
            ("Non-inferiority margin", self.margin), ("Alpha, two-sided", self.alpha),
            ("Power to reach", self.target), ("Groups (split plot)", self.groups),
            ("Numbers of readers", self.readers), ("Numbers of cases", self.cases),
        ]  # fmt: skip
        for words, field in rows:
            label = plain(words, wraps=False)
            label.setBuddy(field)
            field.setAccessibleName(words)
            self._form.addRow(label, field)
        buttons = QHBoxLayout()
        for button in (self.compute_button, self.copy_button, self.save_button):
            buttons.addWidget(button)
        self.copy_button.setEnabled(False)
        self.save_button.setEnabled(False)
        left = QVBoxLayout()
        area = scrolled(fields, upright=True)
        area.setFixedWidth(em(self, 34))
        left.addWidget(area, 1)
        left.addLayout(buttons)
        right = QVBoxLayout()
        right.addWidget(self.progress)
        right.addWidget(self.picture, 3)
        right.addWidget(self.table, 2)
        right.addWidget(heading("For the ethics form"))
        right.addWidget(self.paragraph)
        both = QHBoxLayout(self)
        both.addLayout(left)
        both.addLayout(right, 1)


def _decimal(low: float, high: float, value: float) -> QDoubleSpinBox:
    return QDoubleSpinBox(minimum=low, maximum=high, value=value, singleStep=0.01, decimals=3)
