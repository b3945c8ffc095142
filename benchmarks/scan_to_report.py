"""From a raw scan on disk to lesions, indices and a PDF: what a person waits for, with an installed model.

python -m benchmarks.scan_to_report [SCAN] [--model NAME] [--times N]

Without SCAN a simulated one is made. The model is opened before the clock starts, as in a program that runs
already; the first scan, which opens it, is reported apart.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.errors import AppError
from app.report.bone_scan.forms import form_named
from app.workflows.reports.bone_scan import report_of
from app.workflows.reports.kept import write_report
from app.workflows.reports.model import finder_of
from benchmarks.table import Row, print_table

_TARGET = "≤ 2.0 s on two cores"


def measure(scan: Path, model: str, times: int) -> list[Row]:
    """The first report, and the median of those that follow; wall clock."""
    finder = finder_of(model)
    if finder is None:
        raise AppError("No installed model draws lesions.", "Add one with `scintiread models add RUN`.")
    seconds: list[float] = []
    worked: list[float] = []
    parts: dict[str, list[float]] = {"reading, drawing, indices and text": [], "PDF": []}
    pdf = form_named("pdf")
    with TemporaryDirectory() as folder:
        for number in range(times + 1):
            begun, spent = time.perf_counter(), time.process_time()
            report = report_of((scan,), lesions_of=finder)
            parts["reading, drawing, indices and text"].append(time.perf_counter() - begun)
            write_report(report, Path(folder) / f"{number}.pdf", pdf)
            seconds.append(time.perf_counter() - begun)
            worked.append(time.process_time() - spent)
            parts["PDF"].append(seconds[-1] - parts["reading, drawing, indices and text"][-1])
    rows = [
        Row("raw scan to PDF, median", f"{np.median(seconds[1:]):.2f} s of {times}", _TARGET),
        Row("processor time of it, all threads", f"{np.median(worked[1:]):.2f} s"),
        Row("the first one, which opens model and libraries", f"{seconds[0]:.2f} s"),
    ]
    return rows + [Row(f"of it {what}", f"{np.median(each[1:]):.2f} s") for what, each in parts.items()]


def simulated(folder: Path) -> Path:
    """One simulated scan with metastases, written as a scanner would."""
    from app.simulator.cohort import Cohort
    from app.simulator.difficulty import Difficulty
    from app.workflows.simulator.simulate import make_cohort

    make_cohort(Cohort(2, Difficulty(), seed=7), folder)
    return sorted(folder.rglob("*.dcm"))[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scan", type=Path, nargs="?")
    parser.add_argument("--model", default="")
    parser.add_argument("--times", type=int, default=7)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        scan = chosen.scan or simulated(Path(folder))
        print_table(measure(scan, chosen.model, chosen.times))


if __name__ == "__main__":
    main()
