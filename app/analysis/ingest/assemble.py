"""A table of readings becomes the cube of reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis.ingest.imrmc import read_readings_table
from app.analysis.ingest.records import HIDDEN_REPEAT, LEFT_OUT, Records, cube_of
from app.analysis.ingest.shown import RecordedAdvice, plan_called
from app.analysis.placements import Bools, Floats
from app.analysis.readings import Readings
from app.errors import AppError
from app.tables.table import Table


def read_readings(path: Path, rating: str | None = None) -> Readings:
    """Read a table of readings; `rating` names the rating column when it is not “rating”."""
    return assemble(read_readings_table(path), rating)


def assemble(table: Table, rating: str | None = None) -> Readings:
    """Build the cube.

    Raises `AppError` for missing columns, ratings that are no numbers, a read that is there twice, a truth
    that contradicts itself, and a study with one class only.
    """
    table.require("reader", "case", "truth")
    if not rating and table.find("rating") is None and table.find("call"):
        raise AppError(
            f"{table.name}, line {table.head}: there are yes/no calls, but no ratings.",
            "Say --rating call to take the calls as ratings of two steps.",
        )
    table.require(*([] if rating else ["rating"]))
    column = table.named(rating) if rating else table.find("rating") or "rating"
    table.require_records("readings")
    unknown = np.full(len(table.lines), np.nan)
    scales = sorted({value for value in table.optional("scale") or [] if value})
    return cube_of(
        Records(
            source=table.name,
            lines=table.lines,
            readers=table.ids("reader"),
            arms=arms_of(table),
            cases=table.ids("case"),
            truth=table.flags("truth"),
            rating=table.numbers("rating", column, measured=True),
            call=table.flags("call") if table.find("call") else unknown,
            seconds=_seconds(table) if table.find("seconds") else unknown,
            position=table.numbers("position") if table.find("position") else unknown,
            locked=table.flags("locked") == 1.0 if table.find("locked") else np.zeros(len(table.lines), bool),
            attempt=table.numbers("attempt") if table.find("attempt") else np.zeros(len(table.lines)),
            flagged=tuple(_flagged(table)),
            advice=_advice(table),
            departed=_departed(table),
            withdrawn=_flagged_names(table, "reader_withdrawn", "reader"),
            excluded=_flagged_names(table, "case_excluded", "case"),
            visit=table.numbers("visit") if table.find("visit") else None,
            rating_column=column,
            scale=scales[0] if len(scales) == 1 else "",
        )
    )


def arms_of(table: Table) -> list[str]:
    """The arm of each record; without such a column there is one, called “all”."""
    return ["all"] * len(table.lines) if table.find("arm") is None else table.ids("arm")


def _advice(table: Table) -> RecordedAdvice | None:
    if table.find("ai_probability") is None:
        return None
    told = zip(table.column("ai_model"), table.column("ai_version"), strict=True)
    unknown = np.full(len(table.lines), np.nan)
    return RecordedAdvice(
        models=[f"{model} {version}".strip() for model, version in told],
        probability=table.numbers("ai_probability"),
        threshold=table.numbers("ai_threshold") if table.find("ai_threshold") else unknown,
        plans=[plan_called(word) for word in table.column("ai_plan")],
    )


def _departed(table: Table) -> Bools | None:
    if table.find("deviations") is None:
        return None
    return np.array([bool(value) for value in table.column("deviations")])


def _flagged_names(table: Table, flag: str, column: str) -> frozenset[str]:
    """Readers or cases with the flag on any line."""
    if table.find(flag) is None:
        return frozenset()
    flags = (table.flags(flag) == 1.0).tolist()
    return frozenset(name for name, hit in zip(table.ids(column), flags, strict=True) if hit)


def _flagged(table: Table) -> Iterator[tuple[str, Bools]]:
    for flag, reason in LEFT_OUT.items():
        if table.find(flag) is not None:
            yield reason, table.flags(flag) == 1.0
    yield HIDDEN_REPEAT, np.array([bool(value) for value in table.column("repeat_of")])


def _seconds(table: Table) -> Floats:
    seconds = table.numbers("seconds", measured=True)
    below = np.flatnonzero(seconds < 0)
    if len(below):
        place = int(below[0])
        raise AppError(
            f"{table.at(place)}: {seconds[place]:g} seconds cannot be.", "Leave unknown times empty."
        )
    return seconds
