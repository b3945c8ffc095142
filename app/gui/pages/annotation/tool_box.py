"""The tools, and what can be set about the one in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSlider, QStackedWidget, QWidget

from app.gui.actions import BY_ID
from app.gui.canvas.tools import TOOLS
from app.gui.canvas.tools.brush import BRUSH
from app.gui.canvas.tools.tool import Setting
from app.gui.pages.annotation.brush_options import BrushOptions
from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.icon_button import IconButton
from app.gui.widgets.labels import plain

_BY_ID = {each.id: each for each in TOOLS}


class ToolBox(QObject):
    """`tool_chosen(id)`; `setting_chosen(float)` for the one in hand.

    `buttons` and `option`, the line about the tool in hand, are placed by whoever shows them.
    """

    tool_chosen = Signal(str)
    setting_chosen = Signal(float)

    def __init__(self, key_of: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._setting: Setting | None = None
        self.buttons = QButtonGroup(self)
        for place, tool in enumerate(TOOLS):
            action = f"{tool.id}_tool"
            button = IconButton(BY_ID[action].icon, tool.text)
            button.setObjectName(tool.id)
            button.setCheckable(True)
            button.setToolTip(f"{tool.text}   {key_of(action)}\n{tool.help}")
            self.buttons.addButton(button, place)
        self.buttons.idClicked.connect(lambda place: self.tool_chosen.emit(TOOLS[place].id))
        self.help = ElidedLabel()
        self.help.setProperty("role", "quiet")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.value = plain(wraps=False)
        setting = QWidget()
        row = QHBoxLayout(setting)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        self.brush = BrushOptions()
        row.addWidget(self.brush)
        self.option = QStackedWidget()
        self.option.addWidget(self.help)
        self.option.addWidget(setting)
        self.option.setFixedHeight(em(parent, 1.5))
        self.slider.valueChanged.connect(self._slid)

    def show_tool(self, tool: str, value: float) -> None:
        """Press the button of the tool in hand and show what it is set to."""
        for button in self.buttons.buttons():
            button.setChecked(button.objectName() == tool)
        self.help.setText(_BY_ID[tool].help)
        self._setting = setting = _BY_ID[tool].setting
        self.option.setCurrentIndex(0 if setting is None else 1)
        self.brush.setVisible(tool == BRUSH.id)
        if setting is None:
            return
        self.slider.blockSignals(True)
        self.slider.setAccessibleName(setting.name)
        self.slider.setToolTip(_BY_ID[tool].help)
        self.slider.setRange(round(setting.steps * setting.least), round(setting.steps * setting.greatest))
        self.slider.setValue(round(setting.steps * value))
        self.slider.blockSignals(False)
        self.value.setText(setting.said(value))

    def _slid(self, place: int) -> None:
        if self._setting is not None:
            self.setting_chosen.emit(place / self._setting.steps)
