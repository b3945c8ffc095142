"""The labels of a cohort: found in every format that is known, counted, and read as maps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.formats import FORMATS, format_named
from app.annotation.formats.simulator_labels import SIMULATOR
from app.annotation.geometry import to_mask
from app.annotation.label_codes import FindingCode, OrganCode
from app.annotation.label_set import LabelSet
from app.errors import AppError
from app.learning.dataset import CaseFile, CohortFiles, LabelReader
from app.learning.recipe import LabelMaps, Recipe
from app.scan.npz import opened_npz
from app.scan.scan import Scan, ViewName
from app.wording import counted
from app.workflows.annotation.counted_labels import counted_labels
from app.workflows.annotation.labels import read_labels

ALLOW = "--allow-missing-masks"
_VIEWS = (ViewName.ANTERIOR, ViewName.POSTERIOR)
_BENIGN = frozenset({"degenerative", "fracture", "other benign", "equivocal"})


@dataclass(frozen=True)
class FoundLabels:
    """The label files of one case and the name of their format."""

    format: str
    files: tuple[Path, ...]


def find_labels(folder: Path) -> dict[str, FoundLabels]:
    """The labels in a folder by case, of whatever format; of several formats the first known one.

    Empty where there is no such folder. Raises AppError for a folder in which no file is one of labels.
    """
    if not folder.is_dir():
        return {}
    found: dict[str, FoundLabels] = {}
    for each in FORMATS:
        for case, files in each.cases(folder).items():
            found.setdefault(case, FoundLabels(each.name, files))
    if not found and any(file.is_file() and not file.name.startswith(".") for file in folder.rglob("*")):
        known = ", ".join(dict.fromkeys(each.title for each in FORMATS))
        raise AppError(
            f"{folder.parent.name}/{folder.name} holds files, and none is one of labels.",
            f"Known are: {known}.",
        )
    return found


def check_masks(recipe: Recipe, cohort: CohortFiles, allowed: bool) -> tuple[CohortFiles, tuple[str, ...]]:
    """The cohort as a recipe can use its masks, and what is to be said of them.

    A healthy scan needs no mask: there is nothing to draw. A diseased one without a mask is refused, unless
    `allowed`: then it trains nothing (`CaseFile.drawn` is False); where no scan has a mask, a recipe that can
    learns from the truth alone. Raises AppError that counts them.
    """
    if not recipe.planes:
        return cohort, ()
    own = [case for case in cohort.cases if case.only != "test"]  # who only tests needs no mask
    ill = [case for case in own if case.truth]
    without = [case.case for case in ill if not case.labels]
    if without and not allowed:
        raise AppError(
            f"{counted(len(without), 'diseased scan')} of {len(ill)} in {cohort.name} "
            f"{'has' if len(without) == 1 else 'have'} no mask in labels, the first is {without[0]}; "
            f"{recipe.name} learns from drawn lesions.",
            f"Add the masks, or go on without: {ALLOW}.",
        )
    labelled = [case for case in own if case.labels]
    kinds = ", ".join(sorted({format_named(case.label_format).title for case in labelled}))
    said = [f"Masks of {len(labelled)} of {counted(len(own), 'scan')}" + (f" ({kinds})." if kinds else ".")]
    healthy = sum(not case.truth and not case.labels for case in own)
    if labelled and healthy:
        said.append(f"{counted(healthy, 'healthy scan')} without a mask: nothing is to be drawn there.")
    if without:
        how = "validate and test at most" if labelled else "train by their truth alone"
        said.append(f"{counted(len(without), 'diseased scan')} without a mask: they {how}.")
    known = tuple(replace(case, drawn=bool(case.labels) or not case.truth) for case in cohort.cases)
    cohort = replace(cohort, facts=(*cohort.facts, ("masks", " ".join(said))))
    return (replace(cohort, cases=known) if labelled else cohort), tuple(said)


def label_maps(case: CaseFile, scan: Scan) -> LabelMaps:
    """The labels of a case as maps: arrays of a simulated cohort as they are, drawn regions filled.

    Without labels, nothing is drawn.
    """
    if not case.labels:
        empty = {view.name: np.zeros(view.counts.shape, np.uint8) for view in scan.views}
        return LabelMaps(empty, empty)
    if case.label_format == SIMULATOR.name:
        return _simulated_maps(case.labels[0], scan)
    return drawn_maps(read_labels(format_named(case.label_format), case.case, case.labels, scan), scan)


def label_reader(recipe: Recipe) -> LabelReader:
    """What reads the labels of a cohort for a recipe: with bones where it learns from them."""
    return label_maps_with_bones if getattr(recipe, "reads_bones", False) else label_maps


def label_maps_with_bones(case: CaseFile, scan: Scan) -> LabelMaps:
    """As `label_maps`, with bones: those of the labels, else fitted; one that a person named holds.

    Labels are counted as for a report: a lesion is of one class.
    """
    if not case.labels or case.label_format == SIMULATOR.name:
        return label_maps(case, scan)
    labels = read_labels(format_named(case.label_format), case.case, case.labels, scan)
    return drawn_maps(counted_labels(scan, labels), scan)


def drawn_maps(labels: LabelSet, scan: Scan) -> LabelMaps:
    """Drawn regions as label maps: metastasis, other benign, and the bladder."""
    lesion, organ = {}, {}
    for view in scan.views:
        shape = view.counts.shape
        classes = np.zeros(shape, np.uint8)
        organs = np.zeros(shape, np.uint8)
        for region in labels.annotation.on(view.name):
            if region.is_point:
                continue
            inside = to_mask(region.vertices, shape)
            if region.label == BLADDER:
                organs[inside] = OrganCode.BLADDER
            elif region.label == METASTASIS:
                classes[inside] = FindingCode.METASTASIS
            elif region.label in _BENIGN:
                classes[inside & (classes != FindingCode.METASTASIS)] = FindingCode.OTHER_BENIGN
        lesion[view.name], organ[view.name] = classes, organs
    return LabelMaps(lesion, organ, labels.bones)


def _simulated_maps(path: Path, scan: Scan) -> LabelMaps:
    try:
        with opened_npz(path) as archive:
            maps = {name: np.asarray(archive[name], np.uint8) for name in ("lesion", "organ", "region")}
    except (OSError, KeyError, ValueError) as error:
        raise AppError(f"{path.name} holds no label maps.", "It needs lesion, organ and region.") from error
    for name, planes in maps.items():
        sizes = {view.counts.shape for view in scan.views}
        if planes.ndim != 3 or len(planes) != 2 or {planes.shape[1:]} != sizes:
            raise AppError(
                f"The map “{name}” of {path.name} is {planes.shape}, the images of {scan.case} are {sizes}.",
                "Use the labels of this cohort.",
            )
    by_view = {name: dict(zip(_VIEWS, planes, strict=True)) for name, planes in maps.items()}
    return LabelMaps(by_view["lesion"], by_view["organ"], by_view["region"])
