"""The log sheet: what went wrong, to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from app.gui.log import LogMemory
from app.gui.sheets.sheet import Sheet
from app.gui.theme import em
from app.gui.widgets.labels import muted
from app.language import tr


class LogSheet(Sheet):
    """The latest lines of the log with "Copy details"."""

    def __init__(self, memory: LogMemory, parent: QWidget) -> None:
        super().__init__(tr("Log"), parent, width_em=70)
        self._memory = memory
        hint = muted(
            tr(
                "For whoever looks after the program. It holds no patient names, no"
                " file names and no answers."
            )
        )
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Log lines"))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self.text.setFont(font)
        self.text.setMinimumHeight(em(self, 18))
        self.text.setPlainText(memory.details())
        self.copy_button = QPushButton(tr("Copy details"))
        self.copy_button.setAutoDefault(True)
        self.copy_button.clicked.connect(self._copy)
        self.content.addWidget(hint)
        self.content.addWidget(self.text, 1)
        self.buttons.insertWidget(self.buttons.count() - 1, self.copy_button)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._memory.details())
        self.copy_button.setText(tr("Copied"))
