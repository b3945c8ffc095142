"""Decides what the page shows of a training run: started, followed, stopped, resumed, added. No Qt."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.gui.background import Background
from app.gui.command_text import as_typed
from app.gui.speaker import Speaker
from app.learning.recipes import RECIPES
from app.progress import Progress
from app.workflows.training.options import IN_THE_WINDOW, OptionKind
from app.workflows.training.process import (
    ChildProcess,
    RunState,
    TrainingWish,
    add_to_models,
    run_state,
    was_stopped,
)

RECIPE_NAMES = tuple(name for name, _ in RECIPES)
STOPPED = "Stopped. The finished epochs are kept: press Resume to go on."
TOO_EARLY = "Stopped before the first epoch was finished: there is nothing to resume."


class TrainingView(Speaker, Protocol):
    """What is asked to be drawn."""

    def show_run(self, state: RunState, words: str, *, running: bool) -> None:
        """The curve of the run and what can be done with it."""

    def show_command(self, text: str) -> None:
        """The training as a command."""

    def models_changed(self) -> None:
        """A model was added."""


class TrainingPresenter:
    """One training at a time."""

    def __init__(self, view: TrainingView, background: Background) -> None:
        self._view = view
        self._background = background
        self._child: ChildProcess | None = None
        self._wish = TrainingWish(RECIPE_NAMES[0], "", "")
        self._adding = False

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self._child is not None

    def edit(self, wish: TrainingWish) -> None:
        """The form was changed: show the command and what there is in the run's folder."""
        if self._child is None:
            self._wish = wish
            self._view.show_command(as_typed(["scintiread", *wish.arguments()]))
            self.look()

    def start(self, *, resume: bool = False) -> None:
        """Begin, or go on with what is in the folder."""
        wish = self._wish
        if self._child is not None:
            return
        problem = _problem(wish, resume=resume)
        if problem:
            self._view.error(problem)
            return
        try:
            self._child = ChildProcess(wish.arguments(resume=resume))
        except AppError as error:
            self._view.error(error)
            return
        self.look()

    def stop(self) -> None:
        """Ask the training to stop."""
        if self._child is not None:
            self._child.stop()
            self._view.info("The training is asked to stop; the epoch under way is given up.")

    def look(self) -> None:
        """Follow the run; call it about once a second."""
        child = self._child
        status = child.status if child is not None else None
        if child is not None and status is not None:
            self._child = None
            self._tell(status, child.last_line)
        state = run_state(Path(self._wish.out)) if self._wish.out else RunState((), False, False)
        said = child.last_line if child is not None and status is None else ""
        self._view.show_run(state, said or _words(state), running=self._child is not None)

    def add(self, name: str) -> None:
        """Make the finished run one of the user's models."""
        if self._adding:
            return
        self._adding = True
        folder = Path(self._wish.out)

        def work(_: Progress) -> str:
            return add_to_models(folder, name.strip())

        def done(said: str) -> None:
            self._adding = False
            self._view.info(said)
            self._view.models_changed()

        def failed(error: AppError) -> None:
            self._adding = False
            self._view.error(error)

        self._background.run(work, done, failed, title="Adding a model")

    def close(self) -> None:
        """The window closes: what was finished is kept and can be resumed."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _tell(self, status: int, said: str) -> None:
        if status == 0:
            self._view.info("The training is finished. Its card and figures are in the run's folder.")
        elif was_stopped(status):
            self._view.info(STOPPED if run_state(Path(self._wish.out)).resumable else TOO_EARLY)
        else:
            said = _in_the_window(said) or "The training ended unexpectedly."
            self._view.error(said, "The finished epochs are kept.")


def _problem(wish: TrainingWish, *, resume: bool) -> str:
    """What is missing before a training can begin, "" when nothing is."""
    if not wish.data or not Path(wish.data).is_dir():
        return "Choose the folder of the cohort: scans, truth.csv and labels."
    if not wish.out:
        return "Choose a folder for the run."
    out = Path(wish.out)
    if not resume and out.is_dir() and any(out.iterdir()):
        return "The run's folder is not empty: choose a new one, or resume the run in it."
    kind, _, place = wish.init.partition(":")
    if kind == "imagenet" and place != "download" and not Path(place).is_file():
        return "Choose the file with ImageNet's weights, or begin at random."
    if kind == "run" and not (Path(place) / "weights.safetensors").is_file():
        return "Choose the folder of a finished training to begin with, or begin at random."
    for option in IN_THE_WINDOW:
        value = wish.more.get(option.flag, ())
        if option.kind in (OptionKind.FILE, OptionKind.FOLDER, OptionKind.FOLDERS):
            for path in (Path(each) for each in (value if isinstance(value, tuple) else (str(value),))):
                if not (path.is_file() if option.kind is OptionKind.FILE else path.is_dir()):
                    return f"{path.name} is not there: correct “{option.label}”, or leave its field empty."
    return ""


def _in_the_window(said: str) -> str:
    """A refusal of the command with the names that the form has for its flags."""
    for option in IN_THE_WINDOW:
        said = said.replace(f"give {option.flag}", f"tick {option.flag}").replace(
            option.flag, f"“{option.label}”"
        )
    return said


def _words(state: RunState) -> str:
    if not state.rows:
        return "Nothing was trained in this folder yet."
    last = state.rows[-1]
    auc = f", validation AUC {last.validation_auc:.3f}" if last.validation_auc is not None else ""
    end = "Finished" if state.finished else "Not finished"
    return f"{end}: {len(state.rows)} epochs, loss {last.loss:.4f}{auc}."
