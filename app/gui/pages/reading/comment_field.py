"""The reader's comment: takes every key as text; Escape goes back to the images."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.language import tr


class CommentField(QPlainTextEdit):
    """A few lines of free text; `commented` carries the whole text after every change by hand."""

    commented = Signal(str)
    left = Signal()
    """Escape: the reader wants the images back."""
    finished = Signal()
    """The keyboard went elsewhere after the text was changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("Comment (Esc goes back to the images)"))
        self.setAccessibleName(tr("Comment"))
        self.ensurePolished()
        self.setFixedHeight(round(self.fontMetrics().lineSpacing() * 2.9))
        self._touched = False
        self.textChanged.connect(self._changed)

    def show_comment(self, text: str) -> None:
        """Show a comment without reporting it."""
        if self.toPlainText() != text:
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()  # otherwise Escape would cancel a polygon
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._touched:
            self._touched = False
            self.finished.emit()

    def _changed(self) -> None:
        self._touched = True
        self.commented.emit(self.toPlainText())
