"""What a label file holds as this program means it: on the scan's images and by the table's classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from app.annotation.class_names import ClassNames
from app.annotation.drawn import linked
from app.annotation.label_set import NOT_TOLD, LabelSet, check_sizes, sizes_of
from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import Scan
from app.wording import counted

_BEYOND = 1.0
"""Pixels by which an outline may run beyond the picture without a word."""


def taken_over(labels: LabelSet, names: ClassNames, scan: Scan | None = None) -> LabelSet:
    """The labels as they are used; whatever that changes or leaves out stands in the notes.

    Sizes that the file does not tell are those of the scan, classes get the table's names, outlines outside
    the picture are left out, and where the file does not say what is one lesion, regions at mirrored places
    of both views are one. Raises AppError when the labels do not fit the scan or no image size is known.
    """
    return replace(_linked(_inside(_named(_sized(labels, scan), names))), table=names.table)


def check_complete(labels: LabelSet) -> None:
    """Raise AppError where nothing counts as metastasis, and regions are left out or of an unknown class.

    Whoever counts these labels would otherwise call a scan free of disease that somebody has marked.
    """
    classes = labels.classes
    if not labels.left_out or any(classes.of(each.label).metastatic for each in labels.annotation.regions):
        return
    drawn = counted(labels.left_out, "region was drawn", "regions were drawn")
    raise AppError(
        f"No lesion of {labels.case} can be counted, though {drawn}: "
        f"{'; '.join(note.rstrip('.') for note in labels.notes)}.",
        "Correct the labels, or say what their classes mean: on the Annotate page under Names of classes, or "
        'with --classes map.toml and lines such as "hot spot" = "metastasis".',
    )


def _sized(labels: LabelSet, scan: Scan | None) -> LabelSet:
    if scan is not None:
        check_sizes(labels, scan)
    there = sizes_of(scan) if scan is not None else {}
    sizes = {view: there.get(view, size) if size == NOT_TOLD else size for view, size in labels.sizes.items()}
    if NOT_TOLD in sizes.values():
        raise AppError(
            f"The labels of {labels.case} do not tell the size of their images.",
            "Name the scans too: --scans SCANS.",
        )
    return replace(labels, sizes=sizes)


def _named(labels: LabelSet, names: ClassNames) -> LabelSet:
    """The classes by the names of the table, with notes on names from elsewhere and on unknown ones."""
    regions = [replace(region, label=names.of(region.label)) for region in labels.annotation.regions]
    strange = [region.label for region in regions if names.table.unknown([region.label])]
    read_as = Counter(
        (was.label, now.label)
        for was, now in zip(labels.annotation.regions, regions, strict=True)
        if was.label != now.label and not names.is_spelling(was.label)
    )
    notes = [
        f"{counted(number, 'region')} called “{theirs}” read as {ours}"
        for (theirs, ours), number in read_as.items()
    ]
    if strange:
        notes.append(
            f"classes that the table does not have, which count as nothing: {names.table.unknown(strange)}"
        )
    return replace(_with(labels, regions, notes), left_out=labels.left_out + len(strange))


def _inside(labels: LabelSet) -> LabelSet:
    """Without what lies outside the picture, which is named, as is what runs beyond it."""
    kept, notes = [], []
    for region in labels.annotation.regions:
        columns, rows = labels.sizes.get(region.view, NOT_TOLD)
        (left, top), (right, bottom) = region.vertices.min(axis=0), region.vertices.max(axis=0)
        what = f"{region.label} at ({left:.0f}, {top:.0f}) on the {region.view.value} view"
        if left > columns or top > rows or right < 0 or bottom < 0:
            notes.append(f"{what} is left out: it lies outside the picture of {columns} × {rows} pixels")
            continue
        if min(left, top) < -_BEYOND or right > columns + _BEYOND or bottom > rows + _BEYOND:
            notes.append(f"{what} runs beyond the picture: what is outside does not count")
        kept.append(region)
    gone = len(labels.annotation.regions) - len(kept)
    return replace(_with(labels, kept, notes), left_out=labels.left_out + gone)


def _linked(labels: LabelSet) -> LabelSet:
    """Opposite regions as one lesion, where the file has no word for lesions."""
    if labels.links:
        return labels
    regions = linked(labels.annotation.regions, labels.sizes)
    number = len({region.lesion for region in labels.annotation.regions}) - len(
        {region.lesion for region in regions}
    )
    note = (
        f"{counted(number, 'region lies', 'regions lie')} opposite another of the same class on the other "
        "view and count as one lesion with it: the file does not say which regions belong together"
    )
    return _with(labels, regions, [note] if number else [])


def _with(labels: LabelSet, regions: Iterable[Region], notes: Iterable[str]) -> LabelSet:
    annotation = replace(labels.annotation, regions=tuple(regions))
    return replace(labels, annotation=annotation, notes=(*labels.notes, *notes))
