"""What a sample size says, the same in the terminal and in the window."""

from __future__ import annotations

from app.analysis.power import PowerGrid
from app.report.report_table import ReportTable


def sought(grid: PowerGrid) -> str:
    """What the powers are for, in one sentence."""
    aim = grid.aim
    shown = (
        f"show non-inferiority (margin {aim.margin:g}, true difference {aim.effect:g} AUC, one-sided)"
        if aim.margin
        else f"find a difference of {aim.effect:g} AUC"
    )
    plot = f"; {aim.groups} groups of readers, each with its part of the cases" if aim.groups > 1 else ""
    return (
        f"Power to {shown} between two arms (readers and cases random, alpha {aim.alpha:g}{plot}); "
        f"components for {grid.pilot_cases} cases."
    )


def fewest(grid: PowerGrid) -> str:
    """The smallest study that is large enough, or that there is none."""
    if grid.smallest is None:
        return f"No study of this grid reaches {grid.target:g}; try more readers or cases."
    found = grid.smallest
    return (
        f"* reaches {grid.target:g}. Fewest reads: {found.readers} readers × {found.cases} cases "
        f"(power {found.power:.3f})."
    )


def power_table(grid: PowerGrid) -> ReportTable:
    """Readers down, cases across; a star where the power is enough."""
    cases = sorted({cell.cases for cell in grid.cells})
    powers = {(cell.readers, cell.cases): cell.power for cell in grid.cells}
    rows = tuple(
        (str(readers), *(_cell(powers[readers, count], grid.target) for count in cases))
        for readers in sorted({cell.readers for cell in grid.cells})
    )
    notes = " ".join((sought(grid), fewest(grid), *grid.notes))
    return ReportTable(
        "power", "Power by readers and cases", ("readers \\ cases", *map(str, cases)), rows, notes
    )


def _cell(power: float, target: float) -> str:
    return f"{power:.2f}{'*' if power >= target else ''}"
