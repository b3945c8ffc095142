"""Files that were offered to a study and could not be used: how many and why, without their names.

A file's name may be a patient's, so the table has only the reason; who made the study was told the names.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from app.errors import AppError
from app.files import csv_records, csv_text, write_whole
from app.store.folder import StudyFolder
from app.workflows.scans.scan_row import ScanRow

_HEADER = ["files", "reason"]


def keep_left_out(folder: StudyFolder, rows: Sequence[ScanRow], codes: Mapping[str, str]) -> None:
    """Add what these rows were left out for; `codes` are the cases' codes by the names of their files."""
    if not rows:
        return
    reasons = left_out(folder)
    reasons.update(_nameless(row, codes) for row in rows)
    counts = ([count, reason] for reason, count in reasons.most_common())
    content = csv_text([_HEADER, *counts], "\r\n")
    write_whole(folder.left_out, content, "Check that you may write in that folder.")


def left_out(folder: StudyFolder) -> Counter[str]:
    """How many files were left out for each reason; raises AppError when the table was damaged."""
    if not folder.left_out.is_file():
        return Counter()
    try:
        return Counter({row["reason"]: int(row["files"]) for row in csv_records(folder.left_out)})
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise AppError(
            f"{folder.left_out.name} cannot be read.", "Delete it: it only lists files that were left out."
        ) from error


def _nameless(row: ScanRow, codes: Mapping[str, str]) -> str:
    if row.duplicate_of:
        return f"It has the same image as case {codes.get(row.duplicate_of, row.duplicate_of)}."
    reason = row.reason
    for name in (name for file in row.files for name in (str(file), file.name, file.stem)):
        reason = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "the file", reason)
    return reason[:1].upper() + reason[1:]
