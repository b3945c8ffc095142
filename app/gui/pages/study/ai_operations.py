"""Computing, importing and clearing the AI results of a study, in the background; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import AppError
from app.gui.pages.study import commands
from app.gui.pages.study.bundle_operations import Start
from app.gui.pages.study.steps import Step
from app.gui.speaker import Speaker
from app.progress import Progress
from app.wording import counted

if TYPE_CHECKING:
    from app.workflows.study.ai_compute import AiMade
    from app.workflows.study.ai_results import AiState
    from app.workflows.study.protocol import StudyFacts

STOPPED = "Stopped; the AI results that were finished are kept."
_NAMED = 3


class AiView(Speaker, Protocol):
    """What is asked to be drawn."""

    def show_ai(self, words: str, models: Sequence[str], needed: bool) -> None:
        """How far the AI results are, which models could compute them, and whether any are needed."""

    def show_command(self, name: str, text: str) -> None:
        """An operation as a command."""


class AiOperations:
    """Runs what is asked for on the study that is open."""

    def __init__(self, view: AiView, start: Start, refresh: Callable[[], None]) -> None:
        self._view = view
        self._start = start
        self._refresh = refresh
        self._path: Path | None = None
        self._told: tuple[str, tuple[str, ...]] = ("", ())

    def use(self, facts: StudyFacts | None) -> None:
        """Work on this study from now on."""
        self._path = facts.path if facts else None
        self.describe("")
        if facts is not None:
            self.look()

    def look(self) -> None:
        """Say how far the results are."""
        path = self._path
        if path is None:
            return

        def work(_: Progress) -> tuple[AiState, tuple[str, ...]]:
            from app.workflows.study.ai_results import ai_state

            return ai_state(path), _models()

        self._start(Step.PREFLIGHT, "Looking for AI results", work, self._show_state)

    def compute(self, model: str) -> None:
        """Let a model answer for every case; an empty name is the default model."""
        path = self._path
        if path is None:
            return

        def work(progress: Progress) -> AiMade:
            from app.workflows.study.ai_compute import compute_ai

            return compute_ai(path, model, progress)

        self._start(Step.PREFLIGHT, "Computing AI results", work, self._done, STOPPED)

    def take(self, table: str, heatmaps: str) -> None:
        """Take over what another program computed."""
        path = self._path
        if path is None:
            return
        if not table:
            self._view.error(
                "Choose the table of probabilities first.", "It has the columns case and probability."
            )
            return

        def work(progress: Progress) -> AiMade:
            from app.workflows.study.ai_import import import_ai

            return import_ai(path, Path(table), Path(heatmaps) if heatmaps else None, progress)

        self._start(Step.PREFLIGHT, "Importing AI results", work, self._done, "Stopped; nothing was changed.")

    def clear(self) -> None:
        """Remove all results."""
        path = self._path
        if path is None:
            return

        def work(_: Progress) -> int:
            from app.workflows.study.ai_results import clear_ai

            return clear_ai(path)

        def done(count: int) -> None:
            self._view.info(f"{counted(count, 'AI result')} removed.")
            self.look()

        self._start(Step.PREFLIGHT, "Removing AI results", work, done)

    def describe(self, model: str) -> None:
        """Show the computation as a command."""
        self._view.show_command("ai", commands.ai(self._path, model))

    def _show_state(self, found: tuple[AiState, tuple[str, ...]]) -> None:
        state, models = found
        self._view.show_ai(state.sentence, models, state.aided)

    def _done(self, made: AiMade) -> None:
        said = f"{made.model}: {counted(made.made, 'new AI result')}, {made.kept} kept. {made.note}".rstrip()
        if made.failed:
            some = " ".join(f"{case}: {why}" for case, why in made.failed[:_NAMED])
            without = counted(len(made.failed), "case has", "cases have")
            self._view.warn(f"{without} no AI result.", f"{some} {said}")
        else:
            self._view.info(said)
        self._refresh()  # the protocol names the model now


def _models() -> tuple[str, ...]:
    """The models that give a probability, the default one first; none where the registry is damaged."""
    from app.learning.weights import installed_models

    try:
        models = [model for model in installed_models() if model.classifies]
    except AppError:
        return ()
    models.sort(key=lambda model: not model.default)
    return tuple(dict.fromkeys(model.identity for model in models))
