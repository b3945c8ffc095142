"""How a training is run, as whoever starts it asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.learning.recipe import Phase


@dataclass(frozen=True)
class TrainOptions:
    """How a training is run; what a recipe prescribes is not here."""

    epochs: int | None = None
    """Of the whole training; None: as the recipe says. Phases keep their shares."""
    minutes: float | None = None
    """Train so long; phases and learning rates follow the time instead of the epochs, and the last phase goes
    on until it is over."""
    device: str = "auto"
    seed: int = 1
    resume: bool = False
    precision: Literal["float32", "mixed"] = "float32"
    threads: int | None = None
    tensorboard: bool = False
    mlflow: str = ""
    """Address or folder where MLflow keeps runs; empty: not followed by it."""
    init: str = ""
    """Where the first weights come from, in words; empty: random ones."""
    phases: tuple[Phase, ...] | None = None
    """Instead of the recipe's."""
