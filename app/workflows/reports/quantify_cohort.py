"""Quantify every scan of a folder: a table of indices, and how they go with alkaline phosphatase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app.analysis.correlation import Correlation, pearson, spearman
from app.annotation.class_names import ClassNames
from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.files import csv_text, write_whole
from app.progress import NoProgress, Progress
from app.quantification.bstbi import K
from app.quantification.indices import INDICES
from app.workflows.reports.clinical_values import ALP, alp_of_cases
from app.workflows.reports.quantify import Facts, LesionFinder, facts, quantify
from app.workflows.scans.library import find_scans
from app.workflows.scans.scan_row import ScanRow

TABLE, CORRELATIONS, FIGURE = "quantification.csv", "correlations.csv", "alp"
TITLES: Mapping[str, str] = {
    "bstbi_four_frames": "BSTBI (displayed, mean of four frames)",
    "bstbi_display": "BSTBI (displayed, mean of both views)",
    "bstbi_count": "BSTBI (counts, mean of both views)",
    **{one.key: one.title for one in INDICES},
    "lesion_count": "Lesions",
}
FRAMES = ("anterior_light", "posterior_light", "anterior_dark", "posterior_dark")
COLUMNS = ("case", *TITLES, *(f"bstbi_{frame}" for frame in FRAMES), "eod", "validity")
_FEWEST = 3
Row = dict[str, Any]


@dataclass(frozen=True)
class QuantifiedCohort:
    """A row per scan, the files, and a sentence for everything that was left out.

    `correlations`: rows of `CORRELATIONS` of a table of ALP; empty without one.
    """

    rows: tuple[Row, ...]
    files: tuple[Path, ...]
    correlations: tuple[Row, ...] = ()
    said: tuple[str, ...] = ()
    simulated: bool = False
    scans: int = 0
    """That were found, whether they could be used or not."""


def quantify_cohort(
    folder: Path,
    out: Path,
    masks: Path | None = None,
    *,
    lesions_of: LesionFinder | None = None,
    clinical: Path | None = None,
    k: float = K,
    format_name: str = "",
    names: ClassNames | None = None,
    bone_map: bool = True,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> QuantifiedCohort:
    """Quantify the scans below a folder (in `scans`, where there is such a folder) and write the tables.

    Lesions come from `masks`, by default the folder's own `labels`, or from `lesions_of`. `clinical` is a
    table case,alp: then `correlations.csv` and a figure are written too. A scan that cannot be used is told,
    and the rest goes on. `executor` shares the scans out; `lesions_of` has to be picklable then. Raises
    AppError when no scan can be used, and for fewer than three scans with ALP.
    """
    progress = progress or NoProgress()
    if masks is None and lesions_of is None:
        masks = folder / "labels" if (folder / "labels").is_dir() else None
    inside = folder / "scans" if (folder / "scans").is_dir() else folder
    found = find_scans(inside, progress, decode=False)
    said = [f"{row.files[0].name}: {row.reason}" for row in found.unusable]
    if not found.usable:
        raise AppError(f"There is no scan in {folder.name}.", "Check the path.")
    alp: dict[str, float] = {}
    if clinical is not None:
        alp, told = alp_of_cases(clinical, [row.case for row in found.usable])
        said += told
        if len(alp) < _FEWEST:
            raise AppError(
                f"{clinical.name} has alp of {len(alp)} of the {len(found.usable)} scans of {folder.name}.",
                "Name the cases as the scans; a correlation takes three at least.",
            )
    work = partial(
        _quantified, masks=masks, lesions_of=lesions_of, k=k, format_name=format_name, names=names,
        bone_map=bone_map,
    )  # fmt: skip
    rows: list[Row] = []
    left_out: list[LeftOut[ScanRow]] = []
    simulated = False
    for row, (indices, was_simulated) in each_scan(found.usable, work, progress, left_out, executor=executor):
        simulated |= was_simulated
        rows.append(indices | ({ALP: alp.get(row.case)} if clinical else {}))
    said += [f"{one.item.case}: {one.error}" for one in left_out]
    if not rows:
        raise AppError(f"None of the scans of {folder.name} could be quantified.", said[-1])
    columns = (*COLUMNS, ALP) if clinical is not None else COLUMNS
    files = [out / TABLE]
    write_whole(out / TABLE, _csv(columns, rows))
    correlations: list[Row] = []
    if clinical is not None:
        correlations = _correlations(rows)
        files += [out / CORRELATIONS, *_drawn(rows, out, simulated)]
        write_whole(out / CORRELATIONS, _csv(tuple(correlations[0]), correlations))
    return QuantifiedCohort(
        tuple(rows), tuple(files), tuple(correlations), tuple(said), simulated, len(found.rows)
    )


def _quantified(row: ScanRow, **how: Any) -> tuple[Row, bool]:
    """The row of a scan, and whether it is simulated; in a process of its own where there is an executor."""
    scan, labels, burden = quantify(row.files, case=row.case, **how)
    return _row(facts(scan, labels, burden)), scan.simulated


def _row(found: Facts) -> Row:
    frames = found["bstbi_four_frames"]
    means = {name: found[name]["mean"] for name in ("bstbi_four_frames", "bstbi_display", "bstbi_count")}
    single = {name: found[name] for name in TITLES if name not in means}
    of_frames = {f"bstbi_{frame}": frames[frame] for frame in FRAMES}
    ends = {"eod": found["eod"], "validity": "; ".join(found["validity"])}
    return {"case": found["case"], **means, **single, **of_frames, **ends}


def _correlations(rows: Sequence[Row]) -> list[Row]:
    """Of every index with ALP: of all scans that have both, and of those with lesions, as published."""
    made = []
    for group, chosen in (("all", rows), ("with lesions", [row for row in rows if row["lesion_count"]])):
        for name in TITLES:
            x, y = _pairs(chosen, name)
            linear, ranked = pearson(x, y), spearman(x, y)
            told = {"index": name, "scans": group, "n": linear.n}
            made.append(told | _told("pearson", linear) | _told("spearman", ranked))
    return made


def _told(name: str, found: Correlation) -> Row:
    low, high = found.interval or (None, None)
    return {name: found.r, f"{name}_low": low, f"{name}_high": high, f"{name}_p": found.p}


def _pairs(rows: Iterable[Row], name: str) -> tuple[np.ndarray, np.ndarray]:
    both = [(row[name], row[ALP]) for row in rows if row[name] is not None and row[ALP] is not None]
    x, y = np.array(both, np.float64).reshape(-1, 2).T
    return x, y


def _drawn(rows: Sequence[Row], out: Path, simulated: bool) -> tuple[Path, Path]:
    from app.figures.correlation import scatter
    from app.figures.style import save

    name = "bstbi_four_frames"
    x, y = _pairs(rows, name)
    found = pearson(x, y)
    r = "" if found.r is None else f", r = {found.r:.2f}"
    kind = "simulated scans" if simulated else "scans"
    return save(scatter(x, y, TITLES[name], "ALP (U/L)", f"{len(x)} {kind}{r}"), out / FIGURE)


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    shown = ([_cell(row.get(name)) for name in columns] for row in rows)
    return csv_text([columns, *shown])


def _cell(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value
