"""What a recipe is: how a scan becomes an input, which net, which loss, which schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_codes import FindingCode, OrganCode
from app.learning.frame import Floats, ViewFrame
from app.scan.scan import Scan, ViewName

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


class Task(StrEnum):
    """What a recipe's nets answer."""

    CLASSIFY = "classify"
    SEGMENT = "segment"
    LOCATE = "locate"
    """Which regions of a report hold the lesions that somebody has drawn."""


@dataclass(frozen=True, eq=False)
class Input:
    """A scan as a net sees it: float32 (channels, rows, cols), and where each view lies in it.

    `blanked`: pixels of letters, markers and borders that were left out; None where nobody looks for them.
    """

    image: Floats
    frames: tuple[ViewFrame, ...]
    blanked: int | None = None

    def back(self, maps: Floats) -> dict[ViewName, Floats]:
        """Maps (planes, rows, cols) over the input, in the pixels of each view."""
        return {frame.view: frame.back(maps[frame.plane]) for frame in self.frames}


@dataclass(frozen=True, eq=False)
class LabelMaps:
    """The truth of a scan's pixels, as simulated cohorts and drawn masks give it.

    `lesion` holds codes of findings (0 none), `organ` organ codes, `region` bone codes: uint8 (rows, cols)
    for each view there is.
    """

    lesion: Mapping[ViewName, NDArray[np.uint8]]
    organ: Mapping[ViewName, NDArray[np.uint8]] = field(default_factory=dict)
    region: Mapping[ViewName, NDArray[np.uint8]] = field(default_factory=dict)

    @property
    def metastases(self) -> dict[ViewName, NDArray[np.bool_]]:
        """The pixels of metastases, bool (rows, cols) for each view."""
        return {view: codes == FindingCode.METASTASIS for view, codes in self.lesion.items()}

    @property
    def bladders(self) -> dict[ViewName, NDArray[np.bool_]]:
        """The pixels of the bladder, bool (rows, cols) for each view."""
        return {view: codes == OrganCode.BLADDER for view, codes in self.organ.items()}


@dataclass(frozen=True, eq=False)
class Batch:
    """Some inputs with what is known of them; all tensors on one device.

    `images` float32 (n, channels, rows, cols); `truth` float32 (n,): 1 = metastasis; `targets` float32
    (n, planes, rows, cols), 0-1, or None where the recipe learns from the truth alone; `index` int64 (n,):
    the scans' places in the prepared cohort.
    """

    images: Tensor
    truth: Tensor
    targets: Tensor | None
    index: Tensor


@dataclass(frozen=True)
class Phase:
    """One stretch of training with its own loss; `epochs` as published."""

    name: str
    epochs: int
    rate: float
    batch: int
    optimiser: Literal["adam", "adamw", "sgd"] = "adam"
    weight_decay: float = 0.0
    one_cycle: bool = False
    """Learning rate up to twice `rate` and down to nothing over the phase (Smith 2018, arXiv 1803.09820)."""
    steps_per_epoch: int | None = None
    """None: every scan once per epoch."""
    balanced: bool = False
    """An epoch holds all positives and as many redrawn negatives."""
    positives: bool = False
    """Scans with metastases alone train."""
    patience: int = 0
    """Stop after so many epochs without a better validation score; 0: never."""
    momentum: float = 0.9
    """Of sgd."""
    clip: float = 5.0
    """Largest norm of the gradient: a single odd scan does not throw a net off its way."""
    frozen: tuple[str, ...] = ()
    """Parameters whose names begin so stay as they are, e.g. `body`."""


class Recipe(Protocol):
    """One published (or our own) way from scans to a trained net; a frozen object without state.

    A recipe whose net needs more than the scan has a method `shown(batch)` besides, which gives the net's
    input, (n, channels, rows, cols), and `regions(outputs)`, (n, k), the answers that a report uses: its task
    is to locate, and it makes no predictions. With `reads_bones` its labels get the bones of the scan.

    A recipe whose net tells what it makes of whole scans has a method `features(outputs)`, (n, k), by which
    scans unlike those of the training can be told.

    A recipe with `positives_suffice` learns from a cohort in which everybody has metastases.

    Predictions are made where there is no torch: a recipe's module imports torch inside its methods only.
    """

    @property
    def name(self) -> str:
        """The word on the command line, e.g. ibrahim2023."""

    @property
    def title(self) -> str:
        """One line for people."""

    @property
    def source(self) -> str:
        """The paper."""

    @property
    def task(self) -> Task:
        """What it answers."""

    @property
    def phases(self) -> Sequence[Phase]:
        """The schedule."""

    @property
    def planes(self) -> tuple[str, ...]:
        """What `target` and a segmenting net's output show; empty without targets.

        Each name stands for as many planes as the input's frames have: name by name, frame plane by plane.
        """

    def prepare(self, scan: Scan) -> Input:
        """The input; numpy only. Raises AppError for a scan that the recipe cannot use."""

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """What the net should draw, 0-1 (planes, rows, cols); None when it learns from the truth alone."""

    def build(self) -> nn.Module:
        """The net, initialised by torch's current seed; `forward(images)` gives a tuple of tensors."""

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """The batch as it is shown in training; called in a thread, so what is random comes from `rng`."""

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """The loss of a batch, a scalar."""

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """The parameters that the phase changes."""

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis of each scan, (n,), from the net's outputs."""

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """A segmenting net's planes, 0-1 (n, planes, rows, cols); None for a net that only classifies."""

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """The layer whose maps Grad-CAM weighs; None where the net draws its own attention."""
