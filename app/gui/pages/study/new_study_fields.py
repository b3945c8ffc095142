"""What a new study is made from, and what is added to a frozen one: paths, options, reader codes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.pages.study.draft import CLINICAL, FOLDER, LABELS, PRIORS, SCANS, SERIES, TRUTH, ProtocolDraft
from app.gui.pages.study.editors import lines_of
from app.gui.pages.study.labelled_row import LabelledRow
from app.gui.widgets.labels import heading
from app.gui.widgets.path_fields import PathField, PathList, WantedPath
from app.gui.widgets.rows_text import RowsText

_CSV = "Tables (*.csv *.tsv *.txt *.xlsx)"


class NewStudyFields(QWidget):
    """Where a new study is made and what it is made from; `changed` names the field that was changed."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.folder = PathField(FOLDER, WantedPath.NEW_FOLDER, "A new or empty folder")
        self.scans = PathList(SCANS, "Folders or files, one per line; or drop them here")
        self.truth = PathField(TRUTH, WantedPath.FILE, "truth.csv, optional", _CSV)
        self.labels = PathField(LABELS, WantedPath.FOLDER, "Folder with CASE.npz, optional")
        self.clinical = PathField(CLINICAL, WantedPath.FILE, "clinical.csv, optional", _CSV)
        self.priors = PathField(PRIORS, WantedPath.FOLDER, "Folder with earlier scans, optional")
        self.series = PathField(SERIES, WantedPath.FOLDER, "Folder with NAME/KEY, optional")
        self.copies = QCheckBox("Copy the scans")
        self.no_text = QCheckBox("No text in the images")
        self.second_copy = PathField("Second copy", WantedPath.FOLDER, "Another disk or share, optional")
        self.pseudonyms = QCheckBox("New case codes")
        self.rows: dict[str, LabelledRow] = {}
        self.fields: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading("Files"))
        for name, field, meaning in (
            (FOLDER, self.folder, "Protocol and answers are kept here. The scans stay where they are."),
            (SCANS, self.scans, "Every readable scan in them becomes a case."),
            (
                TRUTH,
                self.truth,
                "Columns case, truth (0 or 1), optional lesions, regions. Readers never see it.",
            ),
            (
                LABELS,
                self.labels,
                "True lesions, or a simulated cohort; marks are matched to them (FROC). Kept with the truth.",
            ),
            (
                CLINICAL,
                self.clinical,
                "Columns case, clinical_information, or the protocol's clinical fields.",
            ),
            (PRIORS, self.priors, "Files of the same names as the scans; shown if the protocol says so."),
            (
                SERIES,
                self.series,
                "CT, SPECT, radiographs: a folder for each scan; names by the protocol.",
            ),
            (
                self.second_copy.name,
                self.second_copy,
                "Every answer is also written there; a lost disk loses nothing.",
            ),
        ):
            self._add(column, name, LabelledRow(name, field, meaning), field)
            field.changed.connect(partial(self.changed.emit, name))
        for box, meaning in (
            (self.copies, "De-identified copies are kept in the study folder."),
            (self.no_text, "I looked: no name or number stands in the pixels that are copied."),
            (self.pseudonyms, "Cases are called C0001, C0002 … in random order; you keep the key."),
        ):
            self._add(column, box.text(), LabelledRow("", box, meaning), box)
            box.clicked.connect(partial(self._ticked, box))

    def draft(self, before: ProtocolDraft) -> ProtocolDraft:
        """The draft with what stands in these fields."""
        return replace(
            before,
            folder=self.folder.path,
            scans=self.scans.paths,
            truth=self.truth.path,
            labels=self.labels.path,
            clinical=self.clinical.path,
            priors=self.priors.path,
            series=self.series.path,
            copy=self.copies.isChecked(),
            no_burned_in_text=self.no_text.isChecked(),
            second_copy=self.second_copy.path,
            pseudonyms=self.pseudonyms.isChecked(),
        )

    def show_draft(self, draft: ProtocolDraft) -> None:
        """Fill the fields."""
        self.blockSignals(True)
        self.folder.set_path(draft.folder)
        self.scans.set_paths(draft.scans)
        self.truth.set_path(draft.truth)
        self.labels.set_path(draft.labels)
        self.clinical.set_path(draft.clinical)
        self.priors.set_path(draft.priors)
        self.series.set_path(draft.series)
        self.copies.setChecked(draft.copy)
        self.no_text.setChecked(draft.no_burned_in_text)
        self.no_text.setEnabled(draft.copy)
        self.second_copy.set_path(draft.second_copy)
        self.pseudonyms.setChecked(draft.pseudonyms)
        self.blockSignals(False)

    def _ticked(self, box: QCheckBox) -> None:
        self.no_text.setEnabled(self.copies.isChecked())
        self.changed.emit(box.text())

    def _add(self, column: QVBoxLayout, name: str, row: LabelledRow, field: QWidget) -> None:
        self.rows[name], self.fields[name] = row, field
        column.addWidget(row)


class ExtendFields(QWidget):
    """Cases and readers to be added to a frozen study; `add_requested` carries paths and codes."""

    add_requested = Signal(object, object)
    changed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.scans = PathList("More scans", "Folders or files, one per line; or drop them here")
        self.readers = RowsText(2)
        self.readers.setAccessibleName("More readers")
        self.button = QPushButton("Add as a new version")
        self.button.clicked.connect(lambda: self.add_requested.emit(*self.chosen))
        self.scans.changed.connect(lambda: self.changed.emit(*self.chosen))
        self.readers.textChanged.connect(lambda: self.changed.emit(*self.chosen))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading("Add as a new version"))
        column.addWidget(
            LabelledRow(
                "More scans", self.scans, "They are appended to every reader's list, in random order."
            )
        )
        column.addWidget(
            LabelledRow("More readers", self.readers, "One code per line; each reads every case.")
        )
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        column.addLayout(row)

    def clear(self) -> None:
        """Empty the fields."""
        self.scans.set_paths(())
        self.readers.setPlainText("")

    @property
    def chosen(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Paths and reader codes as they stand in the fields."""
        return self.scans.paths, lines_of(self.readers.toPlainText())
