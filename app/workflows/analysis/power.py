"""Sample size, from a pilot or from components that are stated: power over a grid of readers and cases."""

from __future__ import annotations

from dataclasses import replace

from app.analysis.power import Aim, PowerGrid, power_grid
from app.analysis.readings import Predictions
from app.analysis.sections.arms import auc_family
from app.analysis.sections.aucs import stack
from app.errors import AppError
from app.plan import Generalise
from app.progress import NoProgress, Progress
from app.workflows.analysis.input import AnalysisRequest, load

READERS = (3, 4, 5, 6, 8, 10, 12, 15, 20)
CASES = (60, 80, 100, 134, 160, 200, 300, 400, 600, 1000)


def power(
    pilot: AnalysisRequest,
    aim: Aim,
    readers: tuple[int, ...] = READERS,
    cases: tuple[int, ...] = CASES,
    target: float = 0.8,
    progress: Progress | None = None,
) -> PowerGrid:
    """The powers to reach the aim with two arms like the pilot's.

    Raises AppError when the pilot has fewer than two arms or two readers.
    """
    (progress or NoProgress()).report(0.0, "Reading the pilot")
    readings = load(pilot).readings
    options = replace(pilot.options, generalise=Generalise.BOTH)
    main = auc_family(readings, stack(readings, Predictions.none(len(readings.cases)), options), options).main
    if main is None or main.components.arms < 2 or main.components.readers < 2:
        raise AppError(
            f"{readings.source}: a pilot needs at least two arms and two readers who read both.",
            "The variance components cannot be estimated otherwise.",
        )
    read = len(readings.cases) // len(set(readings.reader_groups.tolist()))
    return power_grid(main.components, read, readers, cases, aim, target)
