"""What comes with the second answer beside an AI, or instead of one: it stands where the AI would."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.pages.reading.seen_frame import SeenFrame
from app.gui.theme import em
from app.gui.widgets.labels import heading, plain
from app.language import for_later, tr

NOTHING = for_later("Nothing more is known of this case.")


class LaterPart(SeenFrame):
    """Holds nothing before its time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = plain()
        column = QVBoxLayout(self)
        column.setSpacing(em(self, 0.3))
        column.addWidget(heading(tr("Now shown as well"), wraps=True))
        column.addWidget(self.text)
        self.hide()

    def show_later(self, place: bool, facts: tuple[str, ...]) -> None:
        """Give it its place with these facts, or none."""
        said = SEPARATOR.join(facts) or tr(NOTHING)
        if self.text.text() != said:
            self.text.setText(said)
        if place and self.isHidden():
            self.await_paint()
        self.setVisible(place)


SEPARATOR = "   ·   "
"""Between the clinical facts of a case."""
