"""What the AI is going to say in aided readings: computed by an installed model, or imported."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.widgets.command_line import CommandLine
from app.gui.widgets.labels import heading, muted, note
from app.gui.widgets.path_fields import PathField, WantedPath

NO_MODEL = "No model is installed"


class AiPart(QWidget):
    """State, model, table; the step's progress line shows how far the work is."""

    compute_requested = Signal(str)
    import_requested = Signal(str, str)
    clear_requested = Signal()
    model_changed = Signal(str)

    def __init__(self, command: CommandLine) -> None:
        super().__init__()
        self.state = note()
        self.model = QComboBox()
        self.model.setAccessibleName("Model that computes the AI results")
        self.model.currentIndexChanged.connect(lambda _: self.model_changed.emit(self.chosen))
        self.compute = QPushButton("Compute AI results")
        self.compute.clicked.connect(lambda: self.compute_requested.emit(self.chosen))
        self.clear = QPushButton("Remove all")
        self.clear.setAccessibleName("Remove all AI results")
        self.clear.clicked.connect(self.clear_requested)
        self.table = PathField(
            "Table of AI results",
            WantedPath.FILE,
            "Table: case, probability, …",
            "Tables (*.csv *.tsv *.txt *.xlsx)",
        )
        self.maps = PathField("Folder of heat maps", WantedPath.FOLDER, "Heat maps, if any: CASE.npz or PNG")
        self.take = QPushButton("Import AI results")
        self.take.clicked.connect(lambda: self.import_requested.emit(self.table.path, self.maps.path))
        own = QHBoxLayout()
        own.addWidget(self.model, 1)
        own.addWidget(self.compute)
        own.addWidget(self.clear)
        other = QHBoxLayout()
        other.addWidget(self.table, 1)
        other.addWidget(self.maps, 1)
        other.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading("AI results"))
        column.addWidget(self.state)
        column.addLayout(own)
        column.addLayout(other)
        column.addWidget(muted("Readers see them in aided readings only; in sequential mode after the lock."))
        column.addWidget(command)
        self.show_ai("", (), False)

    @property
    def chosen(self) -> str:
        """The model's name and version, "" for none."""
        return "" if self.model.currentText() == NO_MODEL else self.model.currentText()

    def show_ai(self, words: str, models: Sequence[str], needed: bool) -> None:
        """How far the results are, and which models could compute them."""
        self.state.setText(words)
        self.state.setVisible(bool(words))
        kept = self.model.currentText()
        self.model.blockSignals(True)
        self.model.clear()
        self.model.addItems(list(models) or [NO_MODEL])
        self.model.setCurrentIndex(max(self.model.findText(kept), 0))
        self.model.blockSignals(False)
        self.model.setEnabled(bool(models))
        self.compute.setEnabled(bool(models))
        self.compute.setProperty("primary", needed and bool(models))
        self.compute.style().polish(self.compute)
        self.model_changed.emit(self.chosen)
