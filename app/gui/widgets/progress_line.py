"""How far a piece of work in the background is, with a way to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from app.gui.background import Running
from app.gui.widgets.labels import plain
from app.language import tr


class ProgressLine(QWidget):
    """A bar, words and a button; hidden while nothing is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(120)
        self.message = plain(wraps=False)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.addWidget(self.bar, 1)
        row.addWidget(self.message, 2)
        row.addWidget(self.cancel)
        self._running: Running | None = None
        self.setVisible(False)

    def follow(self, title: str, running: Running) -> None:
        """Show this work until `finish`."""
        self._running = running
        self.message.setText(f"{title}…")
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        self.setVisible(True)

    def show_progress(self, fraction: float, message: str) -> None:
        """Show how far it is."""
        self.bar.setValue(round(fraction * 1000))
        self.message.setText(message)

    def finish(self) -> None:
        """The work has ended."""
        self._running = None
        self.setVisible(False)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.message.setText(tr("Stopping…"))
            self.cancel.setEnabled(False)
