"""The reference standard of the cases, from `truth.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import AppError

_YES = frozenset({"1", "yes", "true", "positive", "pos", "metastasis"})
_NO = frozenset({"0", "no", "false", "negative", "neg", "normal", "no metastasis"})


@dataclass(frozen=True)
class CaseTruth:
    """Whether a case has metastases; `lesions`, `regions` and further columns as the file has them."""

    case: str
    truth: bool
    lesions: str = ""
    regions: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What a reader in training is told."""
        said = "Bone metastasis: yes" if self.truth else "Bone metastasis: no"
        lesions = f" · lesions: {self.lesions}" if self.lesions else ""
        regions = f" · regions: {self.regions}" if self.regions else ""
        return f"{said}{lesions}{regions}"


def read_truth(path: Path) -> dict[str, CaseTruth]:
    """Truth by case code; raises AppError naming file, line and remedy. Comma, semicolon or tab separate."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AppError(f"{path.name} is not a text file in UTF-8.", "Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise AppError(f"{path.name} cannot be opened: {error.strerror}.", "Check the path.") from error
    lines = text.splitlines()
    if not lines:
        raise AppError(f"{path.name} is empty.", "It needs a header line: case,truth.")
    delimiter = max(",;\t", key=lines[0].count)
    rows = csv.reader(lines, delimiter=delimiter)
    header = [name.strip().casefold() for name in next(rows)]
    missing = [name for name in ("case", "truth") if name not in header]
    if missing:
        raise AppError(
            f"{path.name} has no column {' and '.join(missing)}.", "The header must be case,truth,..."
        )
    found: dict[str, CaseTruth] = {}
    for row in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise AppError(
                f"{path.name}, line {line}: {len(row)} cells, but the header has {len(header)}.",
                "Put texts with separators into quotes.",
            )
        entry = _entry(dict(zip(header, (cell.strip() for cell in row), strict=True)), path.name, line)
        if entry.case in found and found[entry.case].truth != entry.truth:
            raise AppError(
                f"{path.name}, line {line}: case {entry.case} has two different truths.", "Keep one."
            )
        found[entry.case] = entry
    return found


def write_truth(path: Path, truths: Sequence[CaseTruth]) -> None:
    """Write the file that `read_truth` reads."""
    more = sorted({name for truth in truths for name in truth.more})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "truth", "lesions", "regions", *more])
        for truth in truths:
            fixed = [truth.case, int(truth.truth), truth.lesions, truth.regions]
            writer.writerow([*fixed, *(truth.more.get(name, "") for name in more)])


def _entry(cells: Mapping[str, str], name: str, line: int) -> CaseTruth:
    said = cells["truth"].casefold()
    if said not in _YES | _NO:
        raise AppError(f'{name}, line {line}: truth "{cells["truth"]}" is not understood.', "Write 1 or 0.")
    if not cells["case"]:
        raise AppError(f"{name}, line {line}: the case has no code.", "Give every line a case code.")
    known = ("case", "truth", "lesions", "regions")
    more = {key: cell for key, cell in cells.items() if key and key not in known}
    return CaseTruth(cells["case"], said in _YES, cells.get("lesions", ""), cells.get("regions", ""), more)
