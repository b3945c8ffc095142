"""Who follows a training besides its own log: TensorBoard and MLflow, where they are installed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.learning.training_log import EpochRow
from app.progress import Cancelled

Pictures = Mapping[str, NDArray[np.uint8]]
"""What a net makes of validation scans, by name: uint8 (rows, cols, 3)."""
End = Literal["finished", "stopped", "failed"]
_RUN = "mlflow.txt"
"""In the run's folder: which run of MLflow it is, so that a resumed one goes on there."""
_EXPERIMENT = "ScintiRead"


class Listener(Protocol):
    """One that is told how a training goes; raises AppError or OSError where it cannot listen any more."""

    def epoch(self, row: EpochRow, pictures: Pictures) -> None:
        """An epoch is finished; `pictures` is empty after most."""

    def ended(self, how: End) -> None:
        """No more epochs."""


def absent(tensorboard: bool, mlflow: str) -> tuple[str, ...]:
    """A sentence for each that is asked for and not installed; the training goes on without it."""
    wanted = (("tensorboard", "TensorBoard", "learning", tensorboard), ("mlflow", "MLflow", "mlflow", mlflow))
    return tuple(
        f"{name} is not installed, and the training goes on without it: "
        f'pip install "scintiread[{extra}]" brings it.'
        for package, name, extra, asked in wanted
        if asked and find_spec(package) is None
    )


class Listeners:
    """All who were asked for; one that fails is left out from then on, and the training notes it."""

    def __init__(self) -> None:
        self._known: list[Listener] = []
        self._notes: list[str] = []

    def begin(
        self,
        tensorboard: bool,
        mlflow: str,
        out: Path,
        first: int,
        facts: Mapping[str, str],
        notes: list[str],
    ) -> None:
        """Tell those that are installed of a training from epoch `first` on; raises AppError."""
        self._notes = notes
        for sentence in absent(tensorboard, mlflow):
            self._note(sentence)
        if tensorboard and find_spec("tensorboard") is not None:
            self._known.append(_TensorBoard(out / "tensorboard", first))
        if mlflow and find_spec("mlflow") is not None:
            self._known.append(_MLflow(mlflow, out, facts))

    def __bool__(self) -> bool:
        return bool(self._known)

    def __enter__(self) -> Listeners:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        how: End = "finished"
        if kind is not None:
            how = "stopped" if issubclass(kind, Cancelled | KeyboardInterrupt) else "failed"
        for one in self._known:
            with suppress(AppError, OSError):
                one.ended(how)

    def epoch(self, row: EpochRow, pictures: Pictures) -> None:
        """Tell all of them."""
        for one in tuple(self._known):
            try:
                one.epoch(row, pictures)
            except (AppError, OSError) as error:
                self._known.remove(one)
                self._note(f"{error} The training goes on without it.")

    def _note(self, sentence: str) -> None:
        if sentence not in self._notes:
            self._notes.append(sentence)


def _numbers(row: EpochRow) -> dict[str, float]:
    told = {
        "loss": row.loss,
        "validation AUC": row.validation_auc,
        "learning rate": row.rate,
        "share of time waited": row.waited,
    }
    return {name: value for name, value in told.items() if value is not None}


class _TensorBoard:
    def __init__(self, folder: Path, first: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        make: Any = SummaryWriter  # what a resumed training repeats is not shown twice
        self._writer = make(str(folder), purge_step=first or None)

    def epoch(self, row: EpochRow, pictures: Pictures) -> None:
        """Curves and pictures."""
        for name, value in _numbers(row).items():
            self._writer.add_scalar(name, value, row.epoch)
        for name, picture in pictures.items():
            self._writer.add_image(name, picture, row.epoch, dataformats="HWC")
        self._writer.flush()

    def ended(self, how: End) -> None:
        """Close the file."""
        del how
        self._writer.close()


class _MLflow:
    """By MLflow's own client; without its telemetry, and patient for seconds instead of minutes."""

    def __init__(self, place: str, out: Path, facts: Mapping[str, str]) -> None:
        for name, value in (
            ("MLFLOW_DISABLE_TELEMETRY", "true"),
            ("MLFLOW_ALLOW_FILE_STORE", "true"),
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2"),
            ("MLFLOW_HTTP_REQUEST_TIMEOUT", "10"),
        ):
            os.environ.setdefault(name, value)
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient

        self._refusal = MlflowException
        where = place if "://" in place else Path(place).resolve().as_uri()
        try:
            self._client = MlflowClient(tracking_uri=where)
            self._run = self._resumed(out / _RUN) or self._begun(out, facts)
        except (MlflowException, OSError) as error:
            raise AppError(_no_answer(error), "Start it, or leave --mlflow out.") from error

    def epoch(self, row: EpochRow, pictures: Pictures) -> None:
        """Curves and pictures."""
        try:
            for name, value in _numbers(row).items():
                self._client.log_metric(self._run, name, value, step=row.epoch)
            for name, picture in pictures.items():
                file = f"pictures/{row.epoch:04d} {name}.png"
                self._client.log_image(self._run, picture, artifact_file=file)
        except self._refusal as error:
            raise AppError(_no_answer(error)) from error

    def ended(self, how: End) -> None:
        """Close the run."""
        status = {"finished": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}[how]
        with suppress(self._refusal):
            self._client.set_terminated(self._run, status)

    def _resumed(self, note: Path) -> str:
        """The run of a training that goes on, "" where this is a new one."""
        if not note.is_file():
            return ""
        run = note.read_text(encoding="ascii")
        try:
            self._client.update_run(run, status="RUNNING")
        except self._refusal:  # another server, or it was deleted there
            return ""
        return run

    def _begun(self, out: Path, facts: Mapping[str, str]) -> str:
        known = self._client.get_experiment_by_name(_EXPERIMENT)
        experiment = known.experiment_id if known else self._client.create_experiment(_EXPERIMENT)
        run: str = self._client.create_run(experiment, run_name=out.name).info.run_id
        for name, value in facts.items():
            self._client.log_param(run, name, value)
        (out / _RUN).write_text(run, encoding="ascii")
        return run


def _no_answer(error: Exception) -> str:
    said = str(error).split("\n")[0] or type(error).__name__
    said = re.sub(r"//[^/@\s]+@", "//", said)  # an address may hold a password
    return f"MLflow does not take the training: {said[:200].rstrip('. ')}."
