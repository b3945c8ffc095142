"""Decides what the sample size page computes and says; no Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.analysis.power import PUBLISHED, Aim, PowerGrid, StatedComponents
from app.errors import AppError
from app.gui.background import Background, Running
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.progress import Progress
from app.report.analysis.power_text import power_table
from app.report.report_table import ReportTable
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.analysis.interim import WORD
from app.workflows.analysis.power import (
    CASES,
    READERS,
    SampleSizeRequest,
    curves_png,
    sample_size,
    save_curves,
)

TYPED, PILOT = "typed", "pilot"
COMPONENTS = ("Arm × reader", "Error", "Cov1, same reader", "Cov2, same arm", "Cov3, neither")
"""What is typed, in the order of `StatedComponents`."""


@dataclass(frozen=True)
class SampleSizeWishes:
    """What is chosen on the page, as typed; `origin`: typed, pilot, or a key of `PUBLISHED`."""

    origin: str
    components: tuple[str, ...] = ("",) * 5
    component_cases: int = 100
    pilot: str = ""
    interim: str = ""
    effect: float = 0.05
    margin: float = 0.0
    alpha: float = 0.05
    target: float = 0.8
    groups: int = 1
    readers: str = ", ".join(map(str, READERS))
    cases: str = ", ".join(map(str, CASES))


@dataclass(frozen=True)
class SampleSizeAnswer:
    """What is shown: curves as PNG, the table, and the paragraph for an ethics form, "" without one."""

    grid: PowerGrid
    png: bytes
    table: ReportTable
    paragraph: str


class SampleSizeView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_sample_size(self, answer: SampleSizeAnswer) -> None:
        """Show curves, table and paragraph."""

    def show_computing(self, title: str, running: Running | None) -> None:
        """Work has begun, or has ended (None)."""


class SampleSizePresenter:
    """The page's decisions."""

    def __init__(self, view: SampleSizeView, tasks: Background) -> None:
        self._view, self._tasks = view, tasks
        self._job = Job(tasks, view.show_computing)
        self.shown: SampleSizeAnswer | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job.busy

    def compute(self, wishes: SampleSizeWishes) -> None:
        """Compute what is chosen and show it."""
        try:
            request = to_sample_size(wishes)
        except AppError as error:
            self._view.error(error)
            return
        self._job.drop()
        self._job.start(
            "Sample size", lambda progress: _answer(request, progress), self._show, self._view.error
        )

    def save(self, folder: Path) -> None:
        """Write the curves into a folder."""
        shown = self.shown
        if shown is None:
            return
        self._tasks.run(
            lambda _: save_curves(shown.grid, folder / "sample_size"),
            lambda paths: self._view.wrote(f"{' and '.join(path.name for path in paths)} written.", folder),
            self._view.error,
            title="Figure",
        )

    def stop(self) -> None:
        """Stop what is under way."""
        self._job.stop()

    def _show(self, answer: SampleSizeAnswer) -> None:
        self.shown = answer
        self._view.show_sample_size(answer)


def _answer(request: SampleSizeRequest, progress: Progress) -> SampleSizeAnswer:
    grid = sample_size(request, progress)
    return SampleSizeAnswer(grid, curves_png(grid), power_table(grid), grid.paragraph)


def to_sample_size(wishes: SampleSizeWishes) -> SampleSizeRequest:
    """The request that the page means; raises AppError for what is no number."""
    aim = Aim(wishes.effect, wishes.alpha, wishes.margin, wishes.groups)
    sizes = _numbers(wishes.readers, "readers"), _numbers(wishes.cases, "cases")
    if wishes.origin == PILOT:
        if not wishes.pilot.strip():
            raise AppError("No pilot is chosen.", "Choose a study or a table with two arms.")
        pilot = AnalysisRequest(
            Path(wishes.pilot.strip()).expanduser(), interim=wishes.interim.strip() == WORD
        )
        return SampleSizeRequest(aim, pilot, readers=sizes[0], cases=sizes[1], target=wishes.target)
    if wishes.origin in PUBLISHED:
        return SampleSizeRequest(
            aim, published=wishes.origin, readers=sizes[0], cases=sizes[1], target=wishes.target
        )
    stated = StatedComponents(
        *(_component(name, text) for name, text in zip(COMPONENTS, wishes.components, strict=True))
    )
    if min(stated.arm_reader, stated.error) < 0:
        raise AppError("A variance is not below zero.", "Correct arm × reader or error.")
    return SampleSizeRequest(aim, None, "", stated, wishes.component_cases, sizes[0], sizes[1], wishes.target)


def _component(name: str, text: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        raise AppError(f"{name}: “{text[:40]}” is no number.", "Type a variance of AUC as 0.0008.") from None
    if not abs(value) < 1:
        raise AppError(f"{name}: {value:g} cannot be a variance of AUC.", "It lies below 1; often at 0.001.")
    return value


def _numbers(text: str, what: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    if not parts or not all(part.isdecimal() and 2 <= int(part) <= 100_000 for part in parts):
        raise AppError(
            f"Numbers of {what}: “{text[:40]}” is no list of whole numbers from 2.", "Write them as 4, 6, 8."
        )
    return tuple(sorted({int(part) for part in parts}))
