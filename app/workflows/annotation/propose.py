"""Lesions of a scan proposed to the person who annotates it: by a model, or by brightness alone."""

from __future__ import annotations

from app.annotation.class_edits import translated
from app.annotation.classes import ClassTable, class_table
from app.annotation.label_set import LabelSet
from app.annotation.proposed import Proposed
from app.errors import AppError
from app.learning.segment import drawing_model, with_bones
from app.learning.weights import InstalledModel
from app.progress import NoProgress, Progress, check_cancelled
from app.quantification.detector import detect
from app.scan.scan import Scan
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
    labels = _by(model, scan)
    check_cancelled(progress)
    regions = translated(labels.annotation.regions, class_table(), classes)
    return Proposed(regions, model.who.taught, labels.notes[1:])


def _by(model: InstalledModel, scan: Scan) -> LabelSet:
    """What the model draws, also on scans that it calls normal: the person decides."""
    if model.weights_sha256 not in _opened:
        _opened.clear()
        _opened[model.weights_sha256] = ModelLesions(model, gated=False)
    return _opened[model.weights_sha256](scan)
