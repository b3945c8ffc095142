"""The table of keys and the line below it that changes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.gui.actions import ACTIONS
from app.gui.pages.settings.presenter import KeyTable
from app.gui.theme import em
from app.gui.widgets.labels import plain
from app.language import tr

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_NATIVE = QKeySequence.SequenceFormat.NativeText


class KeysEditor(QWidget):
    """Choose an action, press its new key; a key that is taken is refused with the reason."""

    def __init__(self, table: KeyTable) -> None:
        super().__init__()
        self._table = table
        self.key = QKeySequenceEdit()
        self.list = QTableWidget(0, 4)
        self.list.setHorizontalHeaderLabels([tr("Action"), tr("Menu"), tr("Works"), tr("Keys")])
        self.list.verticalHeader().setVisible(False)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTabKeyNavigation(False)
        self.list.setShowGrid(False)
        self.list.setAccessibleName(tr("Keys of all actions"))
        self.list.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.setMinimumHeight(em(self, 18))
        self.list.itemSelectionChanged.connect(self._chosen)
        self.list.cellDoubleClicked.connect(lambda _row, _column: self.key.setFocus())
        self.key.setMaximumSequenceLength(1)
        self.key.setClearButtonEnabled(True)
        self.key.setAccessibleName(tr("New key: press it"))
        self.key.keySequenceChanged.connect(lambda _: self._weigh())
        self.replace_button = self._button(tr("Use this key"), self._replace)
        self.add_button = self._button(tr("Add as another"), self._add)
        self.clear_button = self._button(tr("No key"), self._clear)
        self.restore_button = self._button(tr("Default"), self._restore)
        self.restore_all_button = self._button(tr("All defaults"), self._restore_all)
        self.verdict = plain()
        line = QHBoxLayout()
        line.addWidget(plain(tr("New key"), wraps=False))
        for widget in (self.key, self.replace_button, self.add_button):
            line.addWidget(widget)
        line.addStretch(1)
        second = QHBoxLayout()
        for button in (self.clear_button, self.restore_button):
            second.addWidget(button)
        second.addStretch(1)
        second.addWidget(self.restore_all_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        column.addLayout(line)
        column.addLayout(second)
        column.addWidget(self.verdict)
        self.refresh()
        self.list.selectRow(0)

    def refresh(self) -> None:
        """Show the keys as they are now."""
        rows = list(self._table.rows())
        self.list.setRowCount(len(rows))
        for at, row in enumerate(rows):
            keys = "   ".join(QKeySequence(key).toString(_NATIVE) for key in row.keys)
            cells = (row.text, row.group, row.where, keys)
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                font = item.font()
                font.setBold(row.changed)
                item.setFont(font)
                self.list.setItem(at, column, item)
        for column in (1, 2, 3):
            self.list.resizeColumnToContents(column)
        self.list.setColumnWidth(3, max(self.list.columnWidth(3), em(self, 10)))

    def chosen(self) -> str:
        """The action whose key is being changed."""
        return ACTIONS[max(self.list.currentRow(), 0)].id

    def _button(self, text: str, call: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(True)
        button.clicked.connect(call)
        return button

    def _chosen(self) -> None:
        self.key.clear()
        self.verdict.clear()
        self._weigh()

    def _pressed(self) -> str:
        return self.key.keySequence().toString(_PORTABLE)

    def _weigh(self) -> None:
        key = self._pressed()
        objection = self._table.objection(self.chosen(), key)
        self.replace_button.setEnabled(not objection)
        self.add_button.setEnabled(not objection)
        self.verdict.setText(objection if key else "")

    def _replace(self) -> None:
        self._try(partial(self._table.replace, self.chosen(), self._pressed()))

    def _add(self) -> None:
        self._try(partial(self._table.add, self.chosen(), self._pressed()))

    def _clear(self) -> None:
        self._try(partial(self._table.clear, self.chosen()))

    def _restore(self) -> None:
        self._try(partial(self._table.restore, self.chosen()))

    def _restore_all(self) -> None:
        self._try(self._table.restore_all)

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except AppError as error:
            self.verdict.setText(str(error))
            return
        self.key.clear()
        self.refresh()
        self.verdict.setText(tr("Saved."))
