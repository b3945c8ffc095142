"""The controls of the simulator page: presets, sliders, and what cohort to make."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.simulator.presenter import SCALES, DifficultySlider, SimulatorWishes
from app.gui.theme import em
from app.gui.widgets.labels import plain
from app.simulator.difficulty import PRESETS

MOST_SCANS = 1_000_000


class ScaleSlider(QWidget):
    """One slider with its value in words beside it."""

    moved = Signal(float)

    def __init__(self, scale: DifficultySlider) -> None:
        super().__init__()
        self.scale = scale
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(scale.low / scale.step), round(scale.high / scale.step))
        self.slider.setAccessibleName(scale.label)
        self.slider.setAccessibleDescription(scale.hint)
        self.slider.setToolTip(scale.hint)
        self.value = plain(wraps=False)
        self.value.setMinimumWidth(em(self, 3))
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        self.slider.valueChanged.connect(self._changed)

    def show_value(self, value: float) -> None:
        """Stand at a value without telling."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / self.scale.step))
        self.value.setText(self.scale.words(value))

    def _changed(self, position: int) -> None:
        value = position * self.scale.step
        self.value.setText(self.scale.words(value))
        self.moved.emit(value)


class Controls(QWidget):
    """Everything that can be chosen.

    `preset_chosen(str)`, `scale_changed(str field, float)`, `seed_changed(int)`, `cohort_changed()`,
    `make_requested()`.
    """

    preset_chosen = Signal(str)
    scale_changed = Signal(str, float)
    seed_changed = Signal(int)
    cohort_changed = Signal()
    make_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.preset = QComboBox()
        self.preset.addItems(list(PRESETS))
        self.preset.setAccessibleName("Preset")
        self.sliders = {scale.field: ScaleSlider(scale) for scale in SCALES}
        self.scans, self.seed = QSpinBox(), QSpinBox()
        self.scans.setRange(1, MOST_SCANS)
        self.seed.setRange(0, 2**31 - 1)
        self.follow_up = QCheckBox("Two scans of each patient")
        self.make_button = QPushButton("Make cohort…")
        self.make_button.setAutoDefault(True)
        column = QVBoxLayout(self)
        column.addWidget(self._hardness())
        column.addWidget(self._cohort())
        column.addStretch(1)
        self._connect()

    def show_wishes(self, wishes: SimulatorWishes) -> None:
        """Stand where the wishes are, without telling."""
        with QSignalBlocker(self.preset):
            self.preset.setCurrentText(wishes.preset)
        for field, slider in self.sliders.items():
            slider.show_value(getattr(wishes.difficulty, field))
        for box, value in ((self.scans, wishes.scans), (self.seed, wishes.seed)):
            with QSignalBlocker(box):
                box.setValue(value)
        with QSignalBlocker(self.follow_up):
            self.follow_up.setChecked(wishes.follow_up)

    def _hardness(self) -> QGroupBox:
        box = QGroupBox("How hard")
        form = QFormLayout(box)
        form.addRow("Preset", self.preset)
        for scale in SCALES:
            form.addRow(scale.label, self.sliders[scale.field])
        return box

    def _cohort(self) -> QGroupBox:
        box = QGroupBox("Cohort")
        form = QFormLayout(box)
        form.addRow("Scans", self.scans)
        form.addRow("Seed", self.seed)
        form.addRow(self.follow_up)
        form.addRow(self.make_button)
        return box

    def _connect(self) -> None:
        self.preset.currentTextChanged.connect(self.preset_chosen)
        for field, slider in self.sliders.items():
            slider.moved.connect(partial(self.scale_changed.emit, field))
        self.seed.valueChanged.connect(self.seed_changed)
        self.scans.valueChanged.connect(self.cohort_changed)
        self.follow_up.toggled.connect(self.cohort_changed)
        self.make_button.clicked.connect(self.make_requested)
