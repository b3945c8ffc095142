"""The training curve as it grows: one line per epoch in `log.csv`, and TensorBoard for those who watch it."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

LOG = "log.csv"


@dataclass(frozen=True)
class EpochRow:
    """One epoch; `validation_auc` is None where nothing was validated."""

    epoch: int
    phase: str
    loss: float
    validation_auc: float | None
    rate: float
    seconds: float


def read_log(folder: Path) -> list[EpochRow]:
    """The epochs so far; a line that is still being written is left out."""
    path = folder / LOG
    if not path.is_file():
        return []
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                auc = float(row["validation_auc"]) if row["validation_auc"] else None
                numbers = (float(row[name]) for name in ("loss", "rate", "seconds"))
                loss, rate, seconds = numbers
                rows.append(EpochRow(int(row["epoch"]), row["phase"], loss, auc, rate, seconds))
            except (KeyError, TypeError, ValueError):
                break
    return rows


class TrainingLog:
    """Writes the rows; those of epochs that a resumed training repeats are taken out first."""

    def __init__(self, folder: Path, first: int, tensorboard: bool = False) -> None:
        kept = [row for row in read_log(folder) if row.epoch < first]
        self._path = folder / LOG
        self._names = [field.name for field in fields(EpochRow)]
        with self._path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self._names)
            writer.writeheader()
            writer.writerows(asdict(row) for row in kept)
        self._board = _board(folder) if tensorboard else None

    def add(self, row: EpochRow) -> None:
        """One more epoch, at once on disk."""
        with self._path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, self._names).writerow(asdict(row))
        if self._board is not None:
            self._board.add_scalar("loss", row.loss, row.epoch)
            if row.validation_auc is not None:
                self._board.add_scalar("validation AUC", row.validation_auc, row.epoch)

    def close(self) -> None:
        """No more epochs."""
        if self._board is not None:
            self._board.close()


def _board(folder: Path) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"))
