"""How long a training step waits for its scans: 40 simulated scans, one thread for the net.

The share that reading and changing scans would take without a thread beside the step is given too. What else
runs on the machine makes both worse.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import torch

from app.learning.loading import Loading
from app.learning.recipe import Batch
from app.learning.train import train
from app.progress import NoProgress
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.workflows.simulator.simulate import make_cohort
from app.workflows.training.train import Training, prepared_for, split_of
from benchmarks.table import Row, print_table

SCANS, EPOCHS = 40, {"scintiread": 4, "magboo": 1}


def rows_of(name: str, data: Path, out: Path) -> list[Row]:
    """What one recipe waits."""
    training = Training(data, out, epochs=EPOCHS[name], device="cpu", threads=1, workers=1)
    ready = prepared_for(name, training, NoProgress())
    worked: list[float] = []
    making = Loading._made

    def timed(self: Loading, *what: object) -> Batch:
        begun = time.thread_time()
        made = making(self, *what)  # type: ignore[arg-type]
        worked.append(time.thread_time() - begun)
        return made

    Loading._made = timed  # type: ignore[method-assign,assignment]
    begun = time.thread_time()
    trained = train(ready.recipe, ready.prepared, split_of(ready, training), out, ready.options)
    stepped = time.thread_time() - begun
    Loading._made = making  # type: ignore[method-assign]
    alone = sum(worked) / (sum(worked) + stepped)
    return [
        Row(f"{name}: share of the epochs' time that steps waited", f"{trained.waited or 0:.1%}", "≤ 2 %"),
        Row(f"{name}: share of processor time that loading takes", f"{alone:.1%}"),
    ]


def main() -> None:
    """Print the table; `SCINTIREAD_HOME` is set aside so that the user's prepared scans stay as they are."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCINTIREAD_HOME"] = f"{folder}/home"
        data = Path(folder) / "cohort"
        make_cohort(Cohort(SCANS, preset("trial"), 1, "trial"), data, workers=1)
        print_table([row for name in EPOCHS for row in rows_of(name, data, Path(folder) / name)])


if __name__ == "__main__":
    main()
