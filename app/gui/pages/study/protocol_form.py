"""The protocol as a form: one labelled editor per row, its meaning beneath it, its problem in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.gui.pages.study.editors import Editor, make_editor
from app.gui.pages.study.labelled_row import LabelledRow
from app.gui.theme import em
from app.gui.widgets.labels import heading
from app.study.protocol import Protocol
from app.study.protocol_fields import DEFAULTS, GROUPS, FieldKind, ProtocolField, value_of, with_value

_NARROW_EMS = 30


class ProtocolForm(QScrollArea):
    """Shows a protocol and lets it be edited.

    `edited` carries the protocol after each change, and the path of the field.
    `top`: widgets that scroll with the form, above its first group.
    """

    edited = Signal(object, str)

    def __init__(self, *top: QWidget) -> None:
        super().__init__()
        self.top = top
        self._protocol = DEFAULTS
        self._filling = False
        self.rows: dict[str, _Row] = {}
        self._body = body = QWidget()
        body.setMinimumWidth(1)  # what does not fit wraps; nothing is pushed out of sight
        self.setMinimumWidth(em(self, 18))
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 12, 12)
        column.setSpacing(6)
        for widget in top:
            column.addWidget(widget)
        self._headings: dict[str, QLabel] = {}
        for group, fields in GROUPS.items():
            title = heading(group)
            self._headings[group] = title
            column.addWidget(title)
            for row in fields:
                shown = _Row(row, self._collect)
                self.rows[row.path] = shown
                column.addWidget(shown)
        column.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._show_what_matters()

    @property
    def protocol(self) -> Protocol:
        """The protocol as it stands in the form."""
        return self._protocol

    def show_protocol(self, protocol: Protocol, frozen: bool = False) -> None:
        """Fill the form; a frozen protocol can be read and not changed."""
        self._filling = True
        self._protocol = protocol
        for path, shown in self.rows.items():
            shown.editor.write(value_of(protocol, path))
            shown.set_frozen(frozen)
        self._filling = False
        self._show_what_matters()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say under each field what is wrong with it; fields that are not named are right."""
        for path, shown in self.rows.items():
            shown.show_problem(problems.get(path, ""))

    def go_to(self, path: str) -> None:
        """Bring a field into sight and give it the keyboard."""
        shown = self.rows[path]
        self.ensureWidgetVisible(shown)
        shown.editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the labels above their editors where the form is narrow."""
        super().resizeEvent(event)
        narrow = event.size().width() < em(self, _NARROW_EMS)
        for shown in self._body.findChildren(LabelledRow):
            shown.set_narrow(narrow)

    def _collect(self, path: str) -> None:
        if self._filling:
            return
        self._protocol = with_value(self._protocol, path, self.rows[path].editor.read())
        self._show_what_matters()
        self.edited.emit(self._protocol, path)

    def _show_what_matters(self) -> None:
        for shown in self.rows.values():
            shown.setVisible(shown.row.matters(self._protocol))
        for group, title in self._headings.items():
            title.setVisible(any(each.matters(self._protocol) for each in GROUPS[group]))


class _Row(LabelledRow):
    def __init__(self, row: ProtocolField, changed: Callable[[str], None]) -> None:
        self.row = row
        self.editor: Editor = make_editor(row, lambda: changed(row.path))
        self.editor.widget.setAccessibleName(row.label)
        self.editor.widget.setAccessibleDescription(row.meaning)
        self.editor.widget.setObjectName(row.path)
        own_label = row.kind is FieldKind.YES_NO
        super().__init__("" if own_label else row.label, self.editor.widget, row.meaning)

    def set_frozen(self, frozen: bool) -> None:
        """A frozen field can be read and not changed."""
        self.editor.widget.setEnabled(not frozen)
