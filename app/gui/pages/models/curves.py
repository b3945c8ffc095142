"""A training's curves as they grow: loss above, AUC on the validation scans below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.gui.theme import em
from app.learning.training_log import EpochRow


class Curves(QWidget):
    """Two small plots, made when there is something to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(em(self, 10))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._drawn: tuple[EpochRow, ...] | None = None
        self._lines: tuple[Any, ...] = ()  # the library has no types

    @property
    def points(self) -> tuple[list[float], list[float]]:
        """What is drawn: losses, and AUCs of the epochs that have one."""
        rows = self._drawn or ()
        return [row.loss for row in rows], [r.validation_auc for r in rows if r.validation_auc is not None]

    def show_rows(self, rows: Sequence[EpochRow]) -> None:
        """Draw these epochs."""
        if tuple(rows) == self._drawn:
            return
        self._drawn = tuple(rows)
        if not self._lines and rows:
            self._lines = (self._plot("Loss"), self._plot("AUC, validation"))
        if self._lines:
            judged = [row for row in rows if row.validation_auc is not None]
            self._lines[0].setData([row.epoch for row in rows], [row.loss for row in rows])
            self._lines[1].setData([row.epoch for row in judged], [row.validation_auc for row in judged])

    def _plot(self, name: str) -> Any:
        from app.gui.plotting import pg

        palette = self.palette()
        plot = pg.PlotWidget(background=palette.color(QPalette.ColorRole.Base))
        plot.setAccessibleName(f"{name} by epoch")
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setMinimumSize(0, 0)
        plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        plot.setMenuEnabled(False)
        ink = palette.color(QPalette.ColorRole.Text)
        for side, text in (("left", name), ("bottom", "Epoch")):
            axis = plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setPen(ink)
            axis.setTextPen(ink)
            plot.setLabel(side, text, color=ink.name())
        self._row.addWidget(plot)
        accent = palette.color(QPalette.ColorRole.Highlight)
        return plot.plot([], [], pen=pg.mkPen(accent, width=2), symbol="o", symbolSize=5, symbolBrush=accent)
