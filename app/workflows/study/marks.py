"""A study's marks against the truth masks of its lesions (`app.workflows.study.lesion_masks`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.analysis.froc import Lesions, MarkedReads
from app.analysis.ingest.marks import FreeResponse
from app.analysis.readings import Readings
from app.annotation.region import Region
from app.errors import AppError
from app.study.reading import Outcome, Reading
from app.wording import counted
from app.workflows.study.lesion_masks import VIEWS, LesionNumbers, read_lesions

DEFAULT_RADIUS = 5.0
"""Image pixels from a lesion's mask within which a mark still counts as on it."""


class _Mark(NamedTuple):
    """One finding of a reader: its rating, and the lesion it lies on (0: none)."""

    rating: float
    lesion: int


def study_marks(answers: Iterable[Reading], readings: Readings, masks: Path, radius: float) -> FreeResponse:
    """Match every mark; it counts for the nearest lesion whose mask lies within `radius` image pixels of
    its centre.

    Regions that a reader linked over the views are one mark, on a lesion when any of them is. Cases that
    not every reader of every arm has read, and diseased ones whose mask shows no lesion, are left out, with
    a note.

    Raises AppError when a diseased case has no mask, or a mask file is damaged.
    """
    complete = np.asarray(~np.isnan(readings.rating).any(axis=(0, 1)))
    everywhere = np.flatnonzero(complete).tolist()
    maps = {
        readings.cases[row]: _lesion_map(masks, readings.cases[row])
        for row in everywhere
        if readings.truth[row]
    }
    blank = {case for case, numbers in maps.items() if not numbers.any()}
    kept = [row for row in everywhere if readings.cases[row] not in blank]
    cases, truth = [readings.cases[row] for row in kept], readings.truth[kept]
    lesions, index = _lesions(cases, truth, maps)
    place = {case: row for row, case in enumerate(cases)}
    cells: dict[tuple[str, str], list[tuple[int, _Mark]]] = {}
    for answer in answers:
        who = answer.identity
        regular = who.repeat_of is None and not who.warm_up and answer.flags.outcome is Outcome.ANSWERED
        if regular and who.case in place:
            found = _marks(answer, maps.get(who.case), radius)
            cells.setdefault((who.arm.value, who.reader), []).extend(
                (place[who.case], mark) for mark in found
            )
    reads = tuple(
        tuple(_reads(cells.get((arm, reader), []), index, len(lesions.weight)) for reader in readings.readers)
        for arm in readings.arms
    )
    names = tuple(f"{cases[case]}/{number}" for case, number in index)
    notes = _notes(len(readings.cases) - len(everywhere), sorted(blank))
    return FreeResponse(readings.arms, readings.readers, tuple(cases), lesions, names, reads, notes)


def _notes(unread: int, blank: list[str]) -> tuple[str, ...]:
    notes = []
    if unread:
        were = counted(unread, "case not read by everybody was", "cases not read by everybody were")
        notes.append(f"Marks: {were} left out.")
    if blank:
        were = counted(len(blank), "diseased case was", "diseased cases were")
        notes.append(f"Marks: {were} left out because the mask shows no lesion ({', '.join(blank[:5])}).")
    return tuple(notes)


def _lesion_map(masks: Path, case: str) -> LesionNumbers:
    path = masks / f"{case}.npz"
    if not path.is_file():
        raise AppError(f"Case {case} is diseased, but there is no lesion mask {path.name}.", "Add the file.")
    return read_lesions(path)


def _lesions(
    cases: list[str], truth: NDArray[np.bool_], maps: dict[str, LesionNumbers]
) -> tuple[Lesions, dict[tuple[int, int], int]]:
    index: dict[tuple[int, int], int] = {}
    weights: list[float] = []
    for row, case in enumerate(cases):
        numbers = [int(number) for number in np.unique(maps[case]) if number] if case in maps else []
        for number in numbers:
            index[row, number] = len(weights)
            weights.append(1.0 / len(numbers))
    of_case = np.array([row for row, _ in index], dtype=np.intp)
    return Lesions(truth, of_case, np.array(weights)), index


def _marks(answer: Reading, lesion_map: LesionNumbers | None, radius: float) -> list[_Mark]:
    by_finding: dict[str, list[Region]] = {}
    for region in answer.answer.regions:
        by_finding.setdefault(region.lesion, []).append(region)
    overall = float(answer.answer.rating if answer.answer.rating is not None else 0)
    found = []
    for regions in by_finding.values():
        rating = max(region.rating if region.rating is not None else overall for region in regions)
        hits = [_hit(region, lesion_map, radius) for region in regions] if lesion_map is not None else []
        found.append(_Mark(rating, next((hit for hit in hits if hit), 0)))
    return found


def _hit(region: Region, lesion_map: LesionNumbers, radius: float) -> int:
    plane = lesion_map[VIEWS.index(region.view)]
    rows, columns = np.nonzero(plane)
    if not len(rows):
        return 0
    x, y = region.vertices.mean(axis=0).tolist()
    distance = np.hypot(columns + 0.5 - x, rows + 0.5 - y)
    nearest = int(distance.argmin())
    # half a pixel's diagonal: a mark inside a mask pixel is on it whatever the radius
    return int(plane[rows[nearest], columns[nearest]]) if distance[nearest] <= radius + 0.75 else 0


def _reads(marks: list[tuple[int, _Mark]], index: dict[tuple[int, int], int], lesions: int) -> MarkedReads:
    rated = np.full(lesions, -np.inf)
    false: list[tuple[float, int]] = []
    for case, mark in marks:
        if mark.lesion:
            row = index[case, mark.lesion]
            rated[row] = max(rated[row], mark.rating)
        else:
            false.append((mark.rating, case))
    return MarkedReads(
        np.array([rating for rating, _ in false]), np.array([case for _, case in false], dtype=np.intp), rated
    )
