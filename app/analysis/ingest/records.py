"""Reads one by one become the cube of reads; nothing is dropped without a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.ingest.sequential import times_of_answers
from app.analysis.ingest.shown import RecordedAdvice, shown_advice
from app.analysis.placements import Bools, Floats
from app.analysis.readings import Exclusion, Readings, RepeatedRead
from app.errors import AppError

Codes = NDArray[np.intp]
HIDDEN_REPEAT = "hidden repeat, used for intra-reader agreement alone"
LEFT_OUT = {
    "skipped": "skipped by the reader",
    "technical_problem": "technical problem",
    "warm_up": "warm-up case",
}
"""Why a flagged record is not analysed, by the flag's column."""
_ARM_ORDER = ("unaided", "aided")


@dataclass(frozen=True, eq=False)
class Records:
    """Reads as they were made, each a place in every list and array.

    `truth` and `call` are 1, 0 or NaN, `rating`, `seconds` and `position` are NaN where there is none; all
    are float64 (records,). `locked`, bool (records,), tells first answers of sequential reading; `seconds` of
    the second ones begin with the reveal of the AI. Of several attempts at a read the last counts. `flagged`
    is why records are left out beside those without truth or rating: a reason, and bool (records,); the first
    that holds is told.
    """

    source: str
    lines: Sequence[int]
    readers: list[str]
    arms: list[str]
    cases: list[str]
    truth: Floats
    rating: Floats
    call: Floats
    seconds: Floats
    position: Floats
    locked: Bools
    attempt: Floats
    flagged: tuple[tuple[str, Bools], ...]
    advice: RecordedAdvice | None = None
    """What readers were shown of an algorithm, where that is told."""
    departed: Bools | None = None
    """Whether a deviation is recorded, bool (records,); None where nothing tells."""
    ticked: Sequence[frozenset[str]] | None = None
    """The ticked regions of each record's checklist."""
    visit: Floats | None = None
    """The visit of each record, from 1, NaN where unknown; None where nothing tells."""
    withdrawn: frozenset[str] = frozenset()
    """Readers who were withdrawn from the study."""
    excluded: frozenset[str] = frozenset()
    """Cases that were excluded from it after reading had begun."""
    rating_column: str = "rating"
    scale: str = ""

    @property
    def out(self) -> Bools | None:
        """Which records are not per protocol, bool (records,); None where nothing tells."""
        if self.departed is None and not (self.withdrawn or self.excluded):
            return None
        gone = [
            reader in self.withdrawn or case in self.excluded
            for reader, case in zip(self.readers, self.cases, strict=True)
        ]
        return np.array(gone, bool) | (False if self.departed is None else self.departed)

    def at(self, row: int) -> str:
        """Where a record stands."""
        return f"{self.source}, line {self.lines[row]}"


@dataclass(frozen=True, eq=False)
class _Cells:
    """The names of the cube's three edges, and for each record its place along them."""

    arms: tuple[str, ...]
    readers: tuple[str, ...]
    cases: tuple[str, ...]
    arm: Codes
    reader: Codes
    case: Codes

    def names(self, row: int) -> tuple[str, str, str]:
        """Reader, arm and case of a record."""
        return self.readers[self.reader[row]], self.arms[self.arm[row]], self.cases[self.case[row]]


def coded(values: list[str], natural: bool = True) -> tuple[tuple[str, ...], Codes]:
    """The different values, as people sort them (`natural`) or as they came, and each record's place among
    them, intp (records,)."""
    names = list(dict.fromkeys(values))
    if natural:
        names.sort(key=_natural)
    index = {name: place for place, name in enumerate(names)}
    return tuple(names), np.array([index[value] for value in values], dtype=np.intp)


def cube_of(records: Records) -> Readings:
    """Build the cube.

    Raises `AppError` for a read that is there twice, a truth that contradicts itself, and a study with one
    class only.
    """
    readers, reader = coded(records.readers)
    arms, arm = coded(records.arms)
    cases, case = coded(records.cases, natural=False)
    cells = _Cells(arms, readers, cases, arm, reader, case)
    truth = _truth(records, cells)
    exclusions: list[Exclusion] = []
    keep = _kept(records, cells, np.isnan(truth)[case], exclusions)
    keep = _last_attempts(records, cells, keep, exclusions)
    known = ~np.isnan(truth)
    place = np.cumsum(known) - 1
    positions = np.nan_to_num(records.position).tolist()
    presentations = list(zip(records.readers, records.cases, positions, strict=True))
    seconds, with_ai = times_of_answers(presentations, records.arms, records.seconds, records.locked)
    target = (arm[keep], reader[keep], place[case[keep]])
    out = records.out

    def cube(values: Floats) -> Floats:
        filled = np.full((len(arms), len(readers), int(known.sum())), np.nan)
        filled[target] = values[keep]
        return filled

    found = Readings(
        source=records.source,
        arms=arms,
        readers=readers,
        cases=tuple(name for name, kept in zip(cases, known.tolist(), strict=True) if kept),
        truth=truth[known] > 0.5,
        rating=cube(records.rating),
        call=cube(records.call),
        seconds=cube(seconds),
        with_ai=None if with_ai is None else cube(with_ai),
        shown=shown_advice(records.advice, cube) if records.advice else None,
        position=cube(records.position),
        ticked=_ticked(records, cube),
        visit=None if records.visit is None else cube(records.visit),
        departed=None if out is None else cube(out.astype(np.float64)) == 1.0,
        withdrawn=records.withdrawn,
        excluded=records.excluded,
        rating_column=records.rating_column,
        scale=records.scale,
        exclusions=tuple(exclusions),
        repeats=_repeats(records, cells, keep, exclusions),
    )
    _check(found)
    return found


def _ticked(records: Records, cube: Callable[[Floats], Floats]) -> dict[str, Floats]:
    """Of every region that somebody ticked somewhere."""
    ticked = records.ticked or ()
    return {
        region: cube(np.array([region in each for each in ticked], np.float64))
        for region in sorted({region for each in ticked for region in each})
    }


def _natural(name: str) -> tuple[int, list[tuple[int, int, str]]]:
    rank = _ARM_ORDER.index(name.lower()) if name.lower() in _ARM_ORDER else len(_ARM_ORDER)
    parts = re.findall(r"\d+|\D+", name)
    return rank, [(0, int(part), "") if part.isdecimal() else (1, 0, part.lower()) for part in parts]


def _truth(records: Records, cells: _Cells) -> Floats:
    """The truth of each case: 1, 0 or NaN, float64 (cases,)."""
    stated, case = records.truth, cells.case
    truth = np.full(len(cells.cases), np.nan)
    given = ~np.isnan(stated)
    truth[case[given]] = stated[given]
    clash = np.flatnonzero(given & (truth[case] != stated))
    if len(clash):
        first = int(clash[0])
        other = int(np.flatnonzero(given & (case == case[first]) & (stated != stated[first]))[0])
        here, there = sorted((records.lines[first], records.lines[other]))
        raise AppError(
            f"{records.source}, line {there}: the truth of case {cells.cases[case[first]]} contradicts line "
            f"{here}.",
            "A case has one truth; correct one of the lines.",
        )
    if not given.any():
        raise AppError(f"{records.at(0)}: no case has a truth.", "Fill the truth column (0 or 1).")
    return truth


def _kept(records: Records, cells: _Cells, no_truth: Bools, exclusions: list[Exclusion]) -> Codes:
    """The records to analyse; the others are listed."""
    training = np.array([arm.lower() == "training" for arm in cells.arms])[cells.arm]
    reasons = (
        ("the case has no truth", no_truth),
        *records.flagged,
        ("training read", training),
        ("no rating", np.isnan(records.rating)),
    )
    dropped = np.zeros(len(records.rating), dtype=bool)
    for reason, hit in reasons:
        exclusions += [
            Exclusion(reason, *cells.names(row), records.lines[row])
            for row in np.flatnonzero(hit & ~dropped).tolist()
        ]
        dropped |= hit
    if dropped.all():
        raise AppError(
            f"{records.at(0)}: no line can be analysed ({exclusions[0].reason}).",
            "Every read needs a case with truth and a rating.",
        )
    return np.flatnonzero(~dropped)


def _last_attempts(records: Records, cells: _Cells, keep: Codes, exclusions: list[Exclusion]) -> Codes:
    """One record per read: of several attempts the last; the same attempt twice is an error."""
    attempt = records.attempt
    key = (cells.arm * len(cells.readers) + cells.reader) * len(cells.cases) + cells.case
    order = keep[np.lexsort((attempt[keep], key[keep]))]
    same = key[order][1:] == key[order][:-1]
    twice = np.flatnonzero(same & (attempt[order][1:] == attempt[order][:-1]))
    if len(twice):
        first, second = sorted(records.lines[int(order[int(twice[0]) + step])] for step in (0, 1))
        reader, arm, case = cells.names(int(order[int(twice[0])]))
        arm_name = f" ({arm})" if len(cells.arms) > 1 else ""
        raise AppError(
            f"{records.source}, line {second}: reader {reader} read case {case}{arm_name}"
            f" on line {first} already.",
            "Keep one of the two, or number them in a column “attempt” (the last counts).",
        )
    exclusions += [
        Exclusion("earlier attempt", *cells.names(row), records.lines[row])
        for row in order[:-1][same].tolist()
    ]
    return np.asarray(order[np.append(~same, True)])


def _repeats(
    records: Records, cells: _Cells, keep: Codes, exclusions: list[Exclusion]
) -> tuple[RepeatedRead, ...]:
    """Each hidden second presentation beside the first that is analysed; of several attempts the last."""
    lines = {row.line for row in exclusions if row.reason == HIDDEN_REPEAT}
    keys = list(zip(cells.arm.tolist(), cells.reader.tolist(), cells.case.tolist(), strict=True))
    first = {keys[row]: row for row in keep.tolist()}
    second: dict[tuple[int, int, int], int] = {}
    again = [row for row, line in enumerate(records.lines) if line in lines] if lines else []
    for row in sorted(again, key=lambda row: records.attempt[row]):
        if not np.isnan(records.rating[row]) and keys[row] in first:
            second[keys[row]] = row
    return tuple(
        RepeatedRead(
            cells.arms[key[0]],
            cells.readers[key[1]],
            cells.cases[key[2]],
            *(float(column[row]) for column in (records.rating, records.call) for row in (first[key], last)),
        )
        for key, last in sorted(second.items())
    )


def _check(found: Readings) -> None:
    diseased, total = int(found.truth.sum()), len(found.truth)
    if diseased in (0, total):
        only = "diseased" if diseased else "normal"
        raise AppError(
            f"{found.source}, column truth: all {total} cases are {only}.",
            "An ROC analysis needs diseased (1) and normal (0) cases; check the truth column.",
        )
    if not np.isfinite(found.rating).any():
        raise AppError(f"{found.source}: no reading has a rating.", "Fill the rating column.")
