"""A line over the images that stays until it is settled: something was not saved."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.gui.pages.reading.curtain import Notice
from app.gui.widgets.labels import plain


class NoticeBar(QFrame):
    """Looks like the window's banners, but cannot be dismissed: only its choices settle it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("level", "error")
        self.label = plain()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.label, stretch=1)
        self.buttons: tuple[QPushButton, ...] = ()
        self.hide()

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice in place of the one there is; None takes it away."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()  # it may be the one whose click led here
        self.buttons = ()
        if notice is not None:
            self.label.setText(notice.text)
            made = []
            for choice in notice.choices:
                button = QPushButton(choice.text)
                button.clicked.connect(choice.call)
                self._row.addWidget(button)
                made.append(button)
            self.buttons = tuple(made)
        self.setVisible(notice is not None)
