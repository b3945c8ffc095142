"""What the page shows before there is a report: which scan, where its lesions are, what is asked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.file_dialogs import choose_files
from app.gui.pages.reports.presenter import FROM_FILE, FROM_MODEL, NO_LESION, ReportWishes
from app.gui.theme import em
from app.gui.widgets.centred import centred
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.labels import muted, plain, title

LABEL_FILES = "Lesions (*.npz *.json *.png *.dcm);;All files (*)"
REPORT_FILES = "Reports (*.report.json);;All files (*)"


class StartPanel(QWidget):
    """`write_requested(Wishes)`; `open_requested(Path)`: go on with a report that was kept."""

    write_requested = Signal(object)
    open_requested = Signal(object)

    def __init__(self, model: str) -> None:
        super().__init__()
        self._files: tuple[Path, ...] = ()
        self._masks: Path | None = None
        self._prior: Path | None = None
        self.scan_button, self.scan_name = _chooser("Choose the &scan…")
        self.masks_button, self.masks_name = _chooser("Choose the &lesions…")
        self.prior_button, self.prior_name = _chooser("Choose an &earlier report…")
        self.from_file = QRadioButton("from a file")
        self.from_model = QRadioButton(f"found by {model}" if model else "found by a model")
        self.from_model.setVisible(bool(model))
        self.no_lesion = QRadioButton("none is seen: a normal report")
        self._how = QButtonGroup(self)
        for choice in (self.from_file, self.from_model, self.no_lesion):
            self._how.addButton(choice)
        (self.from_model if model else self.from_file).setChecked(True)
        self.question = QLineEdit()
        self.question.setPlaceholderText("Such as: prostate carcinoma, bone metastases?")
        self.question.setMaxLength(2000)
        self.write_button = QPushButton("&Write the report")
        self.write_button.setProperty("primary", True)
        self.open_button = QPushButton("&Open a kept report…")
        for button in (self.write_button, self.open_button):
            button.setAutoDefault(True)
        self._lay_out()
        self._connect()
        self._refresh()

    def choose(self, files: tuple[Path, ...], masks: Path | None = None) -> None:
        """Take these files as the scan, and that one as its lesions."""
        self._files, self._masks = files, masks
        if masks is not None:
            self.from_file.setChecked(True)
        self._refresh()

    @property
    def wishes(self) -> ReportWishes:
        """What is chosen."""
        how = NO_LESION if self.no_lesion.isChecked() else FROM_FILE
        how = FROM_MODEL if self.from_model.isChecked() else how
        return ReportWishes(self._files, how, self._masks, self.question.text(), self._prior)

    def _lay_out(self) -> None:
        words = muted(
            "The program writes a draft from the marked lesions and their measurements; you edit it and sign "
            "it. For research, teaching and software testing only."
        )
        grid = QGridLayout()
        grid.setVerticalSpacing(em(self, 0.6))
        grid.setHorizontalSpacing(em(self, 0.8))
        grid.setColumnStretch(2, 1)
        how = QVBoxLayout()
        for choice in (self.from_file, self.from_model, self.no_lesion):
            how.addWidget(choice)
        for row, name in ((0, "Scan"), (1, "Lesions"), (3, "Earlier report")):
            grid.addWidget(plain(name, wraps=False), row, 0)
        grid.addLayout(how, 1, 1, 1, 2)
        for row, button, chosen in (
            (0, self.scan_button, self.scan_name),
            (2, self.masks_button, self.masks_name),
            (3, self.prior_button, self.prior_name),
        ):
            grid.addWidget(button, row, 1)
            grid.addWidget(chosen, row, 2)
        asked = plain("Clinical &question", wraps=False)
        asked.setBuddy(self.question)
        grid.addWidget(asked, 4, 0)
        grid.addWidget(self.question, 4, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self.write_button)
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(em(self, 0.9))
        column.addWidget(title("Report a bone scan"))
        column.addWidget(words)
        column.addLayout(grid)
        column.addLayout(buttons)
        centred(inside, self, 44.0)

    def _connect(self) -> None:
        self.scan_button.clicked.connect(
            lambda: choose_files(self, "The scan: one file, or one for each view", self._scan_chosen)
        )
        self.masks_button.clicked.connect(
            lambda: choose_files(self, "The lesions of the scan", self._masks_chosen, LABEL_FILES)
        )
        self.prior_button.clicked.connect(
            lambda: choose_files(self, "An earlier report", self._prior_chosen, REPORT_FILES)
        )
        self.open_button.clicked.connect(
            lambda: choose_files(
                self, "A kept report", lambda paths: self.open_requested.emit(paths[0]), REPORT_FILES
            )
        )
        self.write_button.clicked.connect(lambda: self.write_requested.emit(self.wishes))
        self._how.buttonToggled.connect(lambda *_: self._refresh())

    def _scan_chosen(self, paths: tuple[Path, ...]) -> None:
        self._files = paths
        self._refresh()

    def _masks_chosen(self, paths: tuple[Path, ...]) -> None:
        self._masks = paths[0]
        self._refresh()

    def _prior_chosen(self, paths: tuple[Path, ...]) -> None:
        self._prior = paths[0]
        self._refresh()

    def _refresh(self) -> None:
        self.scan_name.setText(" and ".join(path.name for path in self._files) or "no scan chosen")
        self.masks_name.setText(self._masks.name if self._masks else "no file chosen")
        self.prior_name.setText(self._prior.name if self._prior else "none")
        by_file = self.from_file.isChecked()
        self.masks_button.setEnabled(by_file)
        self.masks_name.setEnabled(by_file)
        self.write_button.setEnabled(bool(self._files) and (self._masks is not None or not by_file))


def _chooser(text: str) -> tuple[QPushButton, ElidedLabel]:
    button, name = QPushButton(text), ElidedLabel()
    button.setAutoDefault(True)
    name.setProperty("role", "quiet")
    return button, name
