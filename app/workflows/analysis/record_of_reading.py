"""When readings were given, and under which version of the protocol: versions counted, washout in days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from app.errors import AppError
from app.report.analysis.facts import VersionReadings, Washout
from app.study.canonical import utc_moment
from app.study.reading import Reading
from app.tables.table import Table


@dataclass(frozen=True)
class Given:
    """One reading as far as its circumstances go; None where they are not known."""

    reader: str
    case: str
    arm: str
    version: int | None
    visit: int | None
    submitted: datetime | None


def given_in_study(standing: Iterable[Reading]) -> list[Given]:
    """Of the answers that stand."""
    return [
        Given(who.reader, who.case, who.arm.value, who.protocol_version, who.visit, reading.submitted_utc)
        for reading in standing
        for who in (reading.identity,)
    ]


def given_in_table(table: Table) -> list[Given]:
    """Of a table with the columns of an export; raises AppError for a time that is none."""
    arms = table.ids("arm") if table.find("arm") else ["all"] * len(table.lines)
    rows = zip(table.ids("reader"), table.ids("case"), arms, _moments(table), strict=True)
    versions, visits = (_whole(table, name) for name in ("protocol_version", "visit"))
    return [
        Given(reader, case, arm, version, visit, moment)
        for (reader, case, arm, moment), version, visit in zip(rows, versions, visits, strict=True)
    ]


def _moments(table: Table) -> Iterator[datetime | None]:
    for row, text in enumerate(table.column("submitted_utc")):
        try:
            yield utc_moment(text) if text else None
        except ValueError as error:
            raise AppError(
                f"{table.at(row)}: submitted_utc “{text[:40]}” is no time.",
                "Write it as 2026-03-02T08:00:00Z, or leave it empty.",
            ) from error


def _whole(table: Table, name: str) -> list[int | None]:
    if table.find(name) is None:
        return [None] * len(table.lines)
    return [None if np.isnan(value) else int(value) for value in table.numbers(name).tolist()]


def readings_by_version(given: Iterable[Given]) -> VersionReadings:
    """How many readings were given under each version of the protocol."""
    return tuple(sorted(Counter(one.version for one in given if one.version is not None).items()))


def achieved_washout(given: Iterable[Given]) -> Washout | None:
    """The days that lay between visits; None where nobody read in a second visit, or no time is known."""
    first: dict[tuple[str, int], datetime] = {}
    last: dict[tuple[str, int], datetime] = {}
    read: dict[tuple[str, str], dict[str, datetime]] = {}
    for one in given:
        if one.submitted is None or one.visit is None:
            continue
        visit = one.reader, one.visit
        first[visit] = min(first.get(visit, one.submitted), one.submitted)
        last[visit] = max(last.get(visit, one.submitted), one.submitted)
        read.setdefault((one.reader, one.case), {}).setdefault(one.arm, one.submitted)
    visits = [
        _days(begun - last[reader, number - 1])
        for (reader, number), begun in sorted(first.items())
        if number % 2 == 0 and (reader, number - 1) in last
    ]
    if not visits:
        return None
    pairs = [sorted(moments.values()) for moments in read.values() if len(moments) == 2]
    days = [_days(after - before) for before, after in pairs] or [float("nan")]
    fewest, middle, most = np.quantile(days, [0.0, 0.5, 1.0]).tolist()
    return Washout(tuple(visits), (fewest, middle, most))


def _days(span: timedelta) -> float:
    return span / timedelta(days=1)
