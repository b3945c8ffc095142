"""Lesions of a scan proposed to the person who annotates it: by a model, or by brightness alone."""

from __future__ import annotations

import numpy as np

from app.annotation.class_edits import translated
from app.annotation.classes import METASTASIS, ClassTable, class_table
from app.annotation.model_map import ModelMap
from app.annotation.proposed import Proposed
from app.annotation.region import ProposedBy
from app.errors import AppError
from app.learning.prediction import Prediction
from app.learning.segment import BENIGN, drawing_model, drawn_threshold, segmented, with_bones
from app.learning.weights import InstalledModel
from app.progress import NoProgress, Progress, check_cancelled
from app.quantification.detector import detect
from app.scan.scan import Scan, ViewName
from app.workflows.models.lesions import ModelLesions

WITHOUT_MODEL = "brightness alone: no installed model draws lesions"
_opened: dict[str, ModelLesions] = {}
"""The model that proposes, kept open between scans; by its fingerprint, so that another one is noticed."""


def propose(scan: Scan, classes: ClassTable, progress: Progress | None = None) -> Proposed:
    """Regions of the default model that draws, or of the classical detector where none is installed.

    `classes`: by whose names the regions are called.
    Raises AppError for a scan that the model cannot use, or Cancelled when asked to stop.
    """
    progress = progress or NoProgress()
    progress.report(0.0, "Looking for lesions")
    try:
        model = drawing_model()
    except AppError:
        found = with_bones(detect(scan), scan)
        check_cancelled(progress)
        return Proposed(translated(found, class_table(), classes), WITHOUT_MODEL)
    prediction = _predicted(model, scan)
    seen = _map(model, prediction)
    labels = segmented(prediction, scan, model)  # also on scans that it calls normal: the person decides
    check_cancelled(progress)
    regions = translated(map(seen.with_score, labels.annotation.regions), class_table(), classes)
    return Proposed(regions, model.who.taught, labels.notes[1:], model_map=seen)


def model_map_of(scan: Scan, progress: Progress | None = None) -> ModelMap:
    """What the default model that draws sees at each pixel; where it draws two kinds of foci, the likelier.

    Raises AppError without a model and as `propose` does.
    """
    progress = progress or NoProgress()
    progress.report(0.0, "Looking at the scan with the model")
    model = drawing_model()
    made = _map(model, _predicted(model, scan))
    check_cancelled(progress)
    return made


def _predicted(model: InstalledModel, scan: Scan) -> Prediction:
    if model.weights_sha256 not in _opened:
        _opened.clear()
        _opened[model.weights_sha256] = ModelLesions(model)
    return _opened[model.weights_sha256].predicted(scan)


def _map(model: InstalledModel, prediction: Prediction) -> ModelMap:
    foci = [prediction.planes[name] for name in (METASTASIS, BENIGN) if name in prediction.planes]
    planes = {
        view: np.maximum.reduce([plane[view] for plane in foci if view in plane])
        for view in ViewName
        if any(view in plane for plane in foci)
    }
    by = ProposedBy(model.who.name, model.who.version)
    return ModelMap(by, model.who.taught, drawn_threshold(model), planes)
