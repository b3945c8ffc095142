"""Decides what the analysis page does: when it analyses, what it shows, what it writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.analysis.covariance import CovarianceMethod
from app.analysis.mrmc import Generalise
from app.analysis.options import Options
from app.errors import AppError
from app.gui.background import Background, Running
from app.wording import counted
from app.workflows.analysis.analyse import Analysed, analyse
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.analysis.interim import WORD, UnfinishedStudyError
from app.workflows.analysis.pictures import AnalysisView, fingerprint, save_figure, view_analysis


@dataclass(frozen=True)
class Wishes:
    """What is chosen on the page, as typed."""

    source: str = ""
    predictions: str = ""
    covariance: str = "jackknife"
    generalise: str = Generalise.BOTH.value
    bootstrap: int = 2000
    margin: float = 0.05
    interim: str = ""
    """What was typed to confirm an interim analysis."""


class View(Protocol):
    """What the presenter asks of the page."""

    def show_analysis(self, view: AnalysisView) -> None:
        """Show figures, tables and notes."""

    def show_nothing(self, words: str) -> None:
        """There is no analysis to show, and why."""

    def show_busy(self, title: str, running: Running | None) -> None:
        """Work has begun, or has ended (None)."""

    def show_progress(self, fraction: float, message: str) -> None:
        """How far it is."""

    def say(self, text: str, hint: str = "", folder: Path | None = None) -> None:
        """Good news, with the folder it lies in."""

    def complain(self, error: AppError) -> None:
        """Bad news."""

    def ask_for_word(self, wanted: bool) -> None:
        """Show or hide the field in which an interim analysis is confirmed by a word."""


class AnalysisPresenter:
    """The page's decisions; no Qt."""

    def __init__(self, view: View, tasks: Background) -> None:
        self._view, self._tasks = view, tasks
        self._running: Running | None = None
        self._seen: tuple[object, ...] = ()
        self.shown: AnalysisView | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._running is not None

    def analyse(self, wishes: Wishes) -> None:
        """Analyse what is chosen and show it."""
        try:
            request = to_request(wishes)
        except AppError as error:
            self._view.complain(error)
            return
        self._start("Analysing", wishes)
        running = self._tasks.run(
            lambda progress: view_analysis(request, progress=progress),
            self._analysed,
            self._failed,
            cancelled=self._ended,
            progressed=self._view.show_progress,
            title="Analysing",
        )
        self._follow("Analysing", running)

    def follow(self, wishes: Wishes) -> None:
        """Analyse again when the source has changed since the last time and nothing is under way."""
        if not self.busy and wishes.source.strip() and _fingerprint(wishes) != self._seen:
            self.analyse(wishes)

    def export(self, wishes: Wishes, folder: Path) -> None:
        """Write everything into a folder."""
        try:
            request = to_request(wishes)
        except AppError as error:
            self._view.complain(error)
            return
        self._start("Writing", wishes)
        running = self._tasks.run(
            lambda progress: analyse(request, folder, progress),
            lambda done: self._exported(done, folder),
            self._failed,
            cancelled=self._ended,
            progressed=self._view.show_progress,
            title="Writing",
        )
        self._follow("Writing", running)

    def save_figure(self, stem: str, folder: Path) -> None:
        """Write one figure as SVG and PNG."""
        shown = self.shown
        if shown is None:
            return
        self._tasks.run(
            lambda _: save_figure(shown, stem, folder / stem),
            lambda paths: self._view.say(
                f"{' and '.join(path.name for path in paths)} written.", folder=folder
            ),
            self._view.complain,
            title="Figure",
        )

    def stop(self) -> None:
        """Stop what is under way."""
        if self._running is not None:
            self._running.cancel()

    def _start(self, title: str, wishes: Wishes) -> None:
        self.stop()
        self._seen = _fingerprint(wishes)
        self._view.show_progress(0.0, title)

    def _follow(self, title: str, running: Running) -> None:
        self._running = running
        self._view.show_busy(title, running)

    def _analysed(self, view: AnalysisView) -> None:
        self._ended()
        self.shown = view
        self._view.ask_for_word(bool(view.facts.interim))
        self._view.show_analysis(view)

    def _exported(self, done: Analysed, folder: Path) -> None:
        self._ended()
        self._view.say(f"{counted(len(done.files), 'file')} written.", folder=folder)

    def _failed(self, error: AppError) -> None:
        self._ended()
        unfinished = isinstance(error, UnfinishedStudyError)
        self._view.ask_for_word(unfinished)
        if unfinished:
            hint = f"Type {WORD} beside the study; it is stamped on every page and recorded among the events."
            error = AppError(error.message, hint)
        if self.shown is None:
            self._view.show_nothing(str(error))
        self._view.complain(error)

    def _ended(self) -> None:
        self._running = None
        self._view.show_busy("", None)


def to_request(wishes: Wishes) -> AnalysisRequest:
    """The request that the page means; raises AppError when nothing is chosen."""
    if not wishes.source.strip():
        raise AppError("Nothing is chosen to be analysed.", "Choose a study, or a table of readings.")
    return AnalysisRequest(
        source=Path(wishes.source.strip()).expanduser(),
        predictions=tuple(Path(line.strip()).expanduser() for line in _lines(wishes.predictions)),
        interim=wishes.interim.strip() == WORD,
        options=Options(
            bootstrap=wishes.bootstrap,
            margin=wishes.margin,
            covariance=CovarianceMethod(wishes.covariance),
            generalise=Generalise(wishes.generalise),
        ),
    )


def _lines(text: str) -> Sequence[str]:
    return [part for part in text.replace("\n", ";").split(";") if part.strip()]


def _fingerprint(wishes: Wishes) -> tuple[object, ...]:
    source = Path(wishes.source.strip()).expanduser()
    try:
        return (wishes, fingerprint(source))
    except OSError:  # gone for a moment: the analysis itself will say so
        return (wishes, ())
