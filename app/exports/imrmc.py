"""The input file of iMRMC (Java 4.0.3, R 2.1.2): truth rows of reader -1, then one row per read.

A missing read is an absent row. Ids carry no spaces, commas or quotes; case ids are whole numbers, so that
RJafroc reads the file too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.analysis.readings import Readings
from app.exports.companions import IdMap, id_map, write_companions
from app.exports.export import Export, StudyExport

_COLUMNS = (
    ("1", "reader id, or -1 for a truth row"),
    ("2", "case id, a whole number"),
    ("3", "arm; 0 in a truth row"),
    ("4", "rating, higher = more disease; in a truth row 0 normal, 1 diseased"),
)


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write `readings.imrmc`, its id map and its preflight."""
    title = dict(export.about).get("code", "study")
    readings = export.reads()
    ids = id_map(readings, numbers=False)
    path = folder / "readings.imrmc"
    path.write_text(imrmc_text(readings, ids, title), encoding="utf-8", newline="\n")
    return [path, *write_companions(folder, "imrmc", readings, ids, _COLUMNS)]


def imrmc_text(readings: Readings, ids: IdMap, title: str) -> str:
    """The whole file; its first line is the title (more than one character, no two commas in a row)."""
    positive = int(readings.truth.sum())
    clean = " ".join(title.replace(",", " ").split())
    lines = [
        clean if len(clean) > 1 else f"{clean} study".strip(),
        f"N0:{len(readings.truth) - positive}",
        f"N1:{positive}",
        f"NR:{len(readings.readers)}",
        f"NM:{len(readings.arms)}",
        "BEGIN DATA:",
    ]
    lines += [f"-1,{case},0,{int(ill)}" for case, ill in zip(ids.cases, readings.truth.tolist(), strict=True)]
    for j, reader in enumerate(ids.readers):
        for k, case in enumerate(ids.cases):
            lines += [
                f"{reader},{case},{arm},{readings.rating[i, j, k]:.17g}"
                for i, arm in enumerate(ids.arms)
                if not np.isnan(readings.rating[i, j, k])
            ]
    return "\n".join(lines) + "\n"


IMRMC = Export("imrmc", "Input file of iMRMC, with id map and preflight", write)
