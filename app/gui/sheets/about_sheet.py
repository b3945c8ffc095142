"""About: what this is, its version and licence, and what it may be used for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import __version__
from app.gui.icons import application_icon
from app.gui.sheets.sheet import Sheet
from app.gui.theme import em
from app.gui.widgets.labels import muted, note, plain
from app.language import tr
from app.wording import RESEARCH_USE


class AboutSheet(Sheet):
    """Version, licence, research-use statement and when it was acknowledged."""

    def __init__(self, acknowledged: str, parent: QWidget) -> None:
        super().__init__(f"ScintiRead {__version__}", parent, width_em=44)
        side = em(self, 4)
        picture = plain(wraps=False)
        picture.setPixmap(application_icon().pixmap(side, side))
        words = plain(
            tr("Reader studies and annotation on whole-body bone scans.")
            + "\n"
            + tr("Apache License 2.0. Nothing is sent anywhere; there is no telemetry.")
        )
        row = QHBoxLayout()
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        self.content.addLayout(row)
        for paragraph in RESEARCH_USE:
            self.content.addWidget(note(paragraph))
        if acknowledged:
            version, _, moment = acknowledged.partition(" ")
            when = moment.replace("T", " ").removesuffix("Z")
            self.content.addWidget(
                muted(tr("Acknowledged {when} UTC in version {version}.", when=when, version=version))
            )
        self.content.addStretch(1)
