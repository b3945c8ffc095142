"""From the submit key to the next case on the screen, with the answer durable on the disk in between."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from benchmarks.reading_room import look_a_while, reading_room, spin
from benchmarks.table import Row, print_table

CASES = 134


def main() -> None:
    """Print median and 99th percentile over a study of the size of the reader trial."""
    painted: list[int] = []
    milliseconds: list[float] = []
    commits: list[float] = []
    with reading_room(CASES) as person:
        clock = person.page.clock
        person.canvas.first_painted.connect(lambda instant: painted.append(instant.monotonic_ns))
        while len(milliseconds) < CASES - 1:
            person.answer("n", "2")
            look_a_while(person)
            shown = len(painted)
            pressed = clock.now().monotonic_ns
            QTest.keyClick(person.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            commits.append((clock.now().monotonic_ns - pressed) / 1e6)
            spin(lambda shown=shown: len(painted) > shown)
            milliseconds.append((painted[-1] - pressed) / 1e6)
            person.wait_for_case()
    what = f"submit to next case painted, durable commit included, {CASES} cases"
    print_table(
        [
            Row(f"{what}, median", f"{np.median(milliseconds):.1f} ms", "≤ 12 ms"),
            Row(f"{what}, 99th percentile", f"{np.percentile(milliseconds, 99):.1f} ms", "≤ 50 ms"),
            Row("of which until the key press has been dealt with, median", f"{np.median(commits):.1f} ms"),
        ]
    )


if __name__ == "__main__":
    main()
