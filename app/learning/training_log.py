"""The training curve as it grows: one line per epoch in `log.csv`."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

LOG = "log.csv"


@dataclass(frozen=True)
class EpochRow:
    """One epoch; `validation_auc` is None where nothing was validated.

    `waited`: share of the time of its steps, 0-1, that these waited for their scans; None in older logs.
    """

    epoch: int
    phase: str
    loss: float
    validation_auc: float | None
    rate: float
    seconds: float
    waited: float | None = None


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
                waited = float(row["waited"]) if row.get("waited") else None
                rows.append(EpochRow(int(row["epoch"]), row["phase"], loss, auc, rate, seconds, waited))
            except (KeyError, TypeError, ValueError):
                break
    return rows


class TrainingLog:
    """Writes the rows; those of epochs that a resumed training repeats are taken out first."""

    def __init__(self, folder: Path, first: int) -> None:
        self.first = first
        """The epoch that comes next."""
        kept = [row for row in read_log(folder) if row.epoch < first]
        self._path = folder / LOG
        self._names = [field.name for field in fields(EpochRow)]
        with self._path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self._names)
            writer.writeheader()
            writer.writerows(asdict(row) for row in kept)

    def add(self, row: EpochRow) -> None:
        """One more epoch, at once on disk."""
        with self._path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, self._names).writerow(asdict(row))
