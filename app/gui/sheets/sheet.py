"""A panel over the page, inside the window: no second window takes the keyboard away from a reading."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import title
from app.language import tr


class Sheet(QWidget):
    """A titled panel that covers its parent; Esc or Close takes it away and gives the keyboard back.

    `closed`: it is gone. Subclasses fill `content` and `buttons`.
    """

    closed = Signal()

    def __init__(self, name: str, parent: QWidget, width_em: float = 46.0) -> None:
        super().__init__(parent)
        self._under = parent
        self._before = QApplication.focusWidget()
        self.title = name
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.content = QVBoxLayout()
        self.buttons = QHBoxLayout()
        self.close_button = QPushButton(f"{tr('Close')}   Esc")
        self.close_button.setAutoDefault(True)
        self.close_button.clicked.connect(self.close_sheet)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.close_button)
        self._panel = QFrame(self)
        self._panel.setObjectName("sheet")
        self._width_em = width_em
        inner = QVBoxLayout(self._panel)
        margin = em(self, 1.2)
        inner.setContentsMargins(margin, margin, margin, margin)
        inner.setSpacing(em(self, 0.7))
        inner.addWidget(title(name))
        inner.addLayout(self.content, 1)
        inner.addLayout(self.buttons)
        parent.installEventFilter(self)

    def open_sheet(self) -> None:
        """Show it over the whole parent and take the keyboard."""
        self.setGeometry(self._under.rect())
        self.show()
        self.raise_()
        self._place()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Take it away and give the keyboard back to where it was."""
        self._under.removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the parent."""
        if watched is self._under and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._under.rect())
            self._place()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the sheet."""
        stops = [
            w
            for w in self.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
        ]
        here = QApplication.focusWidget()
        if not stops:
            return True
        at = stops.index(here) if here in stops else -1
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; no key goes on to the page below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep clicks from the page below."""
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the page below."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 120))

    def _place(self) -> None:
        margin = em(self, 1)
        width = min(em(self, self._width_em), self.width() - 2 * margin)
        height = min(max(self._panel.sizeHint().height(), em(self, 14)), self.height() - 2 * margin)
        self._panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)
