"""One control per kind of setting; what a person chooses is saved at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.gui.file_dialogs import choose_folder
from app.language import named, tr
from app.settings import Row, SettingKind

Save = Callable[[object], None]


class SettingField(QWidget):
    """The control of one row; `show_value` follows the settings without saving again."""

    def __init__(self, row: Row, save: Save) -> None:
        super().__init__()
        self.row = row
        self._save = save
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)

    def show_value(self, value: object) -> None:
        """Show what is set."""
        raise NotImplementedError


class ChoiceField(SettingField):
    """A list to choose from: named choices, or percentages."""

    def __init__(self, row: Row, save: Save) -> None:
        super().__init__(row, save)
        self.box = QComboBox()
        self.box.setAccessibleName(tr(row.label))
        low, high, step = row.bounds
        for word, words in row.choices:
            self.box.addItem(named(word) if row.key == "language" and word else tr(words), word)
        if not row.choices:
            for value in range(low, high + 1, step):
                self.box.addItem(f"{value} %", value)
        self.box.activated.connect(lambda at: self._save(self.box.itemData(at)))
        self._line.addWidget(self.box)
        self._line.addStretch(1)

    def show_value(self, value: object) -> None:
        at = self.box.findData(value)
        if at < 0:  # a percentage between the steps, set by hand in the file
            self.box.addItem(f"{value} %", value)
            at = self.box.count() - 1
        self.box.setCurrentIndex(at)


class FlagField(SettingField):
    """A tick box; its label is the row's."""

    def __init__(self, row: Row, save: Save) -> None:
        super().__init__(row, save)
        self.box = QCheckBox(tr(row.label))
        self.box.clicked.connect(lambda on: self._save(bool(on)))
        self._line.addWidget(self.box)
        self._line.addStretch(1)

    def show_value(self, value: object) -> None:
        self.box.setChecked(bool(value))


class FolderField(SettingField):
    """A folder, chosen by dialog or typed."""

    def __init__(self, row: Row, save: Save) -> None:
        super().__init__(row, save)
        self.text = QLineEdit()
        self.text.setPlaceholderText(tr("none"))
        self.text.setAccessibleName(tr(row.label))
        self.text.editingFinished.connect(self._typed)
        choose = QPushButton(tr("Choose…"))
        choose.clicked.connect(
            lambda: choose_folder(self, tr(row.label), lambda folder: self._save(str(folder)))
        )
        clear = QPushButton(tr("None"))
        clear.setAccessibleName(tr("No folder: {name}", name=tr(row.label)))
        clear.clicked.connect(lambda: self._save(""))
        for button in (choose, clear):
            button.setAutoDefault(True)
        self._line.addWidget(self.text, 1)
        self._line.addWidget(choose)
        self._line.addWidget(clear)
        self._shown = ""

    def show_value(self, value: object) -> None:
        self._shown = str(value)
        self.text.setText(self._shown)

    def _typed(self) -> None:
        if self.text.text().strip() != self._shown:
            self._save(self.text.text().strip())


FIELDS: dict[SettingKind, type[SettingField]] = {
    SettingKind.CHOICE: ChoiceField,
    SettingKind.PERCENT: ChoiceField,
    SettingKind.FLAG: FlagField,
    SettingKind.FOLDER: FolderField,
}
