"""Where the AI speaks, once it may: probability with model, version, training data and threshold."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.theme import em
from app.scan.scan import ViewName
from app.study.ai_result import AiResult, Attention

NO_RESULT = "No AI result for this case."
_SHORT = {ViewName.ANTERIOR: "ANT attention", ViewName.POSTERIOR: "POST attention"}


class AiPanel(QFrame):
    """`revealed` is emitted once, right after the panel was first painted for a case."""

    revealed = Signal()

    def __init__(self, toggle_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self._unseen = False
        heading = QLabel(f"AI   ({toggle_key}: hide or show)" if toggle_key else "AI")
        heading.setProperty("role", "subheading")
        self.text = QLabel(NO_RESULT)
        self.text.setWordWrap(True)
        self.maps = QHBoxLayout()
        self._contents = QWidget()
        inside = QVBoxLayout(self._contents)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.text)
        inside.addLayout(self.maps)
        column = QVBoxLayout(self)
        column.addWidget(heading)
        column.addWidget(self._contents)
        self.hide()

    def show_result(self, result: AiResult | None) -> None:
        """What the AI says of this case; without a result it says so."""
        self.text.setText(result.sentence if result is not None else NO_RESULT)
        while item := self.maps.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for view, attention in (result.heatmaps if result is not None else {}).items():
            self.maps.addWidget(_picture(attention, _SHORT[view], em(self, 12)))

    def show_place(self, place: bool, visible: bool) -> None:
        """Give the AI its place or none; `visible` False hides what it says and keeps the place."""
        if place and self.isHidden():
            self._unseen = True
        self._contents.setVisible(visible)
        self.setVisible(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unseen:
            self._unseen = False
            QTimer.singleShot(0, self, self.revealed.emit)


def _picture(attention: Attention, name: str, height: int) -> QLabel:
    grey = np.ascontiguousarray(np.clip(255 * (1 - attention), 0, 255).astype(np.uint8))
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
    label = QLabel()
    label.setPixmap(
        QPixmap.fromImage(image).scaledToHeight(height, Qt.TransformationMode.SmoothTransformation)
    )
    label.setAccessibleName(name)
    label.setToolTip(f"{name}: where the model looked, not where a lesion is")
    return label
