"""What is said of a design that is not fully crossed, the same in methods and checklist."""

from __future__ import annotations

from app.analysis.readings import Readings
from app.analysis.remarks import split_plot_sentence


def designed(readings: Readings) -> list[str]:
    """A sentence on each way in which not everybody read everything, by design."""
    said = [split_plot_sentence(readings)] if readings.split_plot else []
    if readings.nested:
        said.append("Readers were nested in arms: each read in one arm alone.")
    return said
