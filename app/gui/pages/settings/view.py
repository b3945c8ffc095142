"""The settings page: the table of settings, group by group, saved as soon as something is chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGroupBox, QVBoxLayout, QWidget

from app.errors import AppError
from app.gui.page import Page, PageContext
from app.gui.pages.settings.fields import FIELDS, SettingField
from app.gui.pages.settings.keys_editor import KeysEditor
from app.gui.pages.settings.presenter import KeyTable
from app.gui.theme import em
from app.gui.widgets.labels import muted, plain, title
from app.gui.widgets.scrolled import scrolled
from app.language import for_later, tr
from app.settings import ROWS, Row, SettingKind, Settings
from app.window_request import WindowRequest


class SettingsPage(Page):
    """All settings and all keys."""

    page_id = "settings"
    title = for_later("Settings")

    def build(self, context: PageContext) -> None:
        self._context = context
        self.fields: dict[str, SettingField] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addWidget(title(tr("Settings")))
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        column.addLayout(self._halves, 1)
        left = QVBoxLayout()
        for group in dict.fromkeys(row.group for row in ROWS if row.kind in FIELDS and row.group):
            left.addWidget(self._group(group))
        left.addStretch(1)
        keys = QGroupBox(tr("Keys"))
        self.keys = KeysEditor(KeyTable(context.settings))
        QVBoxLayout(keys).addWidget(self.keys)
        self._halves.addLayout(left, 2)
        self._halves.addWidget(keys, 3)
        scroll = scrolled(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        context.settings.on_change(self._show)
        self._show(context.settings.current)

    def opened(self, _request: WindowRequest) -> None:
        """The first field has the keyboard."""
        first = next(iter(self.fields.values()))
        first.findChildren(QWidget)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keys beside the other settings where there is room, below them otherwise."""
        super().resizeEvent(event)
        wide = self.width() >= em(self, 66)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._halves.setDirection(way)

    def _group(self, name: str) -> QGroupBox:
        box = QGroupBox(tr(name))
        lines = QVBoxLayout(box)
        for row in ROWS:
            if row.group == name and row.kind in FIELDS:
                self._add_row(lines, row)
        return box

    def _add_row(self, lines: QVBoxLayout, row: Row) -> None:
        field = FIELDS[row.kind](row, partial(self._save, row.key))
        self.fields[row.key] = field
        if row.kind is not SettingKind.FLAG:
            lines.addWidget(plain(tr(row.label), wraps=False))
        lines.addWidget(field)
        if row.explanation:
            lines.addWidget(muted(tr(row.explanation)))

    def _save(self, key: str, value: object) -> None:
        try:
            self._context.settings.change(**{key: value})
        except AppError as error:
            self._context.banners.error(error)
            self._show(self._context.settings.current)
            return
        if key == "language":
            self._context.banners.info(
                tr("The language changes when the program is started again."), key=self.page_id
            )

    def _show(self, settings: Settings) -> None:
        for key, field in self.fields.items():
            field.show_value(getattr(settings, key))
        self.keys.refresh()
