"""Make a simulated cohort: resumable, in parallel, in parts; the same bytes with any number of workers."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.each_scan import AHEAD, each_scan, processes
from app.errors import AppError
from app.files import refused, write_whole
from app.progress import NoProgress, Progress
from app.simulator.cohort import Cohort
from app.simulator.cohort_tables import CohortTables
from app.simulator.export import labels_path, make_case, scan_path
from app.wording import counted

BYTES_PER_CASE = 1_090_000
"""A scan of 1 MiB and its label maps."""


@dataclass(frozen=True)
class MadeCohort:
    """What is in the folder afterwards."""

    folder: Path
    made: int
    """Cases made now."""
    kept: int
    """Cases of this part that were there already."""


def make_cohort(
    cohort: Cohort,
    out: Path,
    *,
    workers: int = 1,
    first: int = 0,
    last: int | None = None,
    progress: Progress | None = None,
) -> MadeCohort:
    """Write the cases `first` … `last` − 1 of a cohort into `out`.

    Cases that are there already are kept. Raises AppError when the folder holds another cohort or the disk is
    full, Cancelled when the user stops; what was finished is complete and stays.
    """
    listener = progress or NoProgress()
    end = cohort.scans if last is None else last
    if not 0 <= first < end <= cohort.scans:
        raise AppError(
            f"Cases {first} to {end} are not a part of a cohort of {cohort.scans}.", "Use 0 ≤ from < to ≤ N."
        )
    _prepare(out, cohort)
    with CohortTables(out) as tables:
        missing = [index for index in range(first, end) if not _is_made(out, cohort, index, tables.made)]
        _check_room(out, len(missing))
        with processes(workers) as executor:
            make = partial(make_case, out, cohort)
            for _, (truth, lesions) in each_scan(
                missing, make, listener, executor=executor, ahead=workers * AHEAD
            ):
                tables.add(truth, lesions)
        listener.report(1.0, f"{counted(len(missing), 'scan')} simulated")
        tables.sort()
    return MadeCohort(out, made=len(missing), kept=end - first - len(missing))


def _prepare(out: Path, cohort: Cohort) -> None:
    content = (json.dumps(cohort.manifest(), indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    manifest = out / "cohort.json"
    try:
        for folder in (out / "scans", out / "labels"):
            folder.mkdir(parents=True, exist_ok=True)
        existing = manifest.read_bytes() if manifest.exists() else None
    except OSError as error:
        raise refused(out, error, "Choose another folder.", "cannot be used") from error
    if existing is None:
        if (out / "truth.csv").exists():
            raise AppError(f"{out.name} already holds a truth.csv.", "Choose an empty folder.")
        write_whole(manifest, content)
    elif existing != content:
        raise AppError(
            f"{out.name} holds a cohort made with other parameters or another version.",
            "Choose an empty folder, or the same parameters to go on.",
        )
    for leftover in (*(out / "scans").glob(".*.part"), *(out / "labels").glob(".*.part")):
        leftover.unlink(missing_ok=True)


def _is_made(out: Path, cohort: Cohort, index: int, made: set[str]) -> bool:
    case = cohort.case_name(index)
    return case in made and scan_path(out, case).exists() and labels_path(out, case).exists()


def _check_room(out: Path, cases: int) -> None:
    free = shutil.disk_usage(out).free
    if cases * BYTES_PER_CASE > free:
        raise AppError(
            f"{cases} scans need {cases * BYTES_PER_CASE / 1e9:.1f} GB, {free / 1e9:.1f} GB are free.",
            "Make room, choose another disk, or make a part with --from and --to.",
        )
