"""The model that finds the lesions of a scan for its report: what it draws becomes outlines on both views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.formats.png_masks import lesions_of
from app.annotation.geometry import Mask
from app.annotation.label_set import LabelSet, sizes_of
from app.annotation.masks import union
from app.annotation.region import Region, Source
from app.errors import AppError
from app.learning.prediction import Prediction
from app.learning.weights import InstalledModel, find_model, installed_models
from app.report.bone_scan.facts import ModelFacts
from app.scan.scan import Scan, ViewName
from app.workflows.bone_scan_report import LesionFinder

DRAWN = 0.5
"""Probability from which a pixel belongs to what the net draws."""
LEAST_PIXELS = 5
"""Smaller parts are left out."""
_REACH = 5
"""Pixels by which the mirrored place on the other view may be off to be the same lesion."""


def installed_model() -> str:
    """Name and version of the model that reports are written with; empty when none draws lesions."""
    try:
        model = _drawing("")
    except AppError:
        return ""
    return f"{model.name} {model.version}"


def model_of(name: str | None) -> tuple[LesionFinder | None, ModelFacts | None]:
    """The finder of that name with its facts; without a name the installed one, or None when there is none.

    Raises AppError for a name that no installed model has, and for a model that draws nothing.
    """
    if not name and not installed_model():
        return None, None
    model = _drawing(name or "")
    facts = ModelFacts(model.name, model.version, model.threshold, model.training_data)

    @cache
    def predictor():  # type: ignore[no-untyped-def]  # its module is loaded when it is needed
        from app.learning.predict import open_predictor

        return open_predictor(model)

    def find(scan: Scan) -> LabelSet:
        return labels_from(predictor().predict(scan, attention=False), scan, model.classifies)

    return find, facts


def labels_from(prediction: Prediction, scan: Scan, classifies: bool = True) -> LabelSet:
    """What a model drew on a scan as labels; nothing where it also classifies and says that there is none.

    Parts that lie at mirrored places of both views are one lesion.
    """
    share = f"{prediction.probability:.2f}"
    said = f"model {prediction.model} {prediction.version}: probability of metastasis {share}"
    notes = [f"{said}, threshold {prediction.threshold:g}, trained on {prediction.training_data}"]
    shapes = {view.name: view.counts.shape for view in scan.views}
    drawn: list[Region] = []
    if prediction.call or not classifies:
        masks = _masks(prediction.planes.get(METASTASIS, {}), shapes)
        drawn = _linked(_parts(masks, METASTASIS), shapes)
    elif any(mask.any() for mask in _masks(prediction.planes.get(METASTASIS, {}), shapes).values()):
        notes.append("the model drew foci but called the scan normal: the foci are left out")
    drawn += _parts(_masks(prediction.planes.get(BLADDER, {}), shapes), BLADDER)
    accepted = tuple(replace(region, source=Source.AI_ACCEPTED) for region in drawn)
    annotation = Annotation(scan.case, f"{prediction.model} {prediction.version}", accepted)
    return LabelSet(annotation, sizes_of(scan), notes=tuple(notes))


def _drawing(name: str) -> InstalledModel:
    """The model of that name, or the first that draws; raises AppError when it draws no lesions."""
    if name:
        model = find_model(name)
        if METASTASIS not in model.planes:
            raise AppError(
                f"Model {model.identity} says whether there is metastasis, not where.",
                "Choose a model that draws lesions, or give --masks LABELS.",
            )
        return model
    drawing = [model for model in installed_models() if METASTASIS in model.planes]
    if not drawing:
        raise AppError("No installed model draws lesions.", "Give --masks LABELS.")
    return next((model for model in drawing if model.default), drawing[0])


def _masks(
    planes: Mapping[ViewName, np.ndarray], shapes: Mapping[ViewName, tuple[int, ...]]
) -> dict[ViewName, Mask]:
    return {view: planes[view] >= DRAWN for view in shapes if view in planes}


def _parts(masks: Mapping[ViewName, Mask], label: str) -> list[Region]:
    """One lesion for each connected part of some size."""
    from scipy import ndimage

    found: list[Region] = []
    for view, mask in masks.items():
        parts, _ = ndimage.label(mask, structure=np.ones((3, 3)))
        large = np.flatnonzero(np.bincount(parts.ravel())[1:] >= LEAST_PIXELS) + 1
        found += lesions_of(np.isin(parts, large), view, label)
    return found


def _linked(regions: list[Region], shapes: Mapping[ViewName, tuple[int, ...]]) -> list[Region]:
    """The regions, those of the posterior view joined to the lesion in front whose mirror image they meet."""
    front, back = ViewName.ANTERIOR, ViewName.POSTERIOR
    if front not in shapes or shapes.get(back) != shapes[front]:
        return regions
    shape = (shapes[front][0], shapes[front][1])
    numbers = np.zeros(shape, np.int64)
    lesions = list(dict.fromkeys(region.lesion for region in regions if region.view is front))
    for number, lesion in enumerate(lesions, start=1):
        numbers[union([each for each in regions if each.lesion == lesion], shape)] = number
    linked: dict[str, str] = {}
    for lesion in dict.fromkeys(region.lesion for region in regions if region.view is back):
        mask = union([each for each in regions if each.lesion == lesion], shape)[:, ::-1]
        rows, cols = np.nonzero(mask)
        window = (
            slice(max(int(rows.min()) - _REACH, 0), int(rows.max()) + _REACH + 1),
            slice(max(int(cols.min()) - _REACH, 0), int(cols.max()) + _REACH + 1),
        )
        near = numbers[window][numbers[window] > 0]
        if near.size:
            linked[lesion] = lesions[int(np.bincount(near).argmax()) - 1]
    return [replace(each, lesion=linked.get(each.lesion, each.lesion)) for each in regions]
