"""Training as a child process of the same program: a crash or a lack of memory leaves the window alive."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app import paths
from app.errors import AppError
from app.files import refusal
from app.interrupts import STOPPED
from app.learning.training_log import EpochRow, read_log
from app.stop_word import ask_to_stop, stoppable
from app.workflows.training.options import Given, words_of

CHECKPOINT, FINISHED = "checkpoint.safetensors", "metrics.json"
_STOP_SECONDS = 10.0
_TAIL = 4000


@dataclass(frozen=True)
class TrainingWish:
    """What is to be trained; `epochs` and `minutes` None: as the recipe was published.

    `init` as on the command line; `more`: the other options that are set.
    """

    recipe: str
    data: str
    out: str
    epochs: int | None = None
    minutes: float | None = None
    device: str = "auto"
    init: str = ""
    more: Given = field(default_factory=dict)

    def arguments(self, *, resume: bool = False) -> list[str]:
        """The command's words behind the program's name."""
        words = ["train", self.recipe, "--data", self.data or "COHORT", "--out", self.out or "RUN"]
        if self.epochs is not None:
            words += ["--epochs", str(self.epochs)]
        elif self.minutes is not None:
            words += ["--minutes", f"{self.minutes:g}"]
        words += ["--device", self.device] if self.device != "auto" else []
        words += ["--init", self.init] if self.init else []
        words += words_of(self.more)
        return [*words, "--resume"] if resume else words


@dataclass(frozen=True)
class RunState:
    """What a run's folder tells: its curve, whether it is finished, whether it can go on."""

    rows: tuple[EpochRow, ...]
    finished: bool
    resumable: bool


def program() -> list[str]:
    """How this program is called again, installed, from a checkout or frozen."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


class ChildProcess:
    """One run of the program in the background; what it says goes into a file."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start it; raises AppError when the system refuses."""
        self.words = paths.user_logs() / "training.txt"
        try:
            self.words.parent.mkdir(parents=True, exist_ok=True)
            with self.words.open("wb") as said:
                self._process = subprocess.Popen(  # the program itself, with words that were checked
                    [*program(), *arguments],
                    bufsize=0,
                    stdin=subprocess.PIPE,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    env=stoppable(),
                    cwd=paths.checkout() if len(program()) > 1 else None,
                )
        except OSError as error:
            raise AppError(f"The training cannot be started: {refusal(error)}.", "Try again.") from error

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        status = self._process.poll()
        if status is not None:
            self._let_go()
        return status

    @property
    def last_line(self) -> str:
        """What it said last, "" when nothing."""
        try:
            said = self.words.read_bytes()[-_TAIL:].decode("utf-8", errors="replace")
        except OSError:
            return ""
        lines = [line.strip() for line in said.split("\n") if line.strip()]
        return lines[-1].removeprefix("scintiread: ") if lines else ""

    def stop(self) -> None:
        """Ask it to stop, as Ctrl+C does; what was finished is kept."""
        ask_to_stop(self._process)

    def end(self) -> None:
        """Stop it and wait; ended for good when it does not stop in time."""
        self.stop()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()  # nobody listens there any more


def was_stopped(status: int) -> bool:
    """Whether that exit status is of a program that was asked to stop."""
    return status == STOPPED


def run_state(folder: Path) -> RunState:
    """Look at a run's folder; an absent one is an empty run."""
    try:
        rows = tuple(read_log(folder))
    except (OSError, UnicodeDecodeError):
        rows = ()
    finished = (folder / FINISHED).is_file()
    return RunState(rows, finished, (folder / CHECKPOINT).is_file() and not finished)


def add_to_models(run: Path, name: str) -> str:
    """Make a run one of the user's models, in another process since torch does it; what that said.

    Raises AppError with its words when it fails.
    """
    words = [*program(), "models", "add", str(run), *(["--name", name] if name else [])]
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
            cwd=paths.checkout() if len(program()) > 1 else None,
        )
    except OSError as error:
        raise AppError(f"The model cannot be added: {refusal(error)}.") from error
    said = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).strip()
    lines = [one.strip() for one in said.split("\n") if one.strip()]
    line = next((one for one in lines if "is installed" in one), lines[0] if lines else "")
    if done.returncode:
        raise AppError(line.removeprefix("scintiread: ") or "The model could not be added.")
    return line
