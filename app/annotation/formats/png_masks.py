"""PNG masks, one per view: binary, three classes, or every class of the table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.classes import METASTASIS, UNKNOWN, ClassTable
from app.annotation.formats.files import damaged, files_under
from app.annotation.formats.format import Format
from app.annotation.formats.pictures import png_bytes
from app.annotation.geometry import Mask
from app.annotation.label_set import LabelSet, MadeBy, Size, made_by_from, made_by_row
from app.annotation.masks import outlines, union
from app.annotation.region import Region, RegionSource
from app.bounded import json_in
from app.files import write_whole
from app.scan.opened_picture import opened_picture
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side, without_side

_KEY = "scintiread"
_THREE = {1: "other benign", 2: METASTASIS}
"""What the levels of a three-class mask are called when they are read."""


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with one mask per view."""
    found: dict[str, list[Path]] = {}
    for each in files_under(path, ".png"):
        if named_side(each.stem) is not None and not each.with_suffix(".json").exists():
            case = without_side(each.stem).removesuffix("_mask") or each.stem
            found.setdefault(case, []).append(each)
    return {case: tuple(files) for case, files in found.items()}


def read(case: str, files: tuple[Path, ...]) -> LabelSet:
    """One case from its masks; each connected part becomes a lesion of its own.

    A mask written here says itself what its numbers are. In others {0, 255} and {0, 1} are binary, {0, 1, 2}
    and {0, 127 or 128, 255} three classes. Raises AppError for anything else.
    """
    regions: list[Region] = []
    sizes: dict[ViewName, Size] = {}
    made_by: MadeBy | None = None
    for file in files:
        view = named_side(file.stem)
        if view is None or view in sizes:
            raise damaged(file, "its name tells no view, or a view that is there already")
        numbers, names, told = _numbers(file)
        made_by = told or made_by
        sizes[view] = (numbers.shape[1], numbers.shape[0])
        for number, name in names.items():
            regions += lesions_of(numbers == number, view, name)
    if made_by is not None:
        regions = [replace(region, source=RegionSource.AI) for region in regions]
    return LabelSet(Annotation(case, "", tuple(regions)), sizes, made_by=made_by, links=False)


def lesions_of(mask: Mask, view: ViewName, label: str) -> list[Region]:
    """One lesion for each connected part of a mask, bool (rows, cols); a hole makes several regions."""
    from scipy import ndimage

    parts, number = ndimage.label(mask, structure=np.ones((3, 3)))
    found = []
    for part in range(1, number + 1):
        pieces = outlines(parts == part)
        lesion = Region(view, pieces[0]).lesion
        found += [Region(view, piece, label=label, lesion=lesion) for piece in pieces]
    return found


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:  # noqa: ARG001
    """CASE_anterior.png and CASE_posterior.png with the numbers of the class table, as colour indices."""
    table = labels.classes
    names = {each.number: each.name for each in table.classes} | {UNKNOWN.number: UNKNOWN.name}
    return _write(folder, labels, "classes", names, lambda name: table.of(name).number, table)


def write_three(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:  # noqa: ARG001
    """Masks with 0 nothing, 1 uptake that is no metastasis, 2 metastasis."""
    table = labels.classes
    return _write(folder, labels, "three", dict(_THREE), lambda name: table.of(name).three, table)


def write_binary(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:  # noqa: ARG001
    """Masks with 255 for metastasis and 0 for everything else."""
    table = labels.classes
    return _write(
        folder, labels, "binary", {255: METASTASIS}, lambda name: 255 * table.of(name).metastatic, None
    )


def _write(
    folder: Path,
    labels: LabelSet,
    kind: str,
    names: dict[int, str],
    number_of: Callable[[str], int],
    table: ClassTable | None,
) -> tuple[Path, ...]:
    written = []
    facts: dict[str, object] = {"kind": kind, "classes": names, "table": table.version if table else 0}
    if labels.made_by is not None:
        facts["made_by"] = made_by_row(labels.made_by)
    text = {_KEY: json.dumps(facts)}
    for view in labels.sizes:
        pixels = np.zeros(labels.shape(view), np.uint8)
        drawn = labels.annotation.on(view)
        for number in sorted({number_of(region.label) for region in drawn} - {0}, reverse=kind == "classes"):
            same = [region for region in drawn if number_of(region.label) == number]
            pixels[union(same, pixels.shape)] = number  # what matters most comes last and lies on top
        path = folder / f"{labels.case}_{view.value}.png"
        write_whole(path, png_bytes(pixels, _colours(kind, table) if table else None, text))
        written.append(path)
    return tuple(written)


def _colours(kind: str, table: ClassTable) -> bytes:
    colours = np.full((256, 3), 128, np.uint8)
    colours[0] = 0
    if kind == "three":
        colours[1], colours[2] = (64, 128, 255), (255, 64, 64)
    else:
        for each in table.classes:
            colours[each.number] = each.rgb
    return colours.tobytes()


def _numbers(file: Path) -> tuple[NDArray[np.uint8], dict[int, str], MadeBy | None]:
    """The numbers of a mask, uint8 (rows, cols), what they are called, and the model that drew them."""
    try:
        with opened_picture(file, ("PNG",)) as picture:
            picture.load()
            told = getattr(picture, "text", {}).get(_KEY, "")
            if picture.mode not in ("L", "P", "1"):
                raise damaged(file, "a mask has one channel of 8 bits")
            numbers = np.array(picture if picture.mode != "1" else picture.convert("L"), np.uint8)
    except (OSError, ValueError) as error:
        raise damaged(file, "it is no PNG, or cut off") from error
    if told:
        try:
            facts = json_in(told)
            classes = {int(number): str(name) for number, name in facts["classes"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged(file, "its own list of classes is damaged") from error
        return numbers, classes, made_by_from(facts.get("made_by"))
    found = set(np.unique(numbers).tolist()) - {0}
    if found <= {255} or found == {1}:
        return numbers, dict.fromkeys(found, METASTASIS), None
    if found <= {1, 2}:
        return numbers, dict(_THREE), None
    if found <= {127, 128, 255}:
        return numbers, {127: _THREE[1], 128: _THREE[1], 255: METASTASIS}, None
    raise damaged(file, f"it has the numbers {sorted(found)[:6]}: what they mean is not known")


PNG = Format("png", "PNG masks with one number per class, one file per view", cases, read, write)
PNG_THREE = Format(
    "png-three",
    "PNG masks with three classes: 0 nothing, 1 no metastasis, 2 metastasis",
    cases,
    read,
    write_three,
    keeps_names=False,
)
PNG_BINARY = Format(
    "png-binary",
    "PNG masks with 255 for metastasis and 0 for everything else",
    cases,
    read,
    write_binary,
    keeps_names=False,
)
