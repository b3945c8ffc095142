"""A table of records becomes the cube of reads; nothing is dropped without a word."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.analysis.ingest.imrmc import read_readings_table
from app.analysis.placements import Bools, Floats
from app.analysis.readings import Exclusion, Readings, RepeatedRead
from app.errors import AppError
from app.tables.table import Table

Codes = NDArray[np.intp]
_ARM_ORDER = ("unaided", "aided")
HIDDEN_REPEAT = "hidden repeat, used for intra-reader agreement alone"


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
    readers, reader = coded(table.ids("reader"))
    arms, arm = coded_arms(table)
    cases, case = coded(table.ids("case"), natural=False)
    values = table.numbers("rating", column, measured=True)
    truth = _truth(table, cases, case)
    exclusions: list[Exclusion] = []
    keep = _kept(table, values, np.isnan(truth)[case], exclusions, (readers, reader, arms, arm, cases, case))
    place_of = (arm, reader, case)
    keep = _last_attempts(table, keep, place_of, exclusions, (readers, arms, cases))
    calls = table.flags("call") if table.find("call") else None
    known = ~np.isnan(truth)
    place = np.cumsum(known) - 1
    shape = (len(arms), len(readers), int(known.sum()))
    target = (arm[keep], reader[keep], place[case[keep]])

    def cube(record: Floats | None) -> Floats:
        filled = np.full(shape, np.nan)
        if record is not None:
            filled[target] = record[keep]
        return filled

    scales = sorted({value for value in table.optional("scale") or [] if value})
    diseased = truth[known] > 0.5
    found = Readings(
        source=table.name,
        arms=arms,
        readers=readers,
        cases=tuple(name for name, kept in zip(cases, known.tolist(), strict=True) if kept),
        truth=diseased,
        rating=cube(values),
        call=cube(calls),
        seconds=cube(_seconds(table) if table.find("seconds") else None),
        position=cube(table.numbers("position") if table.find("position") else None),
        rating_column=column,
        scale=scales[0] if len(scales) == 1 else "",
        exclusions=tuple(exclusions),
        repeats=_repeats(table, (values, calls), keep, place_of, (readers, arms, cases), exclusions),
    )
    _check(found)
    return found


def coded(values: list[str], natural: bool = True) -> tuple[tuple[str, ...], Codes]:
    names = list(dict.fromkeys(values))
    if natural:
        names.sort(key=_natural)
    index = {name: place for place, name in enumerate(names)}
    return tuple(names), np.array([index[value] for value in values], dtype=np.intp)


def coded_arms(table: Table) -> tuple[tuple[str, ...], Codes]:
    """The arms; without such a column there is one, called “all”."""
    if table.find("arm") is None:
        return ("all",), np.zeros(len(table.lines), np.intp)
    return coded(table.ids("arm"))


def _seconds(table: Table) -> Floats:
    seconds = table.numbers("seconds", measured=True)
    below = np.flatnonzero(seconds < 0)
    if len(below):
        place = int(below[0])
        raise AppError(
            f"{table.at(place)}: {seconds[place]:g} seconds cannot be.", "Leave unknown times empty."
        )
    return seconds


def _natural(name: str) -> tuple[int, list[tuple[int, int, str]]]:
    rank = _ARM_ORDER.index(name.lower()) if name.lower() in _ARM_ORDER else len(_ARM_ORDER)
    parts = re.findall(r"\d+|\D+", name)
    return rank, [(0, int(part), "") if part.isdecimal() else (1, 0, part.lower()) for part in parts]


def _truth(table: Table, cases: tuple[str, ...], case: Codes) -> Floats:
    stated = table.flags("truth")
    truth = np.full(len(cases), np.nan)
    given = ~np.isnan(stated)
    truth[case[given]] = stated[given]
    clash = np.flatnonzero(given & (truth[case] != stated))
    if len(clash):
        first = int(clash[0])
        other = int(np.flatnonzero(given & (case == case[first]) & (stated != stated[first]))[0])
        here, there = sorted((table.lines[first], table.lines[other]))
        raise AppError(
            f"{table.name}, line {there}: the truth of case {cases[case[first]]} contradicts line {here}.",
            "A case has one truth; correct one of the lines.",
        )
    if not given.any():
        raise AppError(f"{table.at(0)}: no case has a truth.", "Fill the truth column (0 or 1).")
    return truth


Names = tuple[tuple[str, ...], Codes, tuple[str, ...], Codes, tuple[str, ...], Codes]


def _kept(table: Table, values: Floats, no_truth: Bools, exclusions: list[Exclusion], names: Names) -> Codes:
    """The records to analyse; the others are listed."""
    readers, reader, arms, arm, cases, case = names
    reasons: list[tuple[str, Bools]] = [("the case has no truth", no_truth)]
    for flag, reason in (
        ("skipped", "skipped by the reader"),
        ("technical_problem", "technical problem"),
        ("warm_up", "warm-up case"),
    ):
        if table.find(flag):
            reasons.append((reason, table.flags(flag) == 1.0))
    repeats = table.optional("repeat_of")
    if repeats is not None:
        reasons.append((HIDDEN_REPEAT, np.array([bool(value) for value in repeats])))
    reasons.append(("training read", np.array([arms[code].lower() == "training" for code in arm.tolist()])))
    reasons.append(("no rating", np.isnan(values)))
    dropped = np.zeros(len(values), dtype=bool)
    for reason, hit in reasons:
        exclusions += [
            Exclusion(reason, readers[reader[row]], arms[arm[row]], cases[case[row]], table.lines[row])
            for row in np.flatnonzero(hit & ~dropped).tolist()
        ]
        dropped |= hit
    if dropped.all():
        raise AppError(
            f"{table.at(0)}: no line can be analysed ({exclusions[0].reason}).",
            "Every read needs a case with truth and a rating.",
        )
    return np.flatnonzero(~dropped)


def _last_attempts(
    table: Table,
    keep: Codes,
    place: tuple[Codes, Codes, Codes],
    exclusions: list[Exclusion],
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
) -> Codes:
    """One record per read: of several attempts the last; the same attempt twice is an error."""
    arm, reader, case = place
    readers, arms, cases = names
    attempt = table.numbers("attempt") if table.find("attempt") else np.zeros(len(table.lines))
    key = (arm * len(readers) + reader) * len(cases) + case
    order = keep[np.lexsort((attempt[keep], key[keep]))]
    same = key[order][1:] == key[order][:-1]
    twice = np.flatnonzero(same & (attempt[order][1:] == attempt[order][:-1]))
    if len(twice):
        first, second = sorted(table.lines[int(order[int(twice[0]) + step])] for step in (0, 1))
        one = int(order[int(twice[0])])
        arm_name = f" ({arms[arm[one]]})" if len(arms) > 1 else ""
        raise AppError(
            f"{table.name}, line {second}: reader {readers[reader[one]]} read case "
            f"{cases[case[one]]}{arm_name}"
            f" on line {first} already.",
            "Keep one of the two, or number them in a column “attempt” (the last counts).",
        )
    exclusions += [
        Exclusion("earlier attempt", readers[reader[row]], arms[arm[row]], cases[case[row]], table.lines[row])
        for row in order[:-1][same].tolist()
    ]
    return np.asarray(order[np.append(~same, True)])


def _repeats(
    table: Table,
    answers: tuple[Floats, Floats | None],
    keep: Codes,
    place: tuple[Codes, Codes, Codes],
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    exclusions: list[Exclusion],
) -> tuple[RepeatedRead, ...]:
    """Each hidden second presentation beside the first that is analysed; of several attempts the last."""
    lines = {row.line for row in exclusions if row.reason == HIDDEN_REPEAT}
    arm, reader, case = place
    readers, arms, cases = names
    values, calls = answers
    called = np.full(len(values), np.nan) if calls is None else calls
    attempt = table.numbers("attempt") if table.find("attempt") else np.zeros(len(values))
    keys = list(zip(arm.tolist(), reader.tolist(), case.tolist(), strict=True))
    first = {keys[row]: row for row in keep.tolist()}
    second: dict[tuple[int, int, int], int] = {}
    again = [row for row, line in enumerate(table.lines) if line in lines] if lines else []
    for row in sorted(again, key=lambda row: attempt[row]):
        if not np.isnan(values[row]) and keys[row] in first:
            second[keys[row]] = row
    return tuple(
        RepeatedRead(
            arms[key[0]],
            readers[key[1]],
            cases[key[2]],
            *(float(column[row]) for column in (values, called) for row in (first[key], last)),
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
