"""The workbook of RJafroc 2.1: exactly three sheets, TRUTH, FP and TP, of an ROC or FROC study.

RJafroc takes no missing ROC cells: cases that not everybody read are left out and listed in the preflight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.analysis.ingest.marks import FreeResponse
from app.analysis.readings import Exclusion, Readings
from app.errors import AppError
from app.exports.companions import IdMap, IdRow, id_map, id_rows, write_companions, write_notes
from app.exports.export import Export, StudyExport
from app.wording import counted

_TRUTH = ("CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm")
_FP = ("ReaderID", "ModalityID", "CaseID", "FP_Rating")
_TP = ("ReaderID", "ModalityID", "CaseID", "LesionID", "TP_Rating")
_COLUMNS = (
    ("TRUTH", "one row per lesion; a normal case has lesion 0 and weight 0; weights sum to 1 per case"),
    ("TRUTH.ReaderID, ModalityID", "the whole list of ids, repeated on every row"),
    ("TRUTH.Paradigm", "ROC or FROC in the first row, FCTRL (factorial) in the second"),
    ("FP", "ratings of normal cases (ROC) or false marks (FROC)"),
    ("TP", "ratings of diseased cases (ROC) or marks on lesions (FROC)"),
)
Rows = Iterator[tuple[str | int | float | None, ...]]


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write `rjafroc.xlsx`, its id map and its preflight, and `rjafroc_froc.xlsx` when marks were matched."""
    readings = complete_cases(export.reads())
    ids = id_map(readings, numbers=True)
    path = folder / "rjafroc.xlsx"
    write_roc(path, readings, ids)
    written = [path, *write_companions(folder, "rjafroc", readings, ids, _COLUMNS)]
    if export.marks is None:
        return written
    froc = folder / "rjafroc_froc.xlsx"
    write_froc(froc, export.marks)
    return [*written, froc, *_froc_companions(folder, export.marks)]


def _froc_companions(folder: Path, study: FreeResponse) -> list[Path]:
    """The ids that the FROC workbook has for readers, arms, cases and lesions; what to know about it."""
    lesions = zip(study.lesion_ids, study.lesions.case.tolist(), _lesion_numbers(study), strict=True)
    rows: list[IdRow] = [
        *id_rows(study, id_map(study, numbers=True)),
        *(("lesion", name, f"{case + 1}/{number}") for name, case, number in lesions),
    ]
    cells = [(i, j) for i in range(len(study.arms)) for j in range(len(study.readers))]
    true = [(i, j, int(np.isfinite(study.reads[i][j].lesion_ratings).sum())) for i, j in cells]
    remarks = [
        f"{counted(len(study.cases), 'case')}, {int(study.lesions.truth.sum())} of them diseased, with "
        f"{counted(len(study.lesion_ids), 'lesion')} of equal weight within a case.",
        *(
            f"Reader {study.readers[j]}, arm {study.arms[i]}: {count} of {len(study.lesion_ids)} lesions "
            f"marked, {counted(len(study.reads[i][j].false_ratings), 'false mark')}."
            for i, j, count in true
        ),
        "A mark without a rating of its own has the rating of its case; of several marks on a lesion the "
        "highest counts.",
        *study.notes,
    ]
    return write_notes(folder, "rjafroc_froc", rows, remarks, _COLUMNS)


def _lesion_numbers(study: FreeResponse) -> list[int]:
    """The number of each lesion within its case, from 1."""
    of_case = study.lesions.case
    return [int(np.sum(of_case[:place] == case)) + 1 for place, case in enumerate(of_case.tolist())]


def complete_cases(readings: Readings) -> Readings:
    """The readings without the cases that somebody did not read; they are listed as left out.

    Raises AppError when a class is empty after that.
    """
    whole = np.asarray(~np.isnan(readings.rating).any(axis=(0, 1)))
    left = [case for case, kept in zip(readings.cases, whole.tolist(), strict=True) if not kept]
    kept_truth = readings.truth[whole]
    if kept_truth.all() or not kept_truth.any():
        raise AppError(
            "Too few cases were read by every reader in every arm for an RJafroc workbook.",
            "Finish the readings, or export imrmc, which allows missing reads.",
        )
    return replace(
        readings,
        cases=tuple(case for case, kept in zip(readings.cases, whole.tolist(), strict=True) if kept),
        truth=kept_truth,
        **{name: getattr(readings, name)[:, :, whole] for name in ("rating", "call", "seconds", "position")},
        exclusions=(*readings.exclusions, *(Exclusion("not read by everybody", case=case) for case in left)),
    )


def write_roc(path: Path, readings: Readings, ids: IdMap) -> None:
    """Write an ROC workbook; every cell of the cube must be rated."""
    cells = [(j, i) for i in range(len(ids.arms)) for j in range(len(ids.readers))]
    truth = [(case, int(ill), int(ill)) for case, ill in zip(ids.cases, readings.truth.tolist(), strict=True)]
    order = sorted(
        range(len(truth)), key=lambda k: (truth[k][1], k)
    )  # normal cases first, as RJafroc expects

    def rated(ill: bool) -> Iterator[tuple[str, str, int, float]]:
        for j, i in cells:
            for k in np.flatnonzero(readings.truth == ill).tolist():
                yield ids.readers[j], ids.arms[i], ids.cases[k], float(readings.rating[i, j, k])

    _save(
        path,
        [truth[k] for k in order],
        ids,
        "ROC",
        ((*row,) for row in rated(ill=False)),
        ((reader, arm, case, 1, rating) for reader, arm, case, rating in rated(ill=True)),
    )


def write_froc(path: Path, study: FreeResponse) -> None:
    """Write an FROC workbook; ids are numbers in the order of the study."""
    ids, lesions = id_map(study, numbers=True), study.lesions
    numbers = _lesion_numbers(study)
    truth: list[tuple[int, int, float]] = [
        (ids.cases[k], 0, 0.0) for k in np.flatnonzero(~lesions.truth).tolist()
    ]
    truth += [
        (ids.cases[k], number, weight)
        for k, number, weight in zip(lesions.case.tolist(), numbers, lesions.weight.tolist(), strict=True)
    ]
    cells = [(i, j, study.reads[i][j]) for i in range(len(study.arms)) for j in range(len(study.readers))]
    false = (
        (ids.readers[j], ids.arms[i], ids.cases[k], rating)
        for i, j, marked in cells
        for k, rating in zip(marked.false_cases.tolist(), marked.false_ratings.tolist(), strict=True)
    )
    true = (
        (ids.readers[j], ids.arms[i], ids.cases[lesions.case[place]], numbers[place], rating)
        for i, j, marked in cells
        for place, rating in enumerate(marked.lesion_ratings.tolist())
        if np.isfinite(rating)
    )
    _save(path, truth, ids, "FROC", false, true)


def _save(
    path: Path,
    truth: list[tuple[int, int, int]] | list[tuple[int, int, float]],
    ids: IdMap,
    paradigm: str,
    false: Rows,
    true: Rows,
) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("TRUTH")
    sheet.append(_TRUTH)
    readers, arms = ",".join(ids.readers), ",".join(ids.arms)
    for place, (case, lesion, weight) in enumerate(truth):
        kind = (paradigm, "FCTRL")[place] if place < 2 else None
        sheet.append((case, lesion, weight, readers, arms, kind))
    for name, header, rows in (("FP", _FP, false), ("TP", _TP, true)):
        sheet = book.create_sheet(name)
        sheet.append(header)
        for row in rows:
            sheet.append(row)
    book.save(path)


RJAFROC = Export(
    "rjafroc", "Workbooks for RJafroc (ROC; FROC with lesion masks), with id map and preflight", write
)
