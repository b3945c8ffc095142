"""What a model draws on a scan, as labels: outlines of metastases, benign findings and bladder; no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.drawn import LEAST_PIXELS, linked, regions_of
from app.annotation.label_set import LabelSet, MadeBy, sizes_of
from app.annotation.region import Region
from app.errors import AppError
from app.learning.frame import Floats
from app.learning.prediction import Prediction
from app.learning.weights import InstalledModel, find_model, installed_models
from app.quantification.bone_atlas import suggest
from app.quantification.lesion_statistics import ViewReference
from app.scan.scan import Scan, ViewName
from app.wording import counted

BENIGN = "benign"
CLASSES: Mapping[str, str] = {METASTASIS: METASTASIS, BENIGN: "other benign", BLADDER: BLADDER}
"""Planes of nets, and the class that their regions get."""
DRAWN = 0.5
"""Probability from which a pixel counts as drawn, where the registry says nothing else."""
_THRESHOLDS = "drawn_thresholds"


def drawing_model(name: str = "") -> InstalledModel:
    """The model of that name, else the default or first one that draws metastases; AppError without one."""
    if name:
        model = find_model(name)
        if METASTASIS not in model.planes:
            raise AppError(
                f"Model {model.identity} says whether there is metastasis, not where.",
                "Choose a model that draws lesions; `scintiread models list` shows them.",
            )
        return model
    drawing = [model for model in installed_models() if METASTASIS in model.planes]
    if not drawing:
        raise AppError("No installed model draws lesions.", "Add one with `scintiread models add RUN`.")
    return next((model for model in drawing if model.default), drawing[0])


def drawn_threshold(model: InstalledModel, plane: str = METASTASIS) -> float:
    """The probability from which the model draws a plane, from the registry's facts, else a half."""
    told = model.facts.get(_THRESHOLDS)
    value = told.get(plane) if isinstance(told, Mapping) else None
    return float(value) if isinstance(value, int | float) and 0 < value < 1 else DRAWN


def made_by(model: InstalledModel) -> MadeBy:
    """The model as label files name it."""
    return MadeBy(model.who, drawn_threshold(model))


def segmented(
    prediction: Prediction,
    scan: Scan,
    model: InstalledModel,
    *,
    gated: bool = False,
    least_pixels: int = LEAST_PIXELS,
    bones: bool = True,
) -> LabelSet:
    """What the model drew, a region for each connected part; foci at mirrored places are one lesion.

    `gated`: metastases are left out, and it is noted, where a model that also classifies calls the scan
    normal. `bones`: suggest the bone under each focus. Pixels that two planes claim go to the likelier one.
    """
    share = f"{prediction.probability:.2f}"
    who = model.who
    notes = [
        f"model {who.title}: probability of metastasis {share}, threshold "
        f"{prediction.threshold:g}, trained on {who.training_data}",
        *prediction.doubts,
    ]
    regions: list[Region] = []
    withheld: tuple[Region, ...] = ()
    for plane, label in CLASSES.items():
        drawn: list[Region] = []
        for view, probability in _likeliest(prediction.planes, plane).items():
            level = drawn_threshold(model, plane)
            drawn += regions_of(probability, view, label, level, least_pixels)
        if plane == METASTASIS and drawn and gated and model.classifies and not prediction.call:
            withheld = tuple(linked(drawn, sizes_of(scan)))
            foci = counted(len({region.lesion for region in withheld}), "focus", "foci")
            notes.append(
                f"the model contradicts itself: it called the scan normal and drew {foci}, left out here"
            )
            continue
        if plane == METASTASIS and not drawn and model.classifies and prediction.call:
            notes.append("the model contradicts itself: it called the scan abnormal and drew no focus")
        regions += drawn if plane == BLADDER else linked(drawn, sizes_of(scan))
    if bones:
        regions = with_bones(regions, scan)
    annotation = Annotation(scan.case, who.title, tuple(regions))
    return LabelSet(
        annotation,
        sizes_of(scan),
        notes=tuple(notes),
        made_by=made_by(model),
        withheld=withheld,
        left_out=len({region.lesion for region in withheld}),
    )


def with_bones(regions: list[Region], scan: Scan) -> list[Region]:
    """The regions, each focus with the bone that its middle most likely lies on."""
    views = {region.view for region in regions if region.label != BLADDER and not region.bone}
    references = {view.name: ViewReference(view) for view in scan.views if view.name in views}
    named = []
    for region in regions:
        reference = references.get(region.view)
        if reference is not None and region.label != BLADDER and not region.bone:
            x, y = region.vertices.mean(axis=0)
            bone = suggest(region.view, reference.body, reference.axis, float(x), float(y))
            region = replace(region, bone=bone.title if bone else "", bone_suggested=bone is not None)
        named.append(region)
    return named


def _likeliest(planes: Mapping[str, Mapping[ViewName, Floats]], plane: str) -> dict[ViewName, Floats]:
    """A plane's probabilities, 0 where metastasis and benign finding both claim and the other is likelier."""
    rival = {METASTASIS: BENIGN, BENIGN: METASTASIS}.get(plane, "")
    made = {}
    for view, own in planes.get(plane, {}).items():
        other = planes.get(rival, {}).get(view)
        if other is not None:
            wins = own >= other if plane == METASTASIS else own > other
            own = np.where(wins, own, np.float32(0))
        made[view] = own
    return made
