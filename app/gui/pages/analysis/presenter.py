"""Decides what the analysis page does: when it analyses, what it shows, what it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from app.analysis.options import AnalysisOptions
from app.errors import AppError
from app.gui.background import Background, Running
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.plan import AnalysisSet, CovarianceMethod, Generalise
from app.progress import Progress
from app.subgroup import Subgroup, subgroup
from app.wording import counted
from app.workflows.analysis.analyse import Analysed, analyse
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.analysis.interim import WORD, UnfinishedStudyError
from app.workflows.analysis.pictures import AnalysisView, fingerprint, save_figure, view_analysis

Result = TypeVar("Result")

AS_PLANNED = "reads as planned"
"""The analysis set of the protocol; of a table all reads."""


@dataclass(frozen=True)
class AnalysisWishes:
    """What is chosen on the page, as typed."""

    source: str = ""
    predictions: str = ""
    covariance: str = "jackknife"
    generalise: str = Generalise.BOTH.value
    bootstrap: int = 2000
    margin: float = 0.05
    interim: str = ""
    """What was typed to confirm an interim analysis."""
    subgroups: str = ""
    analysis_set: str = AS_PLANNED
    rating: str = ""
    """The column that is analysed as the rating, where it is another one."""


class AnalysisPageView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_analysis(self, view: AnalysisView) -> None:
        """Show figures, tables and notes."""

    def show_nothing(self, words: str) -> None:
        """There is no analysis to show, and why."""

    def show_busy(self, title: str, running: Running | None) -> None:
        """Work has begun, or has ended (None)."""

    def show_progress(self, fraction: float, message: str) -> None:
        """How far it is."""

    def ask_for_word(self, wanted: bool) -> None:
        """Show or hide the field in which an interim analysis is confirmed by a word."""


class AnalysisPresenter:
    """The page's decisions; no Qt."""

    def __init__(self, view: AnalysisPageView, tasks: Background) -> None:
        self._view, self._tasks = view, tasks
        self._job = Job(tasks, view.show_busy)
        self._seen: tuple[object, ...] = ()
        self.shown: AnalysisView | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job.busy

    def analyse(self, wishes: AnalysisWishes) -> None:
        """Analyse what is chosen and show it."""
        try:
            request = to_request(wishes)
        except AppError as error:
            self._view.error(error)
            return
        self._start(
            "Analysing", wishes, lambda progress: view_analysis(request, progress=progress), self._show
        )

    def follow(self, wishes: AnalysisWishes) -> None:
        """Analyse again when the source has changed since the last time and nothing is under way."""
        if not self.busy and wishes.source.strip() and _fingerprint(wishes) != self._seen:
            self.analyse(wishes)

    def export(self, wishes: AnalysisWishes, folder: Path) -> None:
        """Write everything into a folder."""
        try:
            request = to_request(wishes)
        except AppError as error:
            self._view.error(error)
            return

        def exported(done: Analysed) -> None:
            self._view.wrote(f"{counted(len(done.files), 'file')} written.", folder)

        self._start("Writing", wishes, lambda progress: analyse(request, folder, progress), exported)

    def save_figure(self, stem: str, folder: Path) -> None:
        """Write one figure as SVG and PNG."""
        shown = self.shown
        if shown is None:
            return
        self._tasks.run(
            lambda _: save_figure(shown, stem, folder / stem),
            lambda paths: self._view.wrote(f"{' and '.join(path.name for path in paths)} written.", folder),
            self._view.error,
            title="Figure",
        )

    def stop(self) -> None:
        """Stop what is under way."""
        self._job.stop()

    def _start(
        self,
        title: str,
        wishes: AnalysisWishes,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
    ) -> None:
        self._job.drop()
        self._seen = _fingerprint(wishes)
        self._view.show_progress(0.0, title)
        self._job.start(title, work, done, self._failed, progressed=self._view.show_progress)

    def _show(self, view: AnalysisView) -> None:
        self.shown = view
        self._view.ask_for_word(bool(view.facts.interim))
        self._view.show_analysis(view)

    def _failed(self, error: AppError) -> None:
        unfinished = isinstance(error, UnfinishedStudyError)
        self._view.ask_for_word(unfinished)
        if unfinished:
            hint = f"Type {WORD} beside the study; it is stamped on every page and recorded among the events."
            error = AppError(error.message, hint)
        if self.shown is None:
            self._view.show_nothing(str(error))
        self._view.error(error)


def to_request(wishes: AnalysisWishes) -> AnalysisRequest:
    """The request that the page means; raises AppError when nothing is chosen."""
    if not wishes.source.strip():
        raise AppError("Nothing is chosen to be analysed.", "Choose a study, or a table of readings.")
    return AnalysisRequest(
        source=Path(wishes.source.strip()).expanduser(),
        predictions=tuple(Path(line.strip()).expanduser() for line in _lines(wishes.predictions)),
        rating=wishes.rating.strip() or None,
        interim=wishes.interim.strip() == WORD,
        analysis_set=None if wishes.analysis_set == AS_PLANNED else AnalysisSet(wishes.analysis_set),
        options=AnalysisOptions(
            bootstrap=wishes.bootstrap,
            margin=wishes.margin,
            covariance=CovarianceMethod(wishes.covariance),
            generalise=Generalise(wishes.generalise),
            subgroups=tuple(_subgroup(line) for line in _lines(wishes.subgroups)),
        ),
    )


def _subgroup(line: str) -> Subgroup:
    try:
        return subgroup(line)
    except ValueError as error:
        raise AppError(str(error), "Several subgroups are separated by ;.") from None


def _lines(text: str) -> Sequence[str]:
    return [part for part in text.replace("\n", ";").split(";") if part.strip()]


def _fingerprint(wishes: AnalysisWishes) -> tuple[object, ...]:
    source = Path(wishes.source.strip()).expanduser()
    try:
        return (wishes, fingerprint(source))
    except OSError:  # gone for a moment: the analysis itself will say so
        return (wishes, ())
