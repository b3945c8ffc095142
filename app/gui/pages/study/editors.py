"""One small editor per kind of field: a widget, how to read it, how to fill it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from app.gui.widgets.labels import plain
from app.gui.widgets.quiet_wheel import quiet_wheel
from app.gui.widgets.rows_text import RowsText
from app.study.protocol_fields import FieldKind, FieldValue, ProtocolField

_DECIMALS = 10
_LARGEST = 2**31 - 1
"""What a `QSpinBox` can hold."""


@dataclass(frozen=True)
class Editor:
    """A widget that holds the value of one field."""

    widget: QWidget
    read: Callable[[], FieldValue]
    write: Callable[[FieldValue], None]


def lines_of(text: str) -> tuple[str, ...]:
    """The entries of a list, one per line or comma, without blanks, in their order."""
    return texts_of(text.replace(",", "\n"))


def texts_of(text: str) -> tuple[str, ...]:
    """The lines that are not blank, in their order."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def make_editor(row: ProtocolField, changed: Callable[[], None]) -> Editor:
    """The editor for one row; calls `changed` when a person (or `write`) changes it."""
    match row.kind:
        case FieldKind.TEXT:
            return _line(changed)
        case FieldKind.LONG_TEXT:
            return _text(changed, 3, lambda text: text.strip(), str)
        case FieldKind.LIST:
            return _text(changed, 4, lines_of, lambda value: "\n".join(value))  # type: ignore[arg-type]
        case FieldKind.LINES:
            return _text(changed, 4, texts_of, lambda value: "\n".join(value))  # type: ignore[arg-type]
        case FieldKind.WHOLE | FieldKind.DECIMAL:
            return _number(row, changed)
        case FieldKind.YES_NO:
            return _yes_no(row, changed)
        case FieldKind.CHOICE:
            return _choice(row, changed)
        case FieldKind.SHOWN:
            return _shown()


def _line(changed: Callable[[], None]) -> Editor:
    box = QLineEdit()
    box.textChanged.connect(lambda _: changed())
    return Editor(box, lambda: box.text().strip(), lambda value: box.setText(str(value)))


def _text(
    changed: Callable[[], None],
    rows: int,
    parse: Callable[[str], FieldValue],
    form: Callable[[FieldValue], str],
) -> Editor:
    box = RowsText(rows)
    box.textChanged.connect(changed)
    return Editor(box, lambda: parse(box.toPlainText()), lambda value: box.setPlainText(form(value)))


class Number(QDoubleSpinBox):
    """A number shown with as many decimals as it has, so that what stands there is what is kept."""

    def __init__(self, low: float, high: float, decimals: int) -> None:
        super().__init__()
        self._least = decimals
        self.setDecimals(_DECIMALS if decimals else 0)
        self.setRange(low, high)

    def textFromValue(self, value: float) -> str:
        """The value without the zeros that say nothing."""
        whole, _, part = f"{value:.{self.decimals()}f}".partition(".")
        part = part.rstrip("0").ljust(self._least, "0")
        return f"{whole}{self.locale().decimalPoint()}{part}" if part else whole


def _number(row: ProtocolField, changed: Callable[[], None]) -> Editor:
    low, high = row.bounds
    whole = row.kind is FieldKind.WHOLE
    box: QSpinBox | Number
    if whole and high <= _LARGEST:
        box = QSpinBox()
        box.setRange(int(low), int(high))
    else:
        box = Number(low, high, 0 if whole else 2 if high <= 1 else 1)
        box.setSingleStep(0.05 if high <= 1 else 1.0)
    box.valueChanged.connect(lambda _: changed())
    box.setSuffix(f" {row.unit}" if row.unit else "")
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
    quiet_wheel(box)
    kind = int if whole else float
    return Editor(box, lambda: kind(box.value()), lambda value: box.setValue(kind(value)))  # type: ignore[arg-type]


def _yes_no(row: ProtocolField, changed: Callable[[], None]) -> Editor:
    box = QCheckBox(row.label)
    box.toggled.connect(lambda _: changed())
    return Editor(box, box.isChecked, lambda value: box.setChecked(bool(value)))


def _choice(row: ProtocolField, changed: Callable[[], None]) -> Editor:
    box = QComboBox()
    values = tuple(row.choices)
    for value in values:
        box.addItem(row.choices[value])
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.currentIndexChanged.connect(lambda _: changed())
    quiet_wheel(box)
    return Editor(
        box,
        lambda: values[box.currentIndex()],
        lambda value: box.setCurrentIndex(values.index(value)),
    )


def _shown() -> Editor:
    label = plain(wraps=False)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    held: list[FieldValue] = [""]

    def write(value: FieldValue) -> None:
        held[0] = value
        label.setText(str(value))

    return Editor(label, lambda: held[0], write)
