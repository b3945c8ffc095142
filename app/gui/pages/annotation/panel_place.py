"""Where the panel is: beside the films, over them in a frame that can be dragged, or folded away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizeGrip, QSplitter, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import plain

_PANEL_EM, _FLOATING_EM = 15.5, 22.0


class PanelPlace(QFrame):
    """The frame of the panel while it floats; `split` is where it stands otherwise, behind the films.

    `moved()`: it floats now, or stands again; whatever in it had the keyboard has lost it.
    """

    moved = Signal()

    def __init__(self, panel: QWidget, split: QSplitter, over: QWidget) -> None:
        super().__init__(over)
        self._panel, self._split, self._over = panel, split, over
        self._held: QPoint | None = None
        self.setObjectName("sheet")
        self.handle = plain("⠿  Drag; double click: back beside the films", "quiet", wraps=False)
        self.handle.setCursor(Qt.CursorShape.SizeAllCursor)
        self.handle.installEventFilter(self)
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(6, 4, 2, 2)
        self._inside.addWidget(self.handle)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(QSizeGrip(self))
        self._inside.addLayout(foot)
        over.installEventFilter(self)
        self.hide()
        self._stand()

    @property
    def floating(self) -> bool:
        """Whether the panel lies over the films."""
        return self._panel.parentWidget() is self

    @property
    def folded(self) -> bool:
        """Whether it is away."""
        return (self if self.floating else self._panel).isHidden()

    def fold(self) -> None:
        """Fold it away, or show it again where it was."""
        (self if self.floating else self._panel).setVisible(self.folded)

    def float_or_stand(self) -> None:
        """Let it float over the films, or stand beside them again; it is shown in any case."""
        if self.floating:
            self._stand()
            return
        room = self._over.rect()
        width = min(em(self, _FLOATING_EM), room.width() - 20)
        self._inside.insertWidget(1, self._panel, 1)
        self.setGeometry(room.right() - width - 10, room.top() + em(self, 3), width, room.height() * 2 // 3)
        self._panel.show()
        self.show()
        self.raise_()
        self.moved.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse on the handle, and stay inside the window."""
        if watched is self._over and event.type() is QEvent.Type.Resize and self.floating:
            self._keep_inside(self.pos())
        elif watched is self.handle and isinstance(event, QMouseEvent):
            at = event.globalPosition().toPoint()
            if event.type() is QEvent.Type.MouseButtonDblClick:
                self._stand()
            elif event.type() is QEvent.Type.MouseButtonPress:
                self._held = at - self.pos()
            elif event.type() is QEvent.Type.MouseMove and self._held is not None:
                self._keep_inside(at - self._held)
            elif event.type() is QEvent.Type.MouseButtonRelease:
                self._held = None
            return True
        return False

    def _keep_inside(self, corner: QPoint) -> None:
        room = QRect(0, 0, self._over.width() - self.width(), self._over.height() - self.height())
        self.move(max(min(corner.x(), room.width()), 0), max(min(corner.y(), room.height()), 0))

    def _stand(self) -> None:
        self._held = None
        self._split.addWidget(self._panel)
        self._split.setCollapsible(self._split.indexOf(self._panel), False)
        self._split.setSizes([10_000, em(self._over, _PANEL_EM)])
        self._panel.show()
        self.hide()
        self.moved.emit()
