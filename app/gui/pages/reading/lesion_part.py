"""The lesions on the answer panel: tools, the list of marks, and "I see no lesion"."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from app.gui.pages.reading.mark_list import MarkList
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.wrapped_box import WrappedBox
from app.study.protocol import AnswerRules, Requirement

_TOOLS = (("select", "Select"), ("point", "Point"), ("polygon", "Polygon"))


class LesionPart(QWidget):
    """`tool_chosen` carries the tool's name, `no_lesion` the state of the box."""

    tool_chosen = Signal(str)
    no_lesion = Signal(bool)

    def __init__(
        self, rules: AnswerRules, key_of: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.tools = QButtonGroup(self)
        tool_row = FlowLayout()
        for index, (tool, words) in enumerate(_TOOLS):
            button = QPushButton(f"{words}  {key_of(f'{tool}_tool')}".rstrip())
            button.setCheckable(True)
            button.setObjectName(tool)
            self.tools.addButton(button, index)
            tool_row.addWidget(button)
        self.tools.idClicked.connect(lambda index: self.tool_chosen.emit(_TOOLS[index][0]))
        self.list = MarkList(with_rating=rules.mark_rating)
        self.box = WrappedBox("I see no lesion")
        self.box.clicked.connect(self.no_lesion)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.list)
        column.addLayout(tool_row)
        column.addWidget(self.box)
        if rules.marks is Requirement.OFF:
            self.hide()

    def show_tool(self, tool: str) -> None:
        """Press the button of the tool in use."""
        for button in self.tools.buttons():
            button.setChecked(button.objectName() == tool)
