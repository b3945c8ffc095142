"""Lesion marks from `reader,arm,case,mark,lesion_id,rating` and lesions from
`case,truth,lesion_id,weight`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.analysis.froc import Lesions, MarkedReads
from app.analysis.ingest.assemble import arms_of
from app.analysis.ingest.records import coded
from app.errors import AppError
from app.tables.ids import cause
from app.tables.read import read_table
from app.tables.table import Table

_FALSE, _TRUE = frozenset({"nl", "fp", "false"}), frozenset({"ll", "tp", "true"})


@dataclass(frozen=True, eq=False)
class FreeResponse:
    """A free-response study: `reads[arm][reader]` in the order of the names."""

    arms: tuple[str, ...]
    readers: tuple[str, ...]
    cases: tuple[str, ...]
    lesions: Lesions
    lesion_ids: tuple[str, ...]
    reads: tuple[tuple[MarkedReads, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def analysable(self) -> bool:
        """Whether there is a lesion, and a case without one, that everybody has read."""
        return bool(len(self.lesions.case)) and not bool(self.lesions.truth.all())

    def without(self, left_out: Collection[str]) -> FreeResponse | None:
        """The same without some cases; None when no lesion or no normal case is left."""
        keep = np.array([case not in left_out for case in self.cases])
        lesions = keep[self.lesions.case]
        if not lesions.any() or self.lesions.truth[keep].all():
            return None
        place = np.cumsum(keep) - 1

        def fewer(reads: MarkedReads) -> MarkedReads:
            false = keep[reads.false_cases]
            where = place[reads.false_cases[false]]
            return MarkedReads(reads.false_ratings[false], where, reads.lesion_ratings[lesions])

        return replace(
            self,
            cases=tuple(case for case in self.cases if case not in left_out),
            lesions=Lesions(
                self.lesions.truth[keep], place[self.lesions.case[lesions]], self.lesions.weight[lesions]
            ),
            lesion_ids=tuple(
                name for name, kept in zip(self.lesion_ids, lesions.tolist(), strict=True) if kept
            ),
            reads=tuple(tuple(fewer(reads) for reads in arm) for arm in self.reads),
        )


def read_free_response(marks: Path, lesions: Path) -> FreeResponse:
    """Read both tables; a reader without any mark in an arm has marked nothing there.

    Raises `AppError` for a mark on an unknown case or lesion, a lesion on a normal case, and weights that
    do not sum to one.
    """
    truth_table, mark_table = read_table(lesions, "lesions"), read_table(marks, "marks")
    cases, found, ids = _lesions(truth_table)
    mark_table.require("reader", "case", "mark", "lesion_id", "rating")
    mark_table.require_records("marks")
    readers, reader = coded(mark_table.ids("reader"))
    arms, arm = coded(arms_of(mark_table))
    case_index = {case: place for place, case in enumerate(cases)}
    lesion_index = {key: place for place, key in enumerate(ids)}
    false: dict[tuple[int, int], list[tuple[float, int]]] = {}
    hits = np.full((len(arms), len(readers), len(ids)), -np.inf)
    ratings = mark_table.numbers("rating", measured=True)
    kinds, lesion_of = mark_table.text("mark"), mark_table.column("lesion_id")
    for row, case in enumerate(mark_table.ids("case")):
        line, kind, cell = mark_table.lines[row], kinds[row].lower(), (int(arm[row]), int(reader[row]))
        if case not in case_index:
            meant = cause(case, cases)
            raise AppError(
                f"{marks.name}, line {line}: case {case} is not in {lesions.name}"
                f"{f', probably it is {meant}' if meant else ''}.",
                "Write it as it stands there, or add it there.",
            )
        if np.isnan(ratings[row]):
            raise AppError(f"{marks.name}, line {line}: the mark has no rating.", "Rate every mark.")
        if kind in _FALSE:
            false.setdefault(cell, []).append((float(ratings[row]), case_index[case]))
        elif kind in _TRUE:
            if (case, lesion_of[row]) not in lesion_index:
                raise AppError(
                    f"{marks.name}, line {line}: case {case} has no lesion {lesion_of[row]}.",
                    "Correct the lesion id, or call the mark NL.",
                )
            place = lesion_index[case, lesion_of[row]]
            hits[(*cell, place)] = max(hits[(*cell, place)], ratings[row])
        else:
            raise AppError(
                f"{marks.name}, line {line}: mark “{kinds[row][:20]}” is neither LL nor NL.",
                "LL is a mark on a lesion, NL one elsewhere.",
            )

    def cell_reads(i: int, j: int) -> MarkedReads:
        rated = false.get((i, j), [])
        return MarkedReads(
            np.array([rating for rating, _ in rated]),
            np.array([place for _, place in rated], dtype=np.intp),
            hits[i, j],
        )

    reads = tuple(tuple(cell_reads(i, j) for j in range(len(readers))) for i in range(len(arms)))
    names = tuple(f"{case}/{lesion}" for case, lesion in ids)
    marked = set(zip(arm.tolist(), reader.tolist(), strict=True))
    notes = tuple(
        f"{readers[j]} set no mark in arm {arms[i]}; that counts as having read every case there."
        for i in range(len(arms))
        for j in range(len(readers))
        if (i, j) not in marked
    )
    return FreeResponse(arms, readers, cases, found, names, reads, notes)


def _lesions(table: Table) -> tuple[tuple[str, ...], Lesions, list[tuple[str, str]]]:
    table.require("case", "truth", "lesion_id")
    cases, case = coded(table.ids("case"), natural=False)
    stated, lesion = table.flags("truth"), table.column("lesion_id")
    weighted = table.find("weight") is not None
    weight = table.numbers("weight") if weighted else np.full(len(lesion), np.nan)
    truth = np.zeros(len(cases), dtype=bool)
    truth[case[stated == 1.0]] = True
    ids: list[tuple[str, str]] = []
    rows: list[int] = []
    for row, name in enumerate(lesion):
        if name in ("", "0"):
            if stated[row] == 1.0:
                raise AppError(
                    f"{table.at(row)}: case {cases[case[row]]} is diseased without a lesion id.",
                    "Give each lesion of a diseased case an id from 1.",
                )
            continue
        if stated[row] != 1.0 or (cases[case[row]], name) in ids:
            problem = "is there twice" if stated[row] == 1.0 else "lies on a normal case"
            raise AppError(f"{table.at(row)}: lesion {name} {problem}.", "Correct the line.")
        ids.append((cases[case[row]], name))
        rows.append(row)
    of_case = case[rows]
    if not len(rows) or truth.all():
        only = "no lesion" if not len(rows) else "no normal case"
        raise AppError(f"{table.name}: there is {only}.", "A free-response analysis needs both.")
    counts = np.bincount(of_case, minlength=len(cases))
    weights = weight[rows] if weighted else 1.0 / counts[of_case]
    sums = np.bincount(of_case, weights, minlength=len(cases))
    wrong = np.flatnonzero((counts > 0) & ~(np.abs(sums - 1.0) < 1e-3))
    if len(wrong):
        name = cases[int(wrong[0])]
        line = table.lines[next(row for row in rows if cases[case[row]] == name)]
        raise AppError(
            f"{table.name}, line {line}: the lesion weights of case {name} sum to {sums[wrong[0]]:.3g}.",
            "They must sum to 1; delete the weight column for equal weights.",
        )
    return cases, Lesions(truth, of_case, weights / sums[of_case]), ids
