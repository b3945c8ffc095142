"""What other programs need beside their file: a map of ids, and what to know before they read it.

iMRMC, RJafroc and MRMCaov take ids without spaces, commas and quotes; cases become whole numbers, so that one
map serves all three.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from app.analysis.ingest.marks import FreeResponse
from app.analysis.readings import Readings
from app.cells import markdown_table
from app.files import csv_text

IdRow: TypeAlias = "tuple[str, str, str | int]"
_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class IdMap:
    """Each id of the study with the id in the file, in the order of the cube."""

    readers: tuple[str, ...]
    arms: tuple[str, ...]
    cases: tuple[int, ...]


def id_map(study: Readings | FreeResponse, numbers: bool) -> IdMap:
    """Ids for the file: cases are numbered from 1; readers and arms too (`numbers`), or cleaned of odd
    signs.
    """
    ids = _numbered if numbers else _clean
    return IdMap(ids(study.readers), ids(study.arms), tuple(range(1, len(study.cases) + 1)))


def id_rows(study: Readings | FreeResponse, ids: IdMap) -> Iterator[IdRow]:
    """The map of ids as rows."""
    theirs: tuple[Sequence[str | int], ...] = (ids.readers, ids.arms, ids.cases)
    own = (study.readers, study.arms, study.cases)
    for kind, names, numbers in zip(("reader", "arm", "case"), own, theirs, strict=True):
        yield from ((kind, name, number) for name, number in zip(names, numbers, strict=True))


def write_companions(
    folder: Path, name: str, readings: Readings, ids: IdMap, columns: tuple[tuple[str, str], ...]
) -> list[Path]:
    """Write the id map, and one text with preflight and data dictionary; returns both paths."""
    return write_notes(folder, name, id_rows(readings, ids), preflight(readings), columns)


def write_notes(
    folder: Path,
    name: str,
    ids: Iterable[IdRow],
    remarks: Sequence[str],
    columns: tuple[tuple[str, str], ...],
) -> list[Path]:
    """Write `NAME_ids.csv` (kind, id of the study, id in the file) and `NAME_preflight.md`; returns both."""
    mapped = folder / f"{name}_ids.csv"
    mapped.write_bytes(csv_text([("kind", "study_id", "file_id"), *ids]).encode())
    about = folder / f"{name}_preflight.md"
    lines = [f"# {name}: preflight and data dictionary", "", *(f"- {line}" for line in remarks)]
    lines += ["", *markdown_table(("Column", "Meaning"), columns)]
    about.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [mapped, about]


def preflight(readings: Readings) -> list[str]:
    """What somebody who reads the file has to know: sizes, missing cells, what was left out."""
    positive = int(readings.truth.sum())
    lines = [
        f"{len(readings.readers)} readers, {len(readings.arms)} arms, {len(readings.cases)} cases "
        f"({positive} diseased, {len(readings.cases) - positive} normal), {readings.reads} reads.",
        "No read is there twice.",
    ]
    gaps = np.isnan(readings.rating).sum(axis=2)
    lines += [
        f"Reader {reader} has no rating for {gaps[i, j]} cases in arm {arm}."
        for i, arm in enumerate(readings.arms)
        for j, reader in enumerate(readings.readers)
        if gaps[i, j]
    ]
    reasons = Counter(row.reason for row in readings.exclusions)
    lines += [f"{count} records were left out: {reason}." for reason, count in reasons.items()]
    lines.append("Case ids were replaced by whole numbers; the id map lies beside this file.")
    return lines


def _numbered(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(place) for place in range(1, len(names) + 1))


def _clean(names: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = [_PLAIN.sub("_", name).strip("_") or "x" for name in names]
    cleaned = [f"r{name}" if name.startswith("-") else name for name in cleaned]
    if len(set(cleaned)) < len(cleaned):
        return tuple(f"{name}_{place}" for place, name in enumerate(cleaned, start=1))
    return tuple(cleaned)
