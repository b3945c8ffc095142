"""How fast scans are simulated, and what a large cohort costs; prints a table.

python -m benchmarks.simulate [--scans 24]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from app.simulator.body import lay_down
from app.simulator.cohort import Cohort
from app.simulator.dicom import dicom_bytes
from app.simulator.difficulty import preset
from app.simulator.export import label_bytes
from app.simulator.simulate import simulate
from app.workflows.simulator.simulate import make_cohort
from benchmarks.table import Row, print_table

SEED = 2025


def speed(scans: int = 24) -> Row:
    """Scans per second of one core (CPU time): both views, all truth, both files made, nothing written."""
    cohort = Cohort(scans, preset("trial"), SEED)
    simulate(cohort.case_seed(0))
    start = time.process_time()
    for index in range(scans):
        scan = simulate(cohort.case_seed(index))
        dicom_bytes(cohort, index, scan)
        label_bytes(scan)
    taken = (time.process_time() - start) / scans
    measured = f"{1 / taken:.2f} scans/s ({1000 * taken:.0f} ms)"
    return Row("simulated scans per core, all truth, files made", measured, "≥ 3 scans/s")


def body_only(scans: int = 12) -> Row:
    """CPU time until the posed, lesion-free body is imaged."""
    cohort = Cohort(scans, preset("trial"), SEED)
    start = time.process_time()
    for index in range(scans):
        lay_down(cohort.case_seed(index))
    return Row(
        "… of which body and lesion-free images", f"{1000 * (time.process_time() - start) / scans:.0f} ms"
    )


def folder(scans: int) -> list[Row]:
    """A cohort written to the disk by one process: time, memory, bytes per case."""
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        make_cohort(Cohort(scans, preset("trial"), SEED), Path(place), workers=1)
        wall = (time.perf_counter() - start) / scans
        size = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file()) / scans
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    hours = wall * 1e6 / 3600
    return [
        Row("a case written to the disk, one process (wall clock)", f"{1000 * wall:.0f} ms", ""),
        Row("bytes per case", f"{size / 1e6:.2f} MB", ""),
        Row("peak memory of the process", f"{peak:.0f} MiB", "flat in N"),
        Row("a million scans", f"{hours:.0f} core hours, {size * 1e6 / 1e12:.2f} TB", "by parts"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=24)
    scans = parser.parse_args().scans
    print_table([speed(scans), body_only(), *folder(scans)])


if __name__ == "__main__":
    main()
