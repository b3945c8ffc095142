"""Make a simulated cohort: resumable, in parallel, in parts; the same bytes with any number of workers."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.files import refused
from app.progress import NoProgress, Progress, check_cancelled
from app.simulator.cohort import Cohort
from app.simulator.cohort_tables import CohortTables
from app.simulator.export import Row, labels_path, make_case, scan_path, write_whole

BYTES_PER_CASE = 1_090_000
"""A scan of 1 MiB and its label maps."""
_AHEAD = 4
"""Cases that are under way per worker: memory does not grow with the cohort."""


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
        for done, (truth, lesions) in enumerate(_made(out, cohort, missing, workers, listener), 1):
            tables.add(truth, lesions)
            listener.report(done / len(missing), f"{done} of {len(missing)} scans simulated")
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


def _made(
    out: Path, cohort: Cohort, indices: list[int], workers: int, progress: Progress
) -> Iterator[tuple[Row, list[Row]]]:
    """The rows of the cases, in order."""
    if workers <= 1:
        for index in indices:
            check_cancelled(progress)
            yield make_case(out, cohort, index)
        return
    context = multiprocessing.get_context("spawn")  # forking a process with threads or a window is not safe
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupts)
    try:
        yield from _in_order(pool, out, cohort, iter(indices), workers * _AHEAD, progress)
    except BrokenProcessPool as error:
        raise AppError(
            "A worker of the simulator was ended from outside, perhaps for lack of memory.",
            "Run the same command again with fewer workers: it goes on where it stopped.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor,
    out: Path,
    cohort: Cohort,
    indices: Iterable[int],
    ahead: int,
    progress: Progress,
) -> Iterator[tuple[Row, list[Row]]]:
    waiting: deque[Future[tuple[Row, list[Row]]]] = deque()
    for index in indices:
        waiting.append(pool.submit(make_case, out, cohort, index))
        if len(waiting) >= ahead:
            check_cancelled(progress)
            yield waiting.popleft().result()
    while waiting:
        check_cancelled(progress)
        yield waiting.popleft().result()


def _ignore_interrupts() -> None:
    """Ctrl+C is for the parent, which ends its workers in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
