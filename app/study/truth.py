"""The reference standard of the cases, from `truth.csv`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import AppError
from app.files import csv_text, write_whole
from app.language import tr
from app.tables.read import read_table

_OWN = ("case", "truth", "lesions", "regions")


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
        said = tr("Bone metastasis: yes") if self.truth else tr("Bone metastasis: no")
        lesions = f" · {tr('lesions')}: {self.lesions}" if self.lesions else ""
        regions = f" · {tr('regions')}: {self.regions}" if self.regions else ""
        return f"{said}{lesions}{regions}"


def read_truth(path: Path) -> dict[str, CaseTruth]:
    """Truth by case code; raises AppError naming file, line and remedy."""
    table = read_table(path, "truth")
    table.require("case", "truth")
    cases, truths = table.ids("case"), table.flags("truth")
    own = {table.find(name) for name in _OWN}
    more = [header for header in table.headers if header and header not in own]
    found: dict[str, CaseTruth] = {}
    line_of: dict[str, int] = {}
    for row, (case, truth) in enumerate(zip(cases, truths.tolist(), strict=True)):
        if math.isnan(truth):
            raise AppError(
                f"{table.at(row)}: the truth of case {case} is not there.",
                "Write 1 or 0, or take the line out where it is not known.",
            )
        lesions, regions = (table.column(name)[row] for name in ("lesions", "regions"))
        rest = {header.casefold(): table.columns[header][row] for header in more}
        entry = CaseTruth(case, truth == 1.0, lesions, regions, rest)
        if found.setdefault(case, entry) != entry:
            what = "has two different truths" if found[case].truth != entry.truth else "is there twice"
            raise AppError(
                f"{table.at(row)}: case {case} {what}; the other stands on line {line_of[case]}.",
                "Keep one line per case.",
            )
        line_of.setdefault(case, table.lines[row])
    return found


def write_truth(path: Path, truths: Sequence[CaseTruth], *, private: bool = False) -> None:
    """Write the file that `read_truth` reads; raises AppError when the disk refuses."""
    more = sorted({name for truth in truths for name in truth.more})
    rows = [
        [each.case, int(each.truth), each.lesions, each.regions, *(each.more.get(name, "") for name in more)]
        for each in truths
    ]
    content = csv_text([[*_OWN, *more], *rows], "\r\n")
    write_whole(path, content, "Check that you may write in that folder.", private=private)
