"""Resident memory while a long study is read: it has to be small, and flat."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reading_room import reading_room, submit
from benchmarks.table import Row, print_table

CASES = 402
LOOKS = (34, 134, 234, 334, 400)


def resident_mb() -> float:
    """Resident set size of this process in megabytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    """Print the memory after some cases, making of the study included in this process."""
    sizes: dict[int, float] = {}
    with reading_room(CASES) as person:
        for number in range(1, LOOKS[-1] + 1):
            submit(person)
            person.wait_for_case()
            if number in LOOKS:
                sizes[number] = resident_mb()
    growth = (sizes[400] - sizes[134]) / (400 - 134)
    print_table(
        [
            Row("resident memory after 134 cases", f"{sizes[134]:.0f} MB", "≤ 350 MB"),
            Row("resident memory after 400 cases", f"{sizes[400]:.0f} MB", "≤ 350 MB"),
            Row("growth from case 134 to 400", f"{growth * 1000:.0f} kB per case", "flat"),
        ]
    )


if __name__ == "__main__":
    main()
