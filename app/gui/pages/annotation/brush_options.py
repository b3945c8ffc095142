"""What the brush does beside painting everything: only what is hot, and what with other lesions."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget, QWidgetAction

from app.annotation.contour import GREATEST_SHARE, LEAST_SHARE, SHARE
from app.annotation.painting import OtherLesions
from app.gui.theme import em
from app.gui.widgets.labels import plain


class BrushOptions(QToolButton):
    """A button with a menu; `changed(share or None, OtherLesions)`."""

    changed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.above = menu.addAction("Only what is above")
        self.above.setCheckable(True)
        self.share = QSlider(Qt.Orientation.Horizontal)
        self.share.setRange(round(100 * LEAST_SHARE), round(100 * GREATEST_SHARE))
        self.share.setValue(round(100 * SHARE))
        self.share.setAccessibleName("Share of the highest count under the stroke")
        self.share.setMinimumWidth(em(self, 8))
        self.said = plain(wraps=False)
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.addWidget(self.share, 1)
        inside.addWidget(self.said)
        slider = QWidgetAction(menu)
        slider.setDefaultWidget(row)
        menu.addAction(slider)
        menu.addSeparator()
        self._group = QActionGroup(self)
        self.others = {}
        for each in OtherLesions:
            action = menu.addAction(f"Paint {each.value}")
            action.setCheckable(True)
            action.setChecked(each is OtherLesions.OVER)
            self._group.addAction(action)
            self.others[each] = action
        self.setMenu(menu)
        self.above.toggled.connect(self._say)
        self.share.valueChanged.connect(self._say)
        self._group.triggered.connect(self._say)
        self._say()

    def _say(self) -> None:
        share = self.share.value() / 100
        self.said.setText(f"{share:.0%} of the highest count under the stroke")
        others = next(each for each, action in self.others.items() if action.isChecked())
        above = self.above.isChecked()
        some = above or others is not OtherLesions.OVER
        self.setText(f"≥ {share:.0%}" if above else "•" if some else "…")
        self.setToolTip(
            f"The brush paints {f'what is above {share:.0%}' if above else 'everything'}, {others.value}"
        )
        self.changed.emit(share if above else None, others)
