"""A cohort to train on: a simulated one, or any folder with scans and `truth.csv`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.bounded import json_in
from app.errors import AppError
from app.learning.dataset import CaseFile, CohortFiles
from app.progress import Progress
from app.scan.class_words import class_by_folder
from app.study.truth import CaseTruth, read_truth
from app.tables.ids import cause
from app.wording import counted
from app.workflows.scans.library import find_scans
from app.workflows.training.labels import FoundLabels, find_labels

LABELS = "labels"


def open_cohort(path: Path, progress: Progress | None = None, classes_by_folder: bool = False) -> CohortFiles:
    """The cases of a simulated cohort, or of a folder with `truth.csv` (`case,patient,truth`) and scans.

    Scans are searched in `scans` or else beside the table, labels of any format in `labels`. Raises AppError
    for truth of absent scans, for scans without truth, and for labels of other cases, naming the first.
    With `classes_by_folder` there is no table: the nearest folder that names a class is the truth
    ("metastasis", "normal").
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
    cases = tuple(
        CaseFile(case, truth.more.get("patient", ""), truth.truth, files[case])
        for case, truth in truths.items()
    )
    return CohortFiles(path.name, _labelled(cases, path), bool(manifest), _facts(manifest))


def _labelled(cases: tuple[CaseFile, ...], path: Path) -> tuple[CaseFile, ...]:
    """The cases with their labels; raises AppError where there are labels and none is of one of them."""
    labels, none = find_labels(path / LABELS), FoundLabels("", ())
    found = [labels.get(case.case, none) for case in cases]
    if labels and not any(each.files for each in found):
        raise AppError(
            f"labels of {path.name} holds {counted(len(labels), 'case')}, the first is {min(labels)}, and "
            "none of them is a case of the cohort.",
            "Name the label files as the cases.",
        )
    return tuple(
        replace(case, labels=each.files, label_format=each.format)
        for case, each in zip(cases, found, strict=True)
    )


def _manifest(path: Path) -> dict[str, object]:
    try:
        told = json_in((path / "cohort.json").read_text(encoding="utf-8"))
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
    inside = [path / "scans"] if (path / "scans").is_dir() else _beside_labels(path)
    rows = find_scans(inside, progress, decode=False).rows
    return {row.case: row.files for row in rows if not row.reason}


def _beside_labels(path: Path) -> list[Path]:
    """What lies in a folder but labels: masks are no scans."""
    return [each for each in sorted(path.iterdir()) if each.name != LABELS]


def _classed(path: Path, progress: Progress | None) -> tuple[CaseFile, ...]:
    """The scans below a folder with the class that their folders name, in the order of their codes."""
    rows = [row for row in find_scans(_beside_labels(path), progress, decode=False).rows if row.usable]
    classes = {row.case: class_by_folder(row.files[0].relative_to(path).parent.parts) for row in rows}
    untold = next((row for row in rows if classes[row.case] is None), None)
    if untold is not None or len(set(classes.values())) < 2:
        named = f"{untold.files[0].name} lies in no folder that names a class" if untold else ""
        what = named or f"{path.name} has no two folders that name classes"
        raise AppError(f"{what}.", "Name them, for example, metastasis and normal.")
    cases = tuple(
        CaseFile(row.case, "", bool(classes[row.case]), row.files)
        for row in sorted(rows, key=lambda each: each.case)
    )
    return _labelled(cases, path)


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
