"""Sample size, from a pilot or from components that are stated: power over a grid of readers and cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from app.analysis.power import PUBLISHED, Aim, PowerGrid, StatedComponents, power_grid
from app.analysis.readings import Predictions
from app.analysis.sections.arms import auc_family
from app.analysis.sections.aucs import stack
from app.errors import AppError
from app.files import refused
from app.plan import Generalise
from app.progress import NoProgress, Progress
from app.workflows.analysis.input import AnalysisRequest, load

READERS = (3, 4, 5, 6, 8, 10, 12, 15, 20)
CASES = (60, 80, 100, 134, 160, 200, 300, 400, 600, 1000)


@dataclass(frozen=True)
class SampleSizeRequest:
    """Where the variance components come from, one of three, and what is sought.

    `stated` are for `stated_cases` cases; `published` is a key of `PUBLISHED`.
    """

    aim: Aim
    pilot: AnalysisRequest | None = None
    published: str = ""
    stated: StatedComponents | None = None
    stated_cases: int = 0
    readers: tuple[int, ...] = READERS
    cases: tuple[int, ...] = CASES
    target: float = 0.8


def sample_size(request: SampleSizeRequest, progress: Progress | None = None) -> PowerGrid:
    """The powers to reach the aim with two arms.

    Raises AppError where the components cannot be known, or the readers not be divided into the groups.
    """
    aim = request.aim
    if all(readers % aim.groups for readers in request.readers):
        raise AppError(
            f"None of the numbers of readers can be divided into {aim.groups} equal groups.",
            "Give others (--readers), as 4, 6, 8.",
        )
    sizes = request.readers, request.cases
    if request.pilot is not None:
        return _of_pilot(request.pilot, request, progress or NoProgress())
    if request.published:
        stated, count, _ = PUBLISHED[request.published]
        return power_grid(stated, count, *sizes, aim, request.target)
    if request.stated is None or request.stated_cases < 2:
        raise AppError(
            "Components belong to a number of cases.",
            "Say it (--component-cases), at least 2: errors shrink with it.",
        )
    return power_grid(request.stated, request.stated_cases, *sizes, aim, request.target)


def _of_pilot(pilot: AnalysisRequest, request: SampleSizeRequest, progress: Progress) -> PowerGrid:
    """Raises AppError when the pilot has fewer than two arms or two readers."""
    progress.report(0.0, "Reading the pilot")
    readings = load(pilot).readings
    options = replace(pilot.options, generalise=Generalise.BOTH)
    main = auc_family(readings, stack(readings, Predictions.none(len(readings.cases)), options), options).main
    if main is None or main.components.arms < 2 or main.components.readers < 2:
        raise AppError(
            f"{readings.source}: a pilot needs at least two arms and two readers who read both.",
            "The variance components cannot be estimated otherwise.",
        )
    read = len(readings.cases) // len(set(readings.reader_groups.tolist()))
    return power_grid(main.components, read, request.readers, request.cases, request.aim, request.target)


def curves_png(grid: PowerGrid, dpi: int = 200) -> bytes:
    """The curves as a picture for the window."""
    from app.figures.power import power_curves

    buffer = BytesIO()
    power_curves(grid).savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


def save_curves(grid: PowerGrid, target: Path) -> tuple[Path, Path]:
    """Write them as `target`.svg and `target`.png; raises AppError when the folder refuses."""
    from app.figures.power import power_curves
    from app.figures.style import save

    try:
        return save(power_curves(grid), target)
    except OSError as error:
        raise refused(target, error, "Choose another folder.", "cannot be written") from error
