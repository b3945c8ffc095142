"""How a difference map behaves on simulated pairs whose course is known.

python -m benchmarks.follow_up COHORT [--pairs 20]     a cohort of `simulate --follow-up`
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.annotation.formats import simulator_labels
from app.scan.read import read_scan
from app.workflows.reports.follow_up import FollowUp, compare
from benchmarks.table import Row, print_table


def compared(cohort: Path, most: int) -> Iterator[tuple[str, FollowUp, list[float]]]:
    """Course, comparison, and the variance of z over the healthy bone of each view, of the first pairs."""
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for first, second in list(zip(rows[::2], rows[1::2], strict=True))[:most]:
        files = [cohort / "labels" / f"{row['case']}.npz" for row in (first, second)]
        prior, current = (read_scan(cohort / "scans" / f"{row['case']}.dcm") for row in (first, second))
        before, now = (simulator_labels.read(file.stem, (file,)) for file in files)
        found = compare(prior, current, before, now)
        with np.load(files[1]) as maps:
            healthy = (maps["region"] > 0) & (maps["lesion"] == 0) & (maps["organ"] <= 1)
        spreads = []
        for view, bone in zip(found.views, healthy, strict=True):
            z = view.z[view.body & bone]
            spreads.append(float((1.4826 * np.median(abs(z - np.median(z)))) ** 2))
        yield second["course"], found, spreads


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--pairs", type=int, default=20)
    chosen = parser.parse_args()
    spreads: list[float] = []
    old: dict[str, list[float]] = defaultdict(list)
    new: list[float] = []
    pairs = 0
    for course, found, variances in compared(chosen.cohort, chosen.pairs):
        pairs += 1
        spreads += variances
        for lesion in found.lesions:
            (new if lesion.new else old[course]).append(lesion.z)
    low, middle, high = np.percentile(spreads, [5, 50, 95])
    rows = [
        Row(
            f"variance of z over healthy bone (from the MAD), {pairs} pairs",
            f"{middle:.2f} (5th to 95th percentile {low:.2f} to {high:.2f})",
            "about 1",
        )
    ]
    if new:
        rows.append(
            Row(
                f"new lesions, {len(new)} on a view: median z, share above 3",
                f"{np.median(new):+.1f}, {np.mean(np.array(new) > 3):.0%}",
            )
        )
    for course, values in old.items():
        rows.append(Row(f"known lesions, {course}, {len(values)}: median z", f"{np.median(values):+.1f}"))
    print_table(rows)


if __name__ == "__main__":
    main()
