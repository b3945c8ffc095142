"""Hsieh et al. 2021 (J Pers Med 11:1248): three encoders, with and without supervised contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.geometric import Geometry, moved
from app.learning.recipes.pair_input import hsieh2021_input
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

Encoder = Literal["cnn", "densenet121", "resnet50v2"]
Mode = Literal["supervised", "supcon"]
ENCODERS: tuple[Encoder, ...] = ("cnn", "densenet121", "resnet50v2")
MODES: tuple[Mode, ...] = ("supervised", "supcon")

RATE, EPOCHS = 1e-3, 50
"""Adam, as published."""
BATCH = 32
"""Not published for certain: “256 slices as inputs per epoch” may mean it."""
LINEAR_EPOCHS = 10
"""Of the 50, for the linear classifier; the paper does not say how they are shared."""
TEMPERATURE = 0.1
"""The paper leaves it open; 0.1 is that of Khosla 2020."""
VIEWS = Geometry(degrees=5, shift=0.04, zoom=0.08, flip=False)
"""What makes two of one picture is not published; left and right halves stay what they are."""
CONTRAST = "contrast"


@dataclass(frozen=True)
class Hsieh2021:
    """One encoder, trained with cross-entropy, or by contrast and then with a linear classifier."""

    encoder: Encoder = "densenet121"
    mode: Mode = "supcon"
    size: int = 256
    batch: int = BATCH
    thin: int = 1
    """So many times fewer maps in DenseNet121 and ResNet50V2; 1 as published."""
    temperature: float = TEMPERATURE
    views: Geometry = VIEWS
    """How each of two pictures of one scan is moved, for contrast."""
    task: Task = Task.CLASSIFY
    planes: tuple[str, ...] = ()
    source: str = "Hsieh T-C et al., J Pers Med 2021;11:1248"

    @property
    def name(self) -> str:
        """The word on the command line."""
        return variant_name(self.encoder, self.mode)

    @property
    def title(self) -> str:
        """One line for people."""
        how = "supervised contrast, then a linear classifier" if self.mode == "supcon" else "cross-entropy"
        return f"{self.encoder} on both views joined, {how}"

    @property
    def phases(self) -> Sequence[Phase]:
        """50 epochs, the last 10 for the classifier where contrast came first."""
        if self.mode == "supervised":
            return (Phase("cross-entropy", EPOCHS, RATE, self.batch),)
        return (
            Phase(CONTRAST, EPOCHS - LINEAR_EPOCHS, RATE, self.batch),
            Phase("linear classifier", LINEAR_EPOCHS, RATE, self.batch),
        )

    def prepare(self, scan: Scan) -> Input:
        """Counts over those of the thigh, float32 (1, 256, 256)."""
        return hsieh2021_input(scan, self.size)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """None: learns from the truth alone."""
        del labels, made
        return None

    def build(self) -> nn.Module:
        """The net."""
        from torch import nn

        from app.learning.architectures.classifier import Classifier, Contrastive

        body, width, pool = self._encoder()
        if self.mode == "supcon":
            return Contrastive(body, width, pool)
        return Classifier(body, nn.Linear(width, 1), pool)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Every picture twice, each time moved otherwise, for contrast; once and unmoved without."""
        if self.mode == "supervised":
            return batch
        import torch

        images = torch.cat([moved(batch.images, self.views, rng), moved(batch.images, self.views, rng)])
        return replace(
            batch, images=images, truth=batch.truth.repeat(2), index=batch.index.repeat(2), targets=None
        )

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Equation 1 in the phase of contrast, else cross-entropy."""
        from torch.nn import functional

        from app.learning.losses import supervised_contrastive

        outputs: tuple[Tensor, ...] = net(batch.images)
        if phase.name == CONTRAST:
            return supervised_contrastive(outputs[1], batch.truth, self.temperature)
        return functional.binary_cross_entropy_with_logits(outputs[0][:, 0].float(), batch.truth)

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """Everything but the classifier by contrast, then the classifier alone."""
        from app.learning.architectures.classifier import Contrastive

        if not isinstance(net, Contrastive):
            return list(net.parameters())
        net.freeze(phase.name != CONTRAST)
        if net.frozen:
            return list(net.head.parameters())
        return [*net.body.parameters(), *net.pool.parameters(), *net.projection.parameters()]

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis, (n,)."""
        import torch

        return torch.sigmoid(outputs[0][:, 0])

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """None: only classifies."""
        del outputs
        return None

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """The encoder's last feature maps."""
        return cast("nn.Module", net.body)

    def _encoder(self) -> tuple[nn.Module, int, nn.Module | None]:
        if self.encoder == "cnn":
            from app.learning.architectures.cnn3 import CNN3_WIDTH, cnn3_body, cnn3_dense

            return cnn3_body(), CNN3_WIDTH, cnn3_dense(self.size, self.size)
        if self.encoder == "resnet50v2":
            from app.learning.architectures.resnet50v2 import RESNET50V2_WIDTH, resnet50v2

            return resnet50v2(self.thin), RESNET50V2_WIDTH // self.thin, None
        from app.learning.architectures.monai_nets import DENSENET121_WIDTH, densenet121

        return densenet121(self.thin), DENSENET121_WIDTH // self.thin, None


def variant_name(encoder: Encoder, mode: Mode) -> str:
    """The name of a variant; the paper's own choice has the short one."""
    if (encoder, mode) == ("densenet121", "supcon"):
        return "hsieh2021"
    return f"hsieh2021-{encoder}-{mode}"


RECIPE = Hsieh2021()
CNN_SUPERVISED = Hsieh2021("cnn", "supervised")
CNN_SUPCON = Hsieh2021("cnn", "supcon")
DENSENET121_SUPERVISED = Hsieh2021("densenet121", "supervised")
RESNET50V2_SUPERVISED = Hsieh2021("resnet50v2", "supervised")
RESNET50V2_SUPCON = Hsieh2021("resnet50v2", "supcon")
