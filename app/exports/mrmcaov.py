"""The long table that MRMCaov takes: reader, treatment, case, truth, rating."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.analysis.readings import Readings
from app.exports.companions import IdMap, id_map, write_companions
from app.exports.export import Export, StudyExport
from app.files import csv_text

_COLUMNS = (
    ("reader", "reader id"),
    ("treatment", "arm"),
    ("case", "case id, a whole number"),
    ("truth", "0 normal, 1 diseased"),
    ("rating", "rating, higher = more disease; a missing read is an absent row"),
)


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write `mrmcaov.csv`, its id map and its preflight."""
    readings = export.reads()
    ids = id_map(readings, numbers=False)
    path = folder / "mrmcaov.csv"
    rows = [[column for column, _ in _COLUMNS], *long_rows(readings, ids)]
    path.write_bytes(csv_text(rows, as_it_is=True).encode())
    return [path, *write_companions(folder, "mrmcaov", readings, ids, _COLUMNS)]


def long_rows(readings: Readings, ids: IdMap) -> Iterator[tuple[str, str, int, int, str]]:
    """One row per read that was made."""
    for i, j, k in np.argwhere(~np.isnan(readings.rating)).tolist():
        yield (
            ids.readers[j],
            ids.arms[i],
            ids.cases[k],
            int(readings.truth[k]),
            f"{readings.rating[i, j, k]:.17g}",
        )


MRMCAOV = Export("mrmcaov", "Long table for MRMCaov, with id map and preflight", write)
