"""The lesions of a scan as a model draws them, for whatever asks: quantification, report, proposals."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from app.annotation.label_set import LabelSet
from app.learning.predict import Predictor, open_predictor
from app.learning.prediction import Prediction
from app.learning.segment import drawing_model, segmented
from app.learning.weights import InstalledModel
from app.scan.scan import Scan


class ModelLesions:
    """One model, opened when the first scan comes; safe to call from several threads.

    `gated`: foci on scans that the model calls normal are left out, so that lesions and call agree.
    """

    def __init__(self, model: InstalledModel, device: str = "auto", gated: bool = True) -> None:
        self.model = model
        self._device = device
        self._gated = gated
        self._opening = Lock()
        self._predictor: Predictor | None = None

    def __call__(self, scan: Scan) -> LabelSet:
        """Metastases, benign findings and bladder; raises AppError for a scan that the model cannot use."""
        return segmented(self.predicted(scan), scan, self.model, gated=self._gated)

    def predicted(self, scan: Scan) -> Prediction:
        """What the net says of each pixel; raises AppError for a scan that the model cannot use."""
        return self._opened().predict(scan, attention=False)

    def _opened(self) -> Predictor:
        with self._opening:
            if self._predictor is None:
                self._predictor = open_predictor(self.model, self._device)
            return self._predictor


def lesions_by(
    model_name: str = "", device: str = "auto", *, gated: bool = True
) -> Callable[[Scan], LabelSet]:
    """The finder that a model makes, the default one without a name; AppError when it draws no lesions."""
    return ModelLesions(drawing_model(model_name), device, gated)
