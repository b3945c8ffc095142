"""The way from page to page: a narrow rail at the left, because scans are tall and screens are wide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from app.gui.action_binder import WindowActions
from app.gui.actions import BY_ID
from app.gui.icons import icon
from app.gui.pages import PageEntry
from app.gui.theme import em
from app.language import tr

_BOTH = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
_WORDS = Qt.ToolButtonStyle.ToolButtonTextOnly
_LOOKS = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)
_ICON = 1.35
"""Side of an icon, in the letters' size."""


class Rail(QFrame):
    """One button per page, and the keys sheet at the bottom; without icons on a low window."""

    def __init__(self, pages: Sequence[PageEntry], actions: WindowActions) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._actions = actions
        self._heights: dict[Qt.ToolButtonStyle, int] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for entry in pages:
            button = self._button(tr(entry.title), entry.action)
            button.setCheckable(True)
            self._group.addButton(button)
            self.buttons[entry.page_id] = button
        self._column.addStretch(1)
        self.keys_button = self._button(tr("Keys"), "keys_sheet")
        actions.keys_changed.connect(self._tell_keys)
        self._dress()
        self._tell_keys()

    def show_page(self, page_id: str) -> None:
        """Mark the page that is shown."""
        if page_id in self.buttons:
            self.buttons[page_id].setChecked(True)

    def minimumSizeHint(self) -> QSize:
        """As high as the words alone."""
        return QSize(super().minimumSizeHint().width(), self._height(_WORDS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the icons out where they do not fit."""
        super().resizeEvent(event)
        style = _BOTH if self.height() >= self._height(_BOTH) else _WORDS
        for button in self._all():
            if button.toolButtonStyle() != style:
                button.setToolButtonStyle(style)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icons when colours or text size change."""
        super().changeEvent(event)
        if event.type() in _LOOKS and hasattr(self, "_heights"):
            self._dress()

    def _button(self, text: str, action: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setObjectName(action)
        button.setToolButtonStyle(_BOTH)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAutoRaise(True)
        button.clicked.connect(lambda: self._actions.trigger(action))
        self._column.addWidget(button)
        return button

    def _all(self) -> tuple[QToolButton, ...]:
        return (*self.buttons.values(), self.keys_button) if hasattr(self, "keys_button") else ()

    def _height(self, style: Qt.ToolButtonStyle) -> int:
        """What all buttons need in a style, as they themselves say; asked once for each look."""
        if style not in self._heights:
            self._heights[style] = sum(_height_in(style, button) for button in self._all())
        return self._heights[style]

    def _dress(self) -> None:
        self._heights.clear()
        side = em(self, _ICON)
        for button in self._all():
            button.setIcon(icon(BY_ID[button.objectName()].icon, self.palette(), side))
            button.setIconSize(QSize(side, side))

    def _tell_keys(self) -> None:
        for button in (*self.buttons.values(), self.keys_button):
            shortcut = self._actions.qactions[button.objectName()].shortcut()
            key = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{button.text()}   {key}".strip())


def _height_in(style: Qt.ToolButtonStyle, button: QToolButton) -> int:
    shown = button.toolButtonStyle()
    button.ensurePolished()
    button.setToolButtonStyle(style)
    height = button.sizeHint().height()
    button.setToolButtonStyle(shown)
    return height
