"""What a model says about one case, as a reader may be shown it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.study.ai_doubts import doubts_of
from app.study.reading import AiShown

Attention = NDArray[np.float32]
_MODEL = {"model": "name"} | {name: name for name in ("version", "training_data", "weights_sha256")}
"""Words about the model, and what its identity calls them."""
START_OPACITY = 0.4
"""Of the overlay when the AI is revealed, the same for every case and reader."""


@dataclass(frozen=True, eq=False)
class AiResult:
    """A model's probability for one case, with all that has to stand beside it.

    `probability` and `threshold` are 0-1. `heatmaps`: float32 (rows, cols) in the pixels of each view, 0-1;
    they say where the model looked and are never drawn as lesion outlines (Saporta et al. 2022).

    Raises ValueError for a probability or a threshold outside 0-1, or a familiarity outside 0-100.
    """

    model: ModelIdentity
    probability: float
    threshold: float
    heatmap_method: str = ""
    heatmaps: Mapping[ViewName, Attention] = field(default_factory=dict)
    missing_view: str = ""
    """The view that the model did not see: anterior or posterior; empty when it saw both."""
    familiarity: float | None = None
    """How typical the scan is of those that the model was fitted on, 0-100; None where nobody knows."""
    heatmaps_sha256: str = ""
    """Of the maps as the study keeps them, whatever way they took to the reader; empty where nobody knows."""

    def __post_init__(self) -> None:
        for name, value in (("probability", self.probability), ("threshold", self.threshold)):
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} must be between 0 and 1")
        if self.familiarity is not None and not 0.0 <= self.familiarity <= 100.0:
            raise ValueError("familiarity must be between 0 and 100")

    @property
    def sentence(self) -> str:
        """The one line that stands wherever the probability stands."""
        return (
            f"AI {self.probability:.2f} (threshold {self.threshold:.2f}) · model {self.model.title}"
            f" · trained on {self.model.training_data}"
        )

    @property
    def words(self) -> dict[str, object]:
        """All but the maps by name, as studies and bundles keep it; what came later only where it is said.

        So results of before stay as they were, and what says nothing new is read by older programs.
        """
        later = {
            "missing_view": self.missing_view,
            "familiarity": self.familiarity,
            "heatmaps_sha256": self.heatmaps_sha256,
        }
        return {
            "model": self.model.name,
            "version": self.model.version,
            "training_data": self.model.training_data,
            "probability": self.probability,
            "threshold": self.threshold,
            "weights_sha256": self.model.weights_sha256,
            "heatmap_method": self.heatmap_method,
            **{name: value for name, value in later.items() if value not in ("", None)},
        }

    @classmethod
    def from_words(cls, words: Mapping[str, Any], heatmaps: Mapping[ViewName, Attention]) -> AiResult:
        """The result again; raises TypeError or ValueError for words that make none."""
        model = {_MODEL[name]: value for name, value in words.items() if name in _MODEL}
        own = {name: value for name, value in words.items() if name not in _MODEL}
        return cls(ModelIdentity(**model), heatmaps=heatmaps, **own)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against relying on it, a clause each."""
        return doubts_of(self.missing_view, self.familiarity)

    @property
    def shown(self) -> AiShown:
        """What the record of a reading says of it."""
        return AiShown(
            *self.model.source,
            self.probability,
            self.threshold,
            self.heatmap_method if self.heatmaps else "",
            self.familiarity,
            self.heatmaps_sha256 if self.heatmaps else "",
        )
