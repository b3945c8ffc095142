"""The tools and what can be set about the one in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from app.gui.canvas.tools import TOOLS
from app.gui.canvas.tools.tool import Setting
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import muted, plain

_BY_ID = {each.id: each for each in TOOLS}


class ToolBox(QWidget):
    """`tool_chosen(id)`; `setting_chosen(float)` for the one in hand."""

    tool_chosen = Signal(str)
    setting_chosen = Signal(float)

    def __init__(self, key_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setting: Setting | None = None
        self.buttons = QButtonGroup(self)
        row = QWidget()
        flow = FlowLayout(row, gap=4)
        for place, tool in enumerate(TOOLS):
            button = QPushButton(f"{tool.text}   {key_of(f'{tool.id}_tool')}".rstrip())
            button.setObjectName(tool.id)
            button.setCheckable(True)
            button.setToolTip(tool.help)
            self.buttons.addButton(button, place)
            flow.addWidget(button)
        self.buttons.idClicked.connect(lambda place: self.tool_chosen.emit(TOOLS[place].id))
        self.help = muted()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.value = plain(wraps=False)
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

    def show_tool(self, tool: str, value: float) -> None:
        """Press the button of the tool in hand and show what it is set to."""
        for button in self.buttons.buttons():
            button.setChecked(button.objectName() == tool)
        self.help.setText(_BY_ID[tool].help)
        self._setting = setting = _BY_ID[tool].setting
        self.option.setVisible(setting is not None)
        if setting is None:
            return
        self.slider.blockSignals(True)
        self.slider.setAccessibleName(setting.name)
        self.slider.setRange(round(setting.steps * setting.least), round(setting.steps * setting.greatest))
        self.slider.setValue(round(setting.steps * value))
        self.slider.blockSignals(False)
        self.value.setText(setting.said(value))

    def _slid(self, place: int) -> None:
        if self._setting is not None:
            self.setting_chosen.emit(place / self._setting.steps)
