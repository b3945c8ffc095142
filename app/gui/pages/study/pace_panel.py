"""The readers' pace: which readers are shown, the plot, and what stands under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import muted, note
from app.study.pace import ReaderPace

if TYPE_CHECKING:
    from app.gui.pages.study.pace_plot import PacePlot

_EVERYBODY = "All readers"
_HINT = "Point at a case, or go from case to case with the arrow keys."
_HELP = (
    "A point per case, a ring where the views were blanked by a pause, a line for the running median; of one "
    "reader alone, a dashed line where a new sitting begins. Times only: no answer and no truth."
)


class PacePanel(QWidget):
    """Makes the plot when there is something to draw and somebody looks: pyqtgraph is slow to load."""

    def __init__(self) -> None:
        super().__init__()
        self.plot: PacePlot | None = None
        self._paces: tuple[ReaderPace, ...] = ()
        self.shown = QComboBox()
        self.shown.setAccessibleName("Whose pace is shown")
        self.shown.addItem(_EVERYBODY)
        self.shown.currentIndexChanged.connect(lambda _: self._draw())
        self.whole_button = QPushButton("Show everything")
        self.whole_button.clicked.connect(self._show_everything)
        self.read_out = note()
        head = QHBoxLayout()
        head.addWidget(self.shown)
        head.addWidget(self.read_out, 1)
        head.addWidget(self.whole_button)
        self._box = QVBoxLayout(self)
        self._box.addLayout(head)
        self._box.addWidget(muted(_HELP))

    def show_paces(self, paces: tuple[ReaderPace, ...]) -> None:
        """Show these readers; the choice stays while there is such a reader."""
        self._paces = paces
        chosen = self.shown.currentText()
        self.shown.blockSignals(True)
        self.shown.clear()
        self.shown.addItems([_EVERYBODY, *(pace.reader for pace in paces)])
        self.shown.setCurrentIndex(max(0, self.shown.findText(chosen)))
        self.shown.blockSignals(False)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while nobody looked."""
        super().showEvent(event)
        self._draw()

    def _show_everything(self) -> None:
        if self.plot is not None:
            self.plot.show_everything()

    def _draw(self) -> None:
        chosen = self.shown.currentText()
        only = "" if chosen == _EVERYBODY else chosen
        filled = any(pace.presentations for pace in self._paces if only in ("", pace.reader))
        self.whole_button.setEnabled(filled)
        self.read_out.setText(_HINT if filled else "No case was read to its end yet.")
        if self.plot is None and filled and self.isVisible():
            from app.gui.pages.study.pace_plot import PacePlot

            self.plot = PacePlot(lambda words: self.read_out.setText(words or _HINT))
            self.plot.setMinimumHeight(em(self, 14))
            self._box.insertWidget(1, self.plot, 1)
        if self.plot is not None:
            self.plot.setVisible(filled)
            self.plot.show_paces(self._paces, only)
