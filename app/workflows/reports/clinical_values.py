"""What a laboratory measured of the patients of scans: alkaline phosphatase by case."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

from app.errors import AppError
from app.tables.ids import cause
from app.tables.read import read_table
from app.wording import counted

ALP, SHEET = "alp", "clinical"


def alp_of_cases(path: Path, cases: Collection[str]) -> tuple[dict[str, float], tuple[str, ...]]:
    """ALP of the cases that have one, from a table case,alp, and a sentence for whatever is left out.

    Raises AppError for a table that cannot be read, a value that is none, and two values for one case.
    """
    table = read_table(path, SHEET)
    table.require("case", ALP)
    table.require_records("values")
    found: dict[str, float] = {}
    numbers = table.numbers(ALP, measured=True).tolist()
    for row, (case, value) in enumerate(zip(table.ids("case"), numbers, strict=True)):
        if value <= 0:
            raise AppError(
                f"{table.at(row)}: alp is {value:g}.", "Write what was measured, or leave it empty."
            )
        if not math.isnan(value) and found.setdefault(case, value) != value:
            raise AppError(
                f"{table.at(row)}: {case} has another alp than on a line before.",
                "Keep the value that belongs to the scan.",
            )
    strange = [case for case in found if case not in cases]
    meant = cause(strange[0], list(cases)) if strange else ""
    said = []
    if strange:
        said.append(
            f"{path.name}: {counted(len(strange), 'case')} without a scan here, the first is {strange[0]}"
            f"{f', probably {meant}' if meant else ''}."
        )
    known = {case: value for case, value in found.items() if case in cases}
    if without := [case for case in cases if case not in known]:
        said.append(f"{counted(len(without), 'scan')} without alp, the first is {without[0]}.")
    return known, tuple(said)
