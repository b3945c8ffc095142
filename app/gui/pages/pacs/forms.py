"""What is searched for, and where it goes: the two forms around the list of studies."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
)

from app.gui.file_dialogs import choose_folder
from app.gui.pages.pacs.presenter import Destination
from app.gui.widgets.labels import plain
from app.pacs.query import NUCLEAR_MEDICINE, Query

_FOLDER, _LIBRARY, _STUDY = "Into a folder", "Into a folder, and show in the library", "Into a reader study"


class QueryForm(QGroupBox):
    """The question; `search_requested(Query)`."""

    search_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("Search")
        self.name = _line("Patient's name", "such as MUSTER*")
        self.patient = _line("Patient ID", "with * and ?")
        self.first, self.last = _line("First date", "2026-03-01"), _line("Last date", "2026-03-31")
        self.description = _line("Study description", "such as *BONE*")
        self.whole_body = QCheckBox("Only whole-body scans (asks about each study)")
        self.whole_body.setChecked(True)
        self.search_button = QPushButton("Search")
        self.search_button.setProperty("primary", True)
        self.search_button.setAutoDefault(True)
        grid = QGridLayout(self)
        for column, (text, field) in enumerate(
            (
                ("Patient's name", self.name),
                ("Patient ID", self.patient),
                ("From", self.first),
                ("Until", self.last),
                ("Description", self.description),
            )
        ):
            label = plain(text, wraps=False)
            label.setBuddy(field)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, 1 if field in (self.first, self.last) else 2)
            field.returnPressed.connect(self.ask)
        grid.addWidget(self.whole_body, 2, 0, 1, 4)
        grid.addWidget(self.search_button, 2, 4)
        self.search_button.clicked.connect(self.ask)

    def ask(self) -> None:
        """Ask what the fields say."""
        only = self.whole_body.isChecked()
        self.search_requested.emit(
            Query(
                patient_id=self.patient.text().strip(),
                patient_name=self.name.text().strip(),
                description=self.description.text().strip(),
                date_from=self.first.text().strip(),
                date_to=self.last.text().strip(),
                modality=NUCLEAR_MEDICINE,
                whole_body=only,
            )
        )


class DestinationForm(QGroupBox):
    """Where the chosen studies go; `fetch_requested(Destination)` and `send_requested()`."""

    fetch_requested = Signal(object)
    send_requested = Signal()

    def __init__(self) -> None:
        super().__init__("Transfer")
        self.into = QComboBox()
        self.into.addItems([_FOLDER, _LIBRARY, _STUDY])
        self.into.setAccessibleName("Where the scans go")
        self.path = _line("Folder", "folder for the scans")
        self.choose_button = QPushButton("Choose…")
        self.choose_button.setAccessibleName("Choose where the scans go")
        self.deidentify = QCheckBox("De-identify on arrival")
        self.deidentify.setChecked(True)
        self.no_text = QCheckBox("I know that no text is burned into the images")
        self.fetch_button, self.send_button = (
            QPushButton("Fetch the chosen studies"),
            QPushButton("Send files…"),
        )
        self.fetch_button.setProperty("primary", True)
        for button in (self.choose_button, self.fetch_button, self.send_button):
            button.setAutoDefault(True)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for widget, stretch in ((self.into, 0), (self.path, 1), (self.choose_button, 0)):
            top.addWidget(widget, stretch)
        for box in (self.deidentify, self.no_text):
            bottom.addWidget(box)
        bottom.addStretch(1)
        bottom.addWidget(self.send_button)
        bottom.addWidget(self.fetch_button)
        grid = QGridLayout(self)
        grid.addLayout(top, 0, 0)
        grid.addLayout(bottom, 1, 0)
        self.choose_button.clicked.connect(self._choose)
        self.into.currentTextChanged.connect(self._show_kind)
        self.fetch_button.clicked.connect(lambda: self.fetch_requested.emit(self.destination))
        self.send_button.clicked.connect(self.send_requested)

    @property
    def destination(self) -> Destination:
        """What the fields say."""
        kind, path = self.into.currentText(), self.path.text().strip()
        return Destination(
            folder="" if kind == _STUDY else path,
            study=path if kind == _STUDY else "",
            library=kind == _LIBRARY,
            deidentify=self.deidentify.isChecked(),
            no_burned_in_text=self.no_text.isChecked(),
        )

    def show_busy(self, busy: bool) -> None:
        """While something is under way, nothing else can begin."""
        self.fetch_button.setEnabled(not busy)
        self.send_button.setEnabled(not busy)

    def _show_kind(self, kind: str) -> None:
        self.path.setPlaceholderText(
            "the study's folder; scans are kept beside it" if kind == _STUDY else "folder for the scans"
        )

    def _choose(self) -> None:
        title = "Choose a study" if self.into.currentText() == _STUDY else "Choose a folder for the scans"
        choose_folder(self, title, lambda folder: self.path.setText(str(folder)))


def _line(name: str, hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(hint)
    line.setClearButtonEnabled(True)
    return line
