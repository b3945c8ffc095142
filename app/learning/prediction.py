"""What a model says about one scan; no torch here, so that every room may speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.learning.frame import Floats
from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.study.ai_doubts import doubts_of


@dataclass(frozen=True, eq=False)
class Prediction:
    """One model's answer for one scan.

    `attention`: float32 (rows, cols) in the pixels of each view, 0-1: where the model looked. `planes`: what
    a segmenting model draws, by name (metastasis, benign, bladder) and view: probabilities, float32
    (rows, cols). `missing_view`: the view that the scan lacks, None when both are there.
    """

    case: str
    model: ModelIdentity
    probability: float
    threshold: float
    seconds: float
    device: str
    missing_view: ViewName | None = None
    familiarity: float | None = None
    """How typical the scan is of those that the model was fitted on, 0-100; None where it cannot tell."""
    blanked: int = 0
    """Pixels of burnt-in letters, markers and borders that the model did not get to see."""
    attention_method: str = ""
    attention: Mapping[ViewName, Floats] = field(default_factory=dict)
    planes: Mapping[str, Mapping[ViewName, Floats]] = field(default_factory=dict)

    @property
    def call(self) -> bool:
        """Whether the model calls metastasis."""
        return self.probability >= self.threshold

    @property
    def row(self) -> dict[str, str]:
        """All that belongs to the probability, as tables have it, by the names of their columns."""
        return {
            "case": self.case,
            "model": self.model.name,
            "version": self.model.version,
            "probability": f"{self.probability:.6f}",
            "threshold": f"{self.threshold:.6f}",
            "call": str(int(self.call)),
            "seconds": f"{self.seconds:.4f}",
            "device": self.device,
            "training_data": self.model.training_data,
            "weights_sha256": self.model.weights_sha256,
            "missing_view": self.missing_view or "",
            "familiarity": "" if self.familiarity is None else f"{self.familiarity:.1f}",
        }

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against relying on it, a clause each."""
        return doubts_of(self.missing_view or "", self.familiarity)
