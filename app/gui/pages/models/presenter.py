"""Decides what the page shows of the installed models, and what they say of a folder of scans. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import AppError
from app.gui.background import Background, Running
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.learning.weights import InstalledModel, installed_models
from app.progress import Progress
from app.study.ai_doubts import unfamiliar
from app.wording import counted

if TYPE_CHECKING:
    from app.workflows.models.score import LookedAt, Scored

NO_MODEL = "No model is installed. Train one below “Train”, then add it to your models."


class ModelView(Speaker, Protocol):
    """What is asked to be drawn."""

    def show_models(self, models: Sequence[InstalledModel], chosen: int) -> None:
        """The models, and which of them is chosen; -1 for none."""

    def show_card(self, text: str, state: str) -> None:
        """A model's card as Markdown, and what was found of its files."""

    def show_scoring(self, title: str, running: Running | None) -> None:
        """A folder is being scored, or (None) not any more."""

    def show_score_progress(self, fraction: float, message: str) -> None:
        """How far the scoring is."""

    def show_scores(self, words: str, rows: Sequence[Sequence[str]]) -> None:
        """Case, probability, call and remark of every scan."""

    def show_scan(self, looked: LookedAt) -> None:
        """A scan with the model's attention."""


class ModelPresenter:
    """The models that are installed and their answers."""

    def __init__(self, view: ModelView, background: Background) -> None:
        self._view = view
        self._background = background
        self.models: tuple[InstalledModel, ...] = ()
        self.chosen: InstalledModel | None = None
        self.scored: tuple[Scored, ...] = ()
        self._scored_with = ""
        self._scoring = Job(background, view.show_scoring)
        self._looking = Job(background)

    def refresh(self) -> None:
        """Look anew which models there are; the chosen one stays chosen."""
        try:
            self.models = installed_models()
        except AppError as error:
            self.models = ()
            self._view.error(error)
        kept = self.chosen.identity if self.chosen else ""
        names = [model.identity for model in self.models]
        default = next((place for place, model in enumerate(self.models) if model.default), 0)
        place = names.index(kept) if kept in names else default
        self._view.show_models(self.models, place if self.models else -1)
        self.choose(place)

    def choose(self, place: int) -> None:
        """Show the card of this model."""
        self.chosen = self.models[place] if 0 <= place < len(self.models) else None
        if self.chosen is None:
            self._view.show_card(NO_MODEL, "")
            return
        try:
            card = self.chosen.card.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, AppError):
            self._view.show_card("", f"The card of {self.chosen.identity} cannot be read.")
            return
        self._view.show_card(card, _state(self.chosen))

    def verify(self) -> None:
        """Check the chosen model's files by their fingerprints."""
        model = self.chosen
        if model is None:
            return

        def work(_: Progress) -> int:
            from app.learning.weights import verified

            return len(verified(model).files)

        def done(files: int) -> None:
            self._view.info(f"{model.identity}: {counted(files, 'file')}, as the registry knows them.")

        self._background.run(work, done, self._view.error, title="Checking a model")

    def make_default(self) -> None:
        """Take the chosen model from now on wherever none is named."""
        from app.learning.shelf import choose_default

        model = self.chosen
        if model is None:
            return
        try:
            choose_default(model)
        except AppError as error:
            self._view.error(error)
            return
        self._view.info(f"{model.identity} is the default model now.")
        self.refresh()

    def remove(self) -> None:
        """Take one of the user's own models away."""
        from app.learning.shelf import remove_own

        model = self.chosen
        if model is None:
            return
        try:
            remove_own(model.identity)
        except AppError as error:
            self._view.error(error)
            return
        self._view.info(f"{model.identity} was removed.")
        self.refresh()

    def score(self, folder: Path) -> None:
        """Let the chosen model answer for every scan of a folder."""
        model = self.chosen
        if model is None or self._scoring.busy:
            self._view.error(NO_MODEL if model is None else "A folder is being scored already.")
            return
        if not model.classifies:
            self._view.error(f"{model.identity} draws lesions, but gives no probability.", "Choose another.")
            return

        def work(progress: Progress) -> tuple[Scored, ...]:
            from app.workflows.models.score import score

            return score((folder,), model.identity, progress)

        def done(scored: tuple[Scored, ...]) -> None:
            self.scored, self._scored_with = scored, model.identity
            self._view.show_scores(_summary(scored, model), [_cells(one) for one in scored])

        self._scoring.start(
            "Scoring",
            work,
            done,
            self._view.error,
            stopped=lambda: self._view.info("Stopped; the scores shown are those from before."),
            progressed=self._view.show_score_progress,
        )

    def look(self, place: int) -> None:
        """Show a scored scan with the model's attention; the latest wish counts."""
        if not 0 <= place < len(self.scored) or self.scored[place].answer is None:
            return
        row, name = self.scored[place].row, self._scored_with

        def work(_: Progress) -> LookedAt:
            from app.workflows.models.score import look_at

            return look_at(row, name)

        self._looking.drop()
        self._looking.start("Looking at a scan", work, self._view.show_scan, self._view.error)

    def export(self, file: Path) -> None:
        """Write the scores as CSV."""
        from app.workflows.models.score import write_scores

        try:
            count = write_scores(self.scored, file)
        except AppError as error:
            self._view.error(error)
            return
        self._view.info(f"{counted(count, 'row')} written to {file.name}.")


def _state(model: InstalledModel) -> str:
    answers = ["gives a probability"] * model.classifies + ["draws lesions"] * model.segments
    size = sum(file.size for file in model.files.values()) / 1e6
    whose = "came with the program" if model.shipped else "your own"
    return (
        f"{' and '.join(answers)} · threshold {model.threshold:.2f} · trained on {model.training_data}"
        f" · {size:.1f} MB · {whose}"
    )


def _cells(one: Scored) -> tuple[str, str, str, str]:
    if one.answer is None:
        return one.row.case, "", "", one.reason
    doubt = "sides were guessed" if one.row.needs_confirmation else ""
    simulated = "SIMULATED" if one.row.simulated else ""
    alone = "one view only" if one.answer.missing_view else ""
    strange = "unlike what it knows" if unfamiliar(one.answer.familiarity) else ""
    remark = ", ".join(word for word in (simulated, alone, strange, doubt) if word)
    return one.row.case, f"{one.answer.probability:.3f}", "yes" if one.answer.call else "no", remark


def _summary(scored: Sequence[Scored], model: InstalledModel) -> str:
    answers = [one.answer for one in scored if one.answer is not None]
    calls = sum(answer.call for answer in answers)
    without = len(scored) - len(answers)
    tail = f"; {counted(without, 'scan has', 'scans have')} no answer" if without else ""
    return (
        f"{model.identity}: {calls} of {counted(len(answers), 'scan')} at or above the threshold "
        f"{model.threshold:.2f}{tail}. Trained on {model.training_data}. For research only."
    )
