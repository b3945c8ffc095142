"""The regions of the report, or those of the protocol, as boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.gui.widgets.labels import heading
from app.language import tr

_COLUMNS = 3


class Checklist(QWidget):
    """`ticked` carries the names of all ticked regions, in their order."""

    ticked = Signal(object)

    def __init__(self, places: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(heading(tr("Regions with metastasis"), wraps=True), 0, 0, 1, _COLUMNS)
        self.boxes: dict[str, QCheckBox] = {}
        for index, region in enumerate(places):
            box = QCheckBox(tr(region).replace("&", "&&"))
            box.clicked.connect(lambda _checked: self.ticked.emit(self._chosen()))
            self.boxes[region] = box
            grid.addWidget(box, 1 + index // _COLUMNS, index % _COLUMNS)

    def show_ticked(self, regions: tuple[str, ...]) -> None:
        """Tick exactly these regions."""
        for region, box in self.boxes.items():
            box.setChecked(region in regions)

    def _chosen(self) -> tuple[str, ...]:
        return tuple(region for region, box in self.boxes.items() if box.isChecked())
