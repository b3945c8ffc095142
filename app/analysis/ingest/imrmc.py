"""Tables of readings, also as iMRMC writes them: truth rows of reader -1, then one row per read.

Its files have free header lines and `BEGIN DATA:` before these rows; its data frames have column names.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.errors import AppError
from app.tables.decode import decoded
from app.tables.numbers import number
from app.tables.read import as_table, file_bytes
from app.tables.table import Table

_COUNT = re.compile(r"^(N0|N1|NR|NM)\s*:\s*(.*?)[\s,]*$")
_MEANING = {"N0": "normal cases", "N1": "diseased cases", "NR": "readers", "NM": "modalities"}


Read = tuple[int, str, str, str, str]
"""Line, reader, case, arm and score."""


def read_readings_table(path: Path) -> Table:
    """A table of readings: CSV, an Excel workbook, an `.imrmc` file or a data frame of iMRMC."""
    data = file_bytes(path)
    if b"BEGIN DATA" in data.replace(b"\0", b"") or path.suffix.lower() == ".imrmc":
        return read_imrmc(path.name, decoded(path.name, data))
    table = as_table(path.name, data, "readings")
    if table.find("truth") is None and "-1" in table.column("reader"):
        table.require("reader", "case", "arm", "rating")
        columns = (table.column(name) for name in ("reader", "case", "arm", "rating"))
        return _told_apart(table.name, list(zip(table.lines, *columns, strict=True)))
    return table


def read_imrmc(name: str, text: str) -> Table:
    """Read the text of an `.imrmc` file; all spaces within ids are dropped, as iMRMC does.

    Raises `AppError` for a header count that is no number, a case with two truths or none, and a read twice.
    """
    lines = text.split("\n")
    begin = next(
        (place for place, line in enumerate(lines) if line.strip().upper().startswith("BEGIN DATA")), None
    )
    if begin is None:
        raise AppError(
            f"{name}, line {len(lines)}: there is no line “BEGIN DATA:”.", "It stands before the data."
        )
    for place, line in enumerate(lines[:begin], start=1):
        count = _COUNT.match(line)
        if count and not count[2].isdigit():
            raise AppError(
                f"{name}, line {place}: {count[1]} (the number of {_MEANING[count[1]]}) is “{count[2]}”.",
                f"Write a whole number after {count[1]}: or delete the line.",
            )
    rows: list[Read] = []
    for place, line in enumerate(lines[begin + 1 :], start=begin + 2):
        cells = ["".join(cell.split()) for cell in line.split(",")]
        if not any(cells):
            continue
        if len([cell for cell in cells if cell]) < 4:
            raise AppError(
                f"{name}, line {place}: “{line.strip()[:40]}” is not reader,case,modality,score.",
                "Each line after BEGIN DATA: has four values; leave a missing read out.",
            )
        rows.append((place, *cells[:4]))  # type: ignore[arg-type]  # four cells
    return _told_apart(name, rows)


def _told_apart(name: str, rows: list[Read]) -> Table:
    """The reads, each with the truth that the rows of reader -1 tell of its case."""
    truth: dict[str, tuple[str, int]] = {}
    for place, reader, case, _, score in rows:
        if reader == "-1":
            _add_truth(name, place, case, score, truth)
    return _joined(name, truth, [row for row in rows if row[1] != "-1"])


def _add_truth(name: str, place: int, case: str, score: str, truth: dict[str, tuple[str, int]]) -> None:
    if case in truth:
        raise AppError(
            f"{name}, line {place}: case {case} has its truth already on line {truth[case][1]}.",
            "Keep one truth line (reader -1) per case.",
        )
    value = number(score)
    if value not in (0.0, 1.0):
        raise AppError(
            f"{name}, line {place}: the truth of case {case} is “{score[:40]}”.", "Truth is 0 or 1."
        )
    truth[case] = (str(int(value)), place)


def _joined(name: str, truth: dict[str, tuple[str, int]], reads: list[Read]) -> Table:
    columns: dict[str, list[str]] = {"reader": [], "arm": [], "case": [], "truth": [], "rating": []}
    for place, reader, case, arm, score in reads:
        if case not in truth:
            raise AppError(
                f"{name}, line {place}: case {case} has no truth line.",
                f"Add the line “-1,{case},0,0” (normal) or “-1,{case},0,1” (diseased) after BEGIN DATA:.",
            )
        for column, value in zip(columns.values(), (reader, arm, case, truth[case][0], score), strict=True):
            column.append(value)
    return Table(name, tuple(columns), columns, [place for place, *_ in reads])
