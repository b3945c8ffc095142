"""The options of a training as fields, folded away until somebody wants them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.widgets.path_fields import PathField, PathList, WantedPath
from app.gui.widgets.quiet_wheel import quiet_wheel
from app.workflows.training.options import IN_THE_WINDOW, Option, OptionKind, Value

MORE = "More options"
_MOST, _MOST_HELD_OUT = 1_000_000, 0.4


class OptionFields(QWidget):
    """A field for every option that has a name in the window; `changed` tells of any change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, QWidget] = {}
        self._read: dict[str, Callable[[], Value | None]] = {}
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._body = QWidget()
        form = QFormLayout(self._body)
        for option in IN_THE_WINDOW:
            field, read, signal = _field(option)
            field.setAccessibleName(option.label)
            field.setToolTip(option.help)
            if isinstance(field, QComboBox | QAbstractSpinBox):
                quiet_wheel(field)
            signal.connect(lambda *_: self._changed())
            self.fields[option.flag], self._read[option.flag] = field, read
            form.addRow("" if option.kind is OptionKind.FLAG else option.label, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)
        column.addWidget(self._body)
        self.fold.toggled.connect(self._unfold)
        self._unfold(False)
        self._name()

    @property
    def given(self) -> dict[str, Value]:
        """What a person has set, by flag; what is left as it is, is not there."""
        told = {flag: read() for flag, read in self._read.items()}
        return {flag: value for flag, value in told.items() if value is not None}

    def set_enabled(self, enabled: bool) -> None:
        """Whether anything can be changed; it can always be looked at."""
        self._body.setEnabled(enabled)

    def _unfold(self, wanted: bool) -> None:
        self._body.setVisible(wanted)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if wanted else Qt.ArrowType.RightArrow)

    def _changed(self) -> None:
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        number = len(self.given)
        self.fold.setText(f"{MORE} ({number} set)" if number else MORE)


def _field(option: Option) -> tuple[QWidget, Callable[[], Value | None], SignalInstance]:
    """A field, what is read from it (None while it is left as it is), and what tells of its changes."""
    match option.kind:
        case OptionKind.FLAG:
            tick = QCheckBox(option.label)
            return tick, lambda: tick.isChecked() or None, tick.toggled
        case OptionKind.CHOICE:
            box = QComboBox()
            box.addItems(list(option.choices))
            return box, lambda: box.currentText() if box.currentIndex() else None, box.currentIndexChanged
        case OptionKind.WHOLE:
            whole, usual = QSpinBox(), option.default or 0
            whole.setRange(0, _MOST)
            whole.setSpecialValueText(option.hint)
            whole.setValue(usual)
            return whole, lambda: whole.value() if whole.value() != usual else None, whole.valueChanged
        case OptionKind.SHARE:
            share = QDoubleSpinBox()
            share.setRange(0, _MOST_HELD_OUT)
            share.setSingleStep(0.05)
            share.setSpecialValueText(option.hint)
            return share, lambda: round(share.value(), 2) or None, share.valueChanged
        case OptionKind.FILE | OptionKind.FOLDER:
            wanted = WantedPath.FILE if option.kind is OptionKind.FILE else WantedPath.FOLDER
            path = PathField(option.label, wanted, option.hint, option.files)
            return path, lambda: path.path or None, path.changed
        case OptionKind.FOLDERS:
            paths = PathList(option.label, option.hint)
            return paths, lambda: paths.paths or None, paths.changed
        case OptionKind.TEXT:
            line = QLineEdit()
            line.setPlaceholderText(option.hint)
            return line, lambda: line.text().strip() or None, line.textChanged
