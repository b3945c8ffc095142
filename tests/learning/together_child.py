"""One of several processes that train together, started by `torchrun`; leaves what it has in a folder.

`python -m tests.learning.together_child OUT`: recipes whose nets have running means, leave parts out of some
batches or count their steps, on an odd number of scans; then by the clock; then
with weights that differ, and with no disk that all see.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from app.errors import AppError
from app.learning import train as engine
from app.learning.devices import Place, place_of
from app.learning.splits import Split
from app.learning.train import TrainOptions, train
from app.workflows.training import together as waiting
from app.workflows.training.together import together
from tests.learning.small_recipes import SMALL
from tests.learning.toy_scans import toy_prepared

NAMES = ("hsieh2021-resnet50v2-supervised", "liu2022-segment", "ibrahim2023")
BY_THE_CLOCK = "hsieh2021-cnn-supcon"
SPLIT = Split(np.arange(7), np.arange(7, 13), np.arange(0))
OPTIONS = TrainOptions(epochs=2, device="cpu", threads=1)


def main(out: Path) -> None:
    """Train all of it, and tell how many batches this process has computed."""
    rank = int(os.environ["RANK"])
    engine.load_weights = lambda *_: None  # what each process has by itself is looked at, not the saved file
    steps: dict[str, int] = {}
    compute = engine.LossOf.forward

    def counted(self: Any, *batch: Any) -> torch.Tensor:
        steps[name] = steps.get(name, 0) + 1
        return compute(self, *batch)

    engine.LossOf.forward = counted  # type: ignore[method-assign]
    with place_of("cpu") as place:
        for name in NAMES:
            made = train(SMALL[name], toy_prepared(SMALL[name], 13), SPLIT, out / name, OPTIONS)
            save_file(
                {key: value.clone() for key, value in made.net.state_dict().items()}, out / f"{name}-{rank}"
            )
        name = BY_THE_CLOCK
        limited = replace(OPTIONS, epochs=None, minutes=0.02)
        train(SMALL[name], toy_prepared(SMALL[name], 13), SPLIT, out / name, limited)
        (out / f"steps-{rank}.json").write_text(json.dumps(steps), encoding="utf-8")
        in_step = Place.in_step
        Place.in_step = lambda self, net: [one.data.add_(self.share.rank) for one in net.parameters()]  # type: ignore[assignment]
        try:
            train(SMALL[NAMES[2]], toy_prepared(SMALL[NAMES[2]], 13), SPLIT, out / "differ", OPTIONS)
        except AppError as error:
            (out / f"differ-{rank}.txt").write_text(error.message, encoding="utf-8")
        Place.in_step = in_step  # type: ignore[method-assign]
        waiting._SECONDS = 0.2
        shared = together(place, out / "shared", lambda: rank)
        os.environ["SCINTIREAD_HOME"] = str(out / f"home-{rank}")
        try:
            together(place, out / "apart", lambda: rank)
        except AppError as error:
            (out / f"apart-{rank}.txt").write_text(f"{shared} {error.message}", encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
