"""Asks in which formats annotations are handed out, and of which cases."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from app.annotation.formats import FORMATS
from app.gui.sheets.sheet import Sheet
from app.gui.widgets.labels import muted
from app.wording import counted
from app.workflows.annotation.desk_record import CaseStatus, summary

_FIRST = ("labelme", "png", "coco")


class ExportSheet(Sheet):
    """`wanted(formats, only)`: names of formats, and the cases that are wanted or None for all."""

    wanted = Signal(list, object)

    def __init__(self, statuses: Mapping[str, CaseStatus], parent: QWidget) -> None:
        super().__init__("Export annotations", parent, 40.0)
        self._finished = frozenset(case for case, status in statuses.items() if status.finished)
        self.content.addWidget(
            muted(
                f"{counted(len(statuses), 'scan')}: {summary(statuses.values())}. Every format gets a folder "
                "of its own; what cannot come along is told, and listed in left_out.txt."
            )
        )
        self.boxes: dict[str, QCheckBox] = {}
        for each in FORMATS:
            if each.write is not None:
                box = QCheckBox(each.title)
                box.setChecked(each.name in _FIRST)
                box.toggled.connect(self._enable)
                self.boxes[each.name] = box
                self.content.addWidget(box)
        self.only_finished = QCheckBox(f"Only what is finished ({counted(len(self._finished), 'case')})")
        self.only_finished.toggled.connect(self._enable)
        self.content.addSpacing(8)
        self.content.addWidget(self.only_finished)
        self.export_button = QPushButton("Export into a folder…")
        self.export_button.setProperty("primary", True)
        self.export_button.clicked.connect(self._export)
        self.buttons.insertWidget(0, self.export_button)

    def _chosen(self) -> list[str]:
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def _enable(self) -> None:
        some = bool(self._finished) or not self.only_finished.isChecked()
        self.export_button.setEnabled(bool(self._chosen()) and some)

    def _export(self) -> None:
        formats = self._chosen()
        only = self._finished if self.only_finished.isChecked() else None
        self.close_sheet()
        self.wanted.emit(formats, only)
