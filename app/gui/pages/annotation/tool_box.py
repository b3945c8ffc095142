"""The tools and what can be set about the one in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from app.annotation.contour import GREATEST_SHARE, LEAST_SHARE
from app.gui.canvas.tools import TOOLS
from app.gui.canvas.tools.brush import GREATEST_RADIUS, LEAST_RADIUS
from app.gui.flow import FlowLayout

HELP = {
    "select": "Drag a region or a vertex. Double click an edge: one vertex more; right click: one less.",
    "point": "Click a lesion.",
    "polygon": "Click the vertices; double click, Enter or the first vertex closes.",
    "freehand": "Drag around the lesion.",
    "ellipse": "Drag from corner to corner.",
    "brush": "Drag to paint; on the selected region it adds. Shift + wheel: size.",
    "eraser": "Drag over a region to take away. Shift + wheel: size.",
    "threshold": "Point at a focus, turn the wheel for the share of its maximum, click.",
    "cut": "Drag a line right through a region.",
}
_BRUSHES = ("brush", "eraser")


class ToolBox(QWidget):
    """`tool_chosen(id)`; `share_chosen(float)` of the threshold, `radius_chosen(float)` of the brush."""

    tool_chosen = Signal(str)
    share_chosen = Signal(float)
    radius_chosen = Signal(float)

    def __init__(self, key_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = ""
        self.buttons = QButtonGroup(self)
        row = QWidget()
        flow = FlowLayout(row, gap=4)
        for place, tool in enumerate(TOOLS):
            button = QPushButton(f"{tool.text}   {key_of(f'{tool.id}_tool')}".rstrip())
            button.setObjectName(tool.id)
            button.setCheckable(True)
            button.setToolTip(HELP[tool.id])
            self.buttons.addButton(button, place)
            flow.addWidget(button)
        self.buttons.idClicked.connect(lambda place: self.tool_chosen.emit(TOOLS[place].id))
        self.help = QLabel()
        self.help.setProperty("role", "quiet")
        self.help.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.value = QLabel()
        self.option = QWidget()
        option = QHBoxLayout(self.option)
        option.setContentsMargins(0, 0, 0, 0)
        option.addWidget(self.slider, 1)
        option.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)
        column.addWidget(self.help)
        column.addWidget(self.option)
        self.slider.valueChanged.connect(self._slid)

    def show_tool(self, tool: str, share: float, radius: float) -> None:
        """Press the button of the tool in hand and show its setting."""
        self._tool = tool
        for button in self.buttons.buttons():
            button.setChecked(button.objectName() == tool)
        self.help.setText(HELP[tool])
        self.option.setVisible(tool == "threshold" or tool in _BRUSHES)
        self.slider.blockSignals(True)
        if tool == "threshold":
            self.slider.setAccessibleName("Share of the maximum")
            self.slider.setRange(round(100 * LEAST_SHARE), round(100 * GREATEST_SHARE))
            self.slider.setValue(round(100 * share))
            self.value.setText(f"{share:.0%} of the maximum")
        elif tool in _BRUSHES:
            self.slider.setAccessibleName("Radius of the brush")
            self.slider.setRange(round(4 * LEAST_RADIUS), round(4 * GREATEST_RADIUS))
            self.slider.setValue(round(4 * radius))
            self.value.setText(f"radius {radius:.1f} pixels")
        self.slider.blockSignals(False)

    def _slid(self, value: int) -> None:
        if self._tool == "threshold":
            self.share_chosen.emit(value / 100)
        elif self._tool in _BRUSHES:
            self.radius_chosen.emit(value / 4)
