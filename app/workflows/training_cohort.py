"""A cohort to train on: a simulated one, or any folder with scans and `truth.csv`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from app.annotation.geometry import to_mask
from app.annotation.label_set import LabelSet
from app.errors import AppError
from app.learning.dataset import CaseFile, CohortFiles
from app.learning.recipe import LabelMaps
from app.progress import Progress
from app.scan.class_words import class_by_folder
from app.scan.scan import Scan, ViewName
from app.study.truth import CaseTruth, read_truth
from app.tables.ids import cause
from app.wording import counted
from app.workflows.labels import labels_of
from app.workflows.scan_library import find_scans

_VIEWS = (ViewName.ANTERIOR, ViewName.POSTERIOR)
_METASTASIS, _OTHER_BENIGN, _BLADDER = 1, 4, 4
"""Codes of simulated label maps, which drawn regions are translated into."""
_BENIGN = frozenset({"degenerative", "fracture", "other benign", "equivocal"})


def open_cohort(path: Path, progress: Progress | None = None, classes_by_folder: bool = False) -> CohortFiles:
    """The cases of a simulated cohort, or of a folder with `truth.csv` (`case,patient,truth`) and scans.

    Scans are searched in `scans`, labels in `labels`, or else beside the table. Raises AppError for truth of
    absent scans and for scans without truth, naming the first. With `classes_by_folder` there is no table:
    the nearest folder that names a class is the truth ("metastasis", "normal"), each scan another patient's.
    """
    if classes_by_folder:
        return CohortFiles(path.name, _classed(path, progress), simulated=False)
    table = path / "truth.csv"
    if not table.is_file():
        raise AppError(f"{path.name} has no truth.csv.", "It needs one with the columns case,patient,truth.")
    truths = read_truth(table)
    manifest = _manifest(path)
    files = _simulated_files(path, truths) if manifest else _found_files(path, progress)
    _check_agreement(path.name, set(truths), set(files))
    labels = _label_files(path)
    cases = tuple(
        CaseFile(case, truth.more.get("patient") or case, truth.truth, files[case], labels.get(case))
        for case, truth in truths.items()
    )
    return CohortFiles(path.name, cases, bool(manifest), _facts(manifest))


def label_maps(case: CaseFile, scan: Scan) -> LabelMaps:
    """The labels of a case as maps: arrays of a simulated cohort as they are, drawn regions filled."""
    if case.labels is None:
        raise AppError(f"{case.case} has no labels.", "Give labels for every case, or for none.")
    if case.labels.suffix == ".npz":
        return _simulated_maps(case.labels, scan)
    return drawn_maps(labels_of(scan, case.labels), scan)


def drawn_maps(labels: LabelSet, scan: Scan) -> LabelMaps:
    """Drawn regions as label maps: 1 metastasis, 4 benign; the bladder as organ 4."""
    lesion, organ = {}, {}
    for view in scan.views:
        shape = view.counts.shape
        classes = np.zeros(shape, np.uint8)
        organs = np.zeros(shape, np.uint8)
        for region in labels.annotation.on(view.name):
            if region.is_point:
                continue
            inside = to_mask(region.vertices, shape)
            if region.label == "bladder":
                organs[inside] = _BLADDER
            elif region.label == "metastasis":
                classes[inside] = _METASTASIS
            elif region.label in _BENIGN:
                classes[inside & (classes != _METASTASIS)] = _OTHER_BENIGN
        lesion[view.name], organ[view.name] = classes, organs
    return LabelMaps(lesion, organ, labels.bones)


def _simulated_maps(path: Path, scan: Scan) -> LabelMaps:
    try:
        with np.load(path, allow_pickle=False) as archive:
            maps = {name: np.asarray(archive[name], np.uint8) for name in ("lesion", "organ", "region")}
    except (OSError, KeyError, ValueError, BadZipFile, EOFError) as error:
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


def _manifest(path: Path) -> dict[str, object]:
    try:
        told = json.loads((path / "cohort.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise AppError(f"cohort.json of {path.name} cannot be read.", "Simulate the cohort again.") from error
    return told if isinstance(told, dict) else {}


def _facts(manifest: dict[str, object]) -> tuple[tuple[str, str], ...]:
    names = ("simulator_version", "seed", "scans", "preset", "difficulty")
    return tuple((name, json.dumps(manifest[name])) for name in names if name in manifest)


def _simulated_files(path: Path, truths: Mapping[str, CaseTruth]) -> dict[str, tuple[Path, ...]]:
    there = {file.stem: (file,) for file in sorted((path / "scans").glob("*.dcm"))}
    return {case: there[case] for case in truths if case in there}


def _found_files(path: Path, progress: Progress | None) -> dict[str, tuple[Path, ...]]:
    inside = path / "scans" if (path / "scans").is_dir() else path
    rows = find_scans(inside, progress, decode=False).rows
    return {row.case: row.files for row in rows if not row.reason}


def _classed(path: Path, progress: Progress | None) -> tuple[CaseFile, ...]:
    """The scans below a folder with the class that their folders name, in the order of their codes."""
    rows = [row for row in find_scans(path, progress, decode=False).rows if row.usable]
    classes = {row.case: class_by_folder(row.files[0].relative_to(path).parent.parts) for row in rows}
    untold = next((row for row in rows if classes[row.case] is None), None)
    if untold is not None or len(set(classes.values())) < 2:
        named = f"{untold.files[0].name} lies in no folder that names a class" if untold else ""
        what = named or f"{path.name} has no two folders that name classes"
        raise AppError(f"{what}.", "Name them, for example, metastasis and normal.")
    labels = _label_files(path)
    return tuple(
        CaseFile(row.case, row.case, bool(classes[row.case]), row.files, labels.get(row.case))
        for row in sorted(rows, key=lambda each: each.case)
    )


def _label_files(path: Path) -> dict[str, Path]:
    folder = path / "labels"
    if not folder.is_dir():
        return {}
    return {file.stem: file for file in sorted(folder.iterdir()) if not file.name.startswith(".")}


def _check_agreement(name: str, truths: set[str], scans: set[str]) -> None:
    absent, untold = sorted(truths - scans), sorted(scans - truths)
    meant = cause(absent[0], untold) if absent else ""
    if absent:
        raise AppError(
            f"truth.csv of {name} tells of {counted(len(absent), 'scan')} that {_are(absent)} not there, "
            f"the first is {absent[0]}{f', probably {meant}' if meant else ''}.",
            "Write the names as the files have them, add the scans, or take the lines out.",
        )
    if untold:
        raise AppError(
            f"{counted(len(untold), 'scan')} of {name} {_have(untold)} no line in truth.csv, the first is "
            f"{untold[0]}.",
            "Add the lines, or move the scans away.",
        )


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _have(names: list[str]) -> str:
    return "has" if len(names) == 1 else "have"
