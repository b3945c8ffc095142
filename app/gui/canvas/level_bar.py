"""Levels, curve, palette and inversion of a canvas, as controls.

`LevelBar(canvas)` follows the canvas and its rules by itself: what the protocol forbids is not shown. In a
wide place it is one row, in a narrow one two. Enter in a level's field gives the keys back to the canvas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from app.gui.canvas.choice_box import ChoiceBox
from app.gui.canvas.histogram import HistogramBar
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import plain
from app.language import tr
from app.scan.palettes import PALETTES
from app.scan.window import CURVES, gamma_of
from app.study.answer import DisplayState

_GAMMA = "gamma"
_CURVES = (*(curve for curve in CURVES if gamma_of(curve) is None), _GAMMA)
_NARROWEST = 14
"""Width of the histogram in line heights."""


class LevelBar(QWidget):
    """The controls of one canvas's display."""

    def __init__(self, canvas: ScanCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._films, self._display = canvas.films, canvas.display
        self._back_to_films = canvas.setFocus
        self.histogram = HistogramBar()
        self.upper_level = self._level_field(tr("Upper level in counts"))
        self.lower_level = self._level_field(tr("Lower level in counts"))
        self.curve = self._choice(tr("Curve from counts to grey"), _CURVES)
        self.gamma = self._level_field(tr("Exponent of the gamma curve"))
        self.gamma.setDecimals(2)
        self.gamma.setRange(0.3, 3.0)
        self.gamma.setSingleStep(0.05)
        self.palette_choice = self._choice(tr("Palette"), PALETTES)
        self.inverted = QCheckBox(tr("Inverse"))
        self.inverted.setToolTip(tr("Black bone on white"))
        self.dual = QCheckBox(tr("Dual"))
        self.dual.setToolTip(tr("Dark copies beside the films"))
        self.auto = QPushButton(tr("Auto"))
        self.auto.setToolTip(tr("The levels the scan started with"))
        self._controls = QWidget()
        self._following = False
        self._followed: DisplayState | None = None
        """What the controls show, whatever the zoom."""
        self._lay_out()
        self._connect()
        self._follow_rules()
        self._follow_scan()
        self._enable()

    def _level_field(self, name: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setDecimals(0)
        field.setRange(-1e9, 1e9)
        field.setKeyboardTracking(False)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setFixedWidth(field.fontMetrics().horizontalAdvance("000000") + 42)
        field.lineEdit().returnPressed.connect(self._back_to_films)
        return field

    def _choice(self, name: str, items: tuple[str, ...]) -> QComboBox:
        box = ChoiceBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for item in items:
            box.addItem(tr(item), item)
        box.setAccessibleName(name)
        box.setToolTip(name)
        return box

    def _lay_out(self) -> None:
        row = FlowLayout(self._controls)
        levels = [
            _labelled(text, field)
            for text, field in ((tr("UL"), self.upper_level), (tr("LL"), self.lower_level))
        ]
        self.auto.ensurePolished()
        for widget in (
            *levels,
            self.auto,
            self.curve,
            self.gamma,
            self.palette_choice,
            self.inverted,
            self.dual,
        ):
            widget.setMinimumHeight(self.auto.sizeHint().height())  # all of one height: they stand in line
            row.addWidget(widget)
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        margin = self.fontMetrics().height() // 2
        self._outer.setContentsMargins(margin, 0, margin, margin // 2)
        self._outer.addWidget(self.histogram, 1)
        self._outer.addWidget(self._controls)

    def _connect(self) -> None:
        films, display = self._films, self._display
        films.scan_changed.connect(self._follow_scan)
        films.display_changed.connect(self._follow)
        display.rules_changed.connect(self._follow_rules)
        self.histogram.levels_requested.connect(display.set_levels)
        self.histogram.upper_steps_requested.connect(display.step_upper)
        self.histogram.lower_steps_requested.connect(display.step_lower)
        self.upper_level.valueChanged.connect(self._asks(self._set_upper))
        self.lower_level.valueChanged.connect(self._asks(self._set_lower))
        self.curve.currentIndexChanged.connect(
            self._asks(lambda _index: self._set_curve(self.curve.currentData()))
        )
        self.gamma.valueChanged.connect(self._asks(lambda _value: self._set_curve(_GAMMA)))
        self.palette_choice.currentIndexChanged.connect(
            self._asks(lambda _index: display.set_palette(self.palette_choice.currentData()))
        )
        self.inverted.toggled.connect(self._asks(display.set_inverted))
        self.dual.toggled.connect(self._asks(display.set_dual_intensity))
        self.auto.clicked.connect(display.auto_levels)

    def _asks(self, change: Callable[[Any], None]) -> Callable[[Any], None]:  # Any: what the control holds
        """What a control does when the reader changed it; refused by the rules, it springs back."""

        def asked(value: Any) -> None:
            if not self._following:
                self._followed = None
                change(value)
                self._follow(self._films.display_state())

        return asked

    def _set_upper(self, value: float) -> None:
        self._display.set_levels(self._display.levels.lower, value)

    def _set_lower(self, value: float) -> None:
        upper = self._display.levels.upper
        if value < upper:
            self._display.set_levels(value, upper)

    def _set_curve(self, name: str) -> None:
        self._display.set_curve(f"gamma {self.gamma.value():.2f}" if name == _GAMMA else name)

    def _follow_scan(self) -> None:
        """Another scan, or none: nothing of the last one stays in the histogram."""
        prepared = self._films.prepared
        self.histogram.show_histogram(prepared.histogram if prepared else None, self._display.levels)
        if prepared is None:
            # Mostly the next scan is here within the same moment: no need to grey everything for it.
            QTimer.singleShot(0, self, self._enable)
            return
        self._enable()
        decimals = 0 if all(indexed.step == 1 for indexed in prepared.indexed.values()) else 3
        if decimals != self.upper_level.decimals():
            with self._follows():
                for field in (self.upper_level, self.lower_level):
                    field.setDecimals(decimals)
            self._followed = None
        self._follow(self._films.display_state())

    def _enable(self) -> None:
        self.setEnabled(self._films.prepared is not None)

    @contextmanager
    def _follows(self) -> Iterator[None]:
        """While controls are set to what the canvas shows, they must not ask it to change."""
        self._following = True
        try:
            yield
        finally:
            self._following = False

    def _follow(self, display: DisplayState) -> None:
        """Show what the canvas shows, without asking it to change."""
        self.histogram.show_display(display)
        shown = replace(display, zoom=1.0)
        if shown == self._followed:
            return
        self._followed = shown
        gamma = gamma_of(display.curve)
        step = max(display.upper_level * 0.05, 10.0 ** -self.upper_level.decimals())
        with self._follows():
            self.upper_level.setSingleStep(step)
            self.lower_level.setSingleStep(step)
            self.upper_level.setValue(display.upper_level)
            self.lower_level.setValue(display.lower_level)
            self.curve.setCurrentIndex(self.curve.findData(_GAMMA if gamma is not None else display.curve))
            if gamma is not None:
                self.gamma.setValue(gamma)
            self.gamma.setVisible(gamma is not None and self._display.rules.curves)
            self.palette_choice.setCurrentIndex(self.palette_choice.findData(display.palette))
            self.inverted.setChecked(display.inverted)
            self.dual.setChecked(display.dual_intensity)

    def _follow_rules(self) -> None:
        rules = self._display.rules
        self.curve.setVisible(rules.curves)
        self.gamma.setVisible(rules.curves and self.curve.currentData() == _GAMMA)
        self.palette_choice.setVisible(rules.palettes)
        self.inverted.setVisible(rules.inversion)
        self.dual.setVisible(rules.dual_intensity)
        self._choose_direction()

    def _choose_direction(self) -> None:
        wide = self.width() >= self._controls.sizeHint().width() + self.fontMetrics().height() * _NARROWEST
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._outer.direction() != direction:
            self._outer.setDirection(direction)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the controls: the histogram has a row of its own then."""
        shortest = super().minimumSizeHint().height()
        margins = self._outer.contentsMargins()
        return QSize(self._controls.minimumSizeHint().width() + margins.left() + margins.right(), shortest)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One row where there is room, otherwise two."""
        self._choose_direction()
        super().resizeEvent(event)


def _labelled(text: str, field: QWidget) -> QWidget:
    label = plain(text, wraps=False)
    label.setBuddy(field)
    label.setToolTip(field.toolTip())
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label)
    row.addWidget(field)
    return pair
