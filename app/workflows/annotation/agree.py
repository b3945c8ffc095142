"""Compare the annotations of two or more people, and write what they agree on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.agreement.consensus import AgreedLesion, consensus, told_of
from app.annotation.agreement.fleiss import fleiss_kappa
from app.annotation.agreement.overlap import overlap
from app.annotation.agreement.staple import staple
from app.annotation.annotation import Annotation
from app.annotation.class_names import ClassNames, class_names
from app.annotation.classes import METASTASIS
from app.annotation.formats import recognised
from app.annotation.formats.files import json_bytes
from app.annotation.formats.format import Beside
from app.annotation.formats.native import NATIVE
from app.annotation.formats.pictures import png_bytes
from app.annotation.geometry import Mask
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask
from app.annotation.taken_over import taken_over
from app.errors import AppError
from app.files import csv_text, write_whole
from app.progress import NoProgress, Progress, one_by_one
from app.scan.scan import ViewName
from app.wording import counted
from app.workflows.annotation.convert import row_of
from app.workflows.annotation.folder_classes import classes_kept
from app.workflows.annotation.pixel_sizes import beside, pixel_sizes, scans_of
from app.workflows.scans.library import load_scan

Row = dict[str, Any]
PAIR_COLUMNS = (
    "case", "class", "view", "a", "b", "dice", "iou", "f1", "lesions_a", "lesions_b", "found_a", "found_b",
    "hausdorff_95", "distance_unit", "pixels_a", "pixels_b",
)  # fmt: skip
GROUP_COLUMNS = (
    "case",
    "class",
    "view",
    "fleiss_kappa",
    "consensus_pixels",
    "person",
    "sensitivity",
    "specificity",
)


LESION_COLUMNS = ("case", "class", "bone", "view", "x", "y", "seen_by", "votes", "in_consensus")


@dataclass(frozen=True)
class MasksAgreement:
    """The files that were written, the result in lines for people, and what was left out."""

    files: tuple[Path, ...]
    lines: tuple[str, ...]
    notes: tuple[str, ...]


def agree(
    sources: Sequence[Path],
    out: Path,
    *,
    names: Sequence[str] = (),
    classes: ClassNames | None = None,
    spacing_mm: float | None = None,
    scans: Path | None = None,
    progress: Progress | None = None,
) -> MasksAgreement:
    """Compare people, one file or folder each, on the cases that all of them have.

    Distances are in mm where `spacing_mm` says the size of a pixel, or the files of all cases in `scans` do;
    annotations that lie beside their scans are measured by these.

    Writes agreement_pairs.csv, agreement_group.csv, agreement_lesions.csv, agreement.json and a consensus
    mask for each case, class and view: of metastasis also where nobody drew any. Raises AppError when there
    are fewer than two people or no common case.
    """
    progress, classes = progress or NoProgress(), classes or class_names()
    kept = next((table for source in sources if (table := classes_kept(source)) is not None), None)
    if kept is not None:
        classes = classes.on(kept)
    if len(sources) < 2:
        raise AppError("Agreement needs at least two people.", "Name a folder for each of them.")
    people = tuple(names) or _names(sources)
    if len(people) != len(sources) or len(set(people)) != len(people):
        raise AppError("Every person needs a name of its own.", "Use --names R1,R2 with one for each folder.")
    found = [recognised(source) for source in sources]
    common = [case for case in found[0][1] if all(case in cases for _, cases in found)]
    partly = sorted({case for _, cases in found for case in cases} - set(common))
    notes = []
    for case in partly:
        without = [person for person, (_, cases) in zip(people, found, strict=True) if case not in cases]
        notes.append(f"{case} is not there for {', '.join(without)}.")
    if not common:
        raise AppError("These people have no case in common.", "Cases are matched by their names.")
    rows = scans_of(scans or beside(sources))
    sizes_mm, told_of_sizes = pixel_sizes(common, rows, spacing_mm)
    notes += told_of_sizes
    foreign = any(reader is not NATIVE for reader, _ in found)  # may be drawn on whole pictures
    pairs: list[Row] = []
    group: list[Row] = []
    lesions: list[Row] = []
    told: list[str] = []
    files: list[Path] = []
    for case in one_by_one(common, progress, "Case"):
        try:
            row = row_of(case, rows) if foreign else None
            known = Beside(load_scan(row) if row is not None else None)
            labels = [taken_over(reader.read(case, cases[case], known), classes) for reader, cases in found]
            sizes = {view: size for each in labels for view, size in each.sizes.items()}
            drawn = {person: each.annotation for person, each in zip(people, labels, strict=True)}
            agreed = consensus(drawn, sizes, classes.table)
            lesions += [_lesion(case, lesion) for lesion in agreed]
            told += [f"{case}: {sentence}" for sentence in told_of(agreed)]
            together = Annotation(case, "", tuple(region for lesion in agreed for region in lesion.regions))
            for label, view, masks in _masks(labels):
                pairs += _pairs(case, label, view, people, masks, sizes_mm.get(case))
                mask = label_mask(together, view, label, masks[0].shape)
                group += _group(case, label, view, people, masks, mask)
                path = out / "consensus" / re.sub(r"[^\w-]+", "_", label) / f"{case}_{view.value}.png"
                write_whole(path, png_bytes(np.where(mask, np.uint8(255), np.uint8(0))))
                files.append(path)
        except AppError as error:
            notes.append(f"{case}: {error}")
    compared = list(dict.fromkeys(row["case"] for row in pairs))
    summary = _summary(people, pairs, group, compared)
    for name, content in (
        ("agreement_pairs.csv", _csv(PAIR_COLUMNS, pairs)),
        ("agreement_group.csv", _csv(GROUP_COLUMNS, group)),
        ("agreement_lesions.csv", _csv(LESION_COLUMNS, lesions)),
        ("agreement.json", json_bytes({"people": list(people), "cases": common, "classes": summary})),
    ):
        write_whole(out / name, content)
        files.append(out / name)
    progress.report(1.0, f"{counted(len(common), 'case')} compared")
    return MasksAgreement(tuple(files), (*_lines(summary), *told), tuple(notes))


def _names(sources: Sequence[Path]) -> tuple[str, ...]:
    stems = [source.stem for source in sources]
    return tuple(
        stem if stems.count(stem) == 1 else f"{source.parent.name}/{stem}"
        for stem, source in zip(stems, sources, strict=True)
    )


def _masks(labels: Sequence[LabelSet]) -> Iterator[tuple[str, ViewName, list[Mask]]]:
    """Everybody's mask of each class that anybody used there; of metastasis also where nobody drew any."""
    used = dict.fromkeys(region.label for each in labels for region in each.annotation.regions)
    classes = dict.fromkeys((METASTASIS, *used))
    for view in ViewName:
        shapes = {each.shape(view) for each in labels if view in each.sizes}
        if len(shapes) > 1:
            raise AppError(
                f"the {view.value} view has another size for each person.", "Compare the same scans."
            )
        for shape in shapes:
            for label in classes:
                masks = [label_mask(each.annotation, view, label, shape) for each in labels]
                if label not in used or any(mask.any() for mask in masks):
                    yield label, view, masks


def _pairs(
    case: str,
    label: str,
    view: ViewName,
    people: Sequence[str],
    masks: Sequence[Mask],
    spacing_mm: tuple[float, float] | None,
) -> Iterator[Row]:
    for a, b in combinations(range(len(people)), 2):
        found = overlap(masks[a], masks[b], spacing_mm or (1.0, 1.0))
        yield {
            "case": case, "class": label, "view": view.value, "a": people[a], "b": people[b],
            "dice": found.dice, "iou": found.iou, "f1": found.f1, "lesions_a": found.lesions_a,
            "lesions_b": found.lesions_b, "found_a": found.found_a, "found_b": found.found_b,
            "hausdorff_95": found.hausdorff_95, "distance_unit": "mm" if spacing_mm else "pixel",
            "pixels_a": found.pixels_a, "pixels_b": found.pixels_b,
        }  # fmt: skip


def _group(
    case: str, label: str, view: ViewName, people: Sequence[str], masks: Sequence[Mask], agreed: Mask
) -> list[Row]:
    """A row for each person; nothing but the number of pixels is known where nobody drew anything."""
    met, nothing = staple(masks), (None,) * len(people)
    shared = {
        "case": case, "class": label, "view": view.value, "fleiss_kappa": fleiss_kappa(masks),
        "consensus_pixels": int(agreed.sum()),
    }  # fmt: skip
    return [
        {**shared, "person": person, "sensitivity": sensitivity, "specificity": specificity}
        for person, sensitivity, specificity in zip(
            people, met.sensitivity if met else nothing, met.specificity if met else nothing, strict=True
        )
    ]


def _lesion(case: str, lesion: AgreedLesion) -> Row:
    x, y = lesion.place.vertices.mean(axis=0)
    return {
        "case": case, "class": lesion.label, "bone": lesion.bone, "view": lesion.place.view.value,
        "x": round(float(x), 1), "y": round(float(y), 1), "seen_by": " ".join(lesion.seen_by),
        "votes": ", ".join(f"{label} {number}" for label, number in lesion.votes.items()),
        "in_consensus": int(bool(lesion.regions)),
    }  # fmt: skip


def _presence(people: Sequence[str], pairs: Sequence[Row], cases: Sequence[str]) -> Row:
    """In how many cases all or none drew something of a class, and Fleiss' kappa over the cases."""
    place = {case: number for number, case in enumerate(cases)}
    there = {person: np.zeros(len(cases), np.bool_) for person in people}
    for row in pairs:
        for who, pixels in (("a", "pixels_a"), ("b", "pixels_b")):
            there[row[who]][place[row["case"]]] |= row[pixels] > 0
    votes = np.sum(list(there.values()), axis=0)
    return {
        "cases": len(cases),
        "cases_alike": int(((votes == 0) | (votes == len(people))).sum()),
        "cases_kappa": fleiss_kappa(list(there.values())) if cases else None,
    }


def _summary(
    people: Sequence[str], pairs: Sequence[Row], group: Sequence[Row], cases: Sequence[str]
) -> dict[str, Row]:
    """Means over cases and views for each class; F1 from the sums, as lesions are few in a case."""
    summary: dict[str, Row] = {}
    for label in dict.fromkeys(row["class"] for row in pairs):
        mine = [row for row in pairs if row["class"] == label]
        of_group = [row for row in group if row["class"] == label]
        lesions = sum(row["lesions_a"] + row["lesions_b"] for row in mine)
        summary[label] = {
            "images": len({(row["case"], row["view"]) for row in mine if row["pixels_a"] or row["pixels_b"]}),
            **_presence(people, mine, cases),
            "dice": _mean(row["dice"] for row in mine),
            "iou": _mean(row["iou"] for row in mine),
            "f1": sum(row["found_a"] + row["found_b"] for row in mine) / lesions if lesions else None,
            "hausdorff_95": _mean(row["hausdorff_95"] for row in mine),
            "distance_unit": mine[0]["distance_unit"],
            "fleiss_kappa": _mean(row["fleiss_kappa"] for row in of_group if row["person"] == people[0]),
            "sensitivity": {
                person: _mean(row["sensitivity"] for row in of_group if row["person"] == person)
                for person in people
            },
        }
    return summary


def _mean(values: Iterator[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    return csv_text([columns, *([row[name] for name in columns] for row in rows)]).encode()


def _lines(summary: dict[str, Row]) -> Iterator[str]:
    for label, row in summary.items():
        named = {
            "dice": "Dice",
            "iou": "IoU",
            "f1": "lesion F1",
            "hausdorff_95": f"Hausdorff 95 ({row['distance_unit']})",
            "fleiss_kappa": "Fleiss kappa",
        }
        values = [
            f"{name} —" if row[key] is None else f"{name} {row[key]:.3f}" for key, name in named.items()
        ]
        alike = f"{row['cases_alike']} of {row['cases']} cases alike in whether there is any"
        yield f"{label} ({row['images']} images): {', '.join(values)}; {alike}"
