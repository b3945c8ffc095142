"""PNG masks, one per view: binary, three classes, or every class of the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.classes import METASTASIS, UNKNOWN, ClassTable
from app.annotation.formats.files import damaged, files_under
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.pictures import png_bytes
from app.annotation.geometry import Mask
from app.annotation.label_set import LabelSet, MadeBy, Size, made_by_from, made_by_row
from app.annotation.masks import numbered, outlines
from app.annotation.original_picture import SIDES_ASSUMED, OriginalPicture, drawn_on, own_name, pictures_of
from app.annotation.region import Region, RegionSource
from app.bounded import json_in
from app.files import write_whole
from app.scan.opened_picture import opened_picture
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side, without_side
from app.wording import counted

_KEY = "scintiread"
_MASK_MODES = ("L", "P", "1")
_THREE = {1: "other benign", 2: METASTASIS}
"""What the levels of a three-class mask are called when they are read."""


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with one mask per view, or one of the picture with both."""
    found: dict[str, list[Path]] = {}
    for each in files_under(path, ".png", ".bmp"):
        sided = named_side(each.stem) is not None
        if (sided or _of_few_bits(each)) and not each.with_suffix(".json").exists():
            case = (without_side(each.stem) if sided else each.stem).removesuffix("_mask") or each.stem
            found.setdefault(case, []).append(each)
    return {case: tuple(files) for case, files in found.items()}


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:
    """One case from its masks; each connected part becomes a lesion of its own.

    What the numbers are is told by `beside`, or by a mask that was written here. In others {0, 255} and
    {0, 1} are binary, {0, 1, 2} and {0, 127 or 128, 255} three classes. Raises AppError for anything else.
    """
    regions: list[Region] = []
    sizes: dict[ViewName, Size] = {}
    notes: list[str] = []
    made_by: MadeBy | None = None
    for file in files:
        side = named_side(file.stem)
        numbers, names, told = _numbers(file, beside.numbers)
        made_by = told or made_by
        size = (numbers.shape[1], numbers.shape[0])
        picture = drawn_on(beside.scan, size, (file.stem, file.stem.removesuffix("_mask")), side)
        parts = {view: picture.cut(numbers, view) for view in picture.places} if picture else {}
        if picture is None and side is not None:
            parts = {side: numbers}
        if not parts or sizes.keys() & parts.keys():
            raise damaged(file, "its name tells no view, or a view that is there already")
        if picture is not None and picture.assumed:
            notes.append(f"{file.name}: {SIDES_ASSUMED}")
        if picture is not None and (stray := _stray(numbers, picture)):
            notes.append(f"{file.name}: {counted(stray, 'pixel')} beside the views of the picture left out")
        for view, part in parts.items():
            sizes[view] = (part.shape[1], part.shape[0])
            for number, name in names.items():
                regions += lesions_of(part == number, view, name)
    if made_by is not None:
        regions = [replace(region, source=RegionSource.AI) for region in regions]
    annotation = Annotation(case, "", tuple(regions))
    return LabelSet(annotation, sizes, notes=tuple(notes), made_by=made_by, links=False)


def usual_numbers(files: Iterable[Path]) -> dict[int, str]:
    """The numbers in masks that do not say what they are, with what they usually mean, "" for nothing.

    Raises AppError for what is no mask.
    """
    found: dict[int, str] = {}
    for file in files:
        pixels, told = _pixels(file)
        if not told:
            numbers = {int(number) for number in np.unique(pixels)} - {0}
            usual = _usual(numbers)
            found |= {number: usual.get(number, "") for number in numbers}
    return found


def _usual(found: set[int]) -> dict[int, str]:
    """What the numbers of a mask mean by custom; nothing where there is none."""
    if found <= {255} or found == {1}:
        return dict.fromkeys(found, METASTASIS)
    if found <= {1, 2}:
        return dict(_THREE)
    if found <= {127, 128, 255}:
        return {127: _THREE[1], 128: _THREE[1], 255: METASTASIS}
    return {}


def _stray(numbers: NDArray[np.uint8], picture: OriginalPicture) -> int:
    """How many pixels of a mask, uint8 (rows, cols), are not 0 and lie on no view."""
    rest = numbers.copy()
    for view in picture.places:
        picture.lay(rest, np.zeros(picture.sizes[view][::-1], np.uint8), view)
    return int(np.count_nonzero(rest))


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


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """CASE_anterior.png and CASE_posterior.png with the numbers of the class table, as colour indices.

    Of a scan that was cut out of pictures: a mask for each of these, of its size and under its name.
    """
    table = labels.classes
    names = {each.number: each.name for each in table.classes} | {UNKNOWN.number: UNKNOWN.name}
    return _write(folder, labels, scan, "classes", names, lambda name: table.of(name).number, table)


def write_three(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """Masks with 0 nothing, 1 uptake that is no metastasis, 2 metastasis."""
    table = labels.classes
    return _write(folder, labels, scan, "three", dict(_THREE), lambda name: table.of(name).three, table)


def write_binary(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """Masks with 255 for metastasis and 0 for everything else."""
    table = labels.classes
    return _write(
        folder, labels, scan, "binary", {255: METASTASIS}, lambda name: 255 * table.of(name).metastatic, None
    )


def _write(
    folder: Path,
    labels: LabelSet,
    scan: Scan | None,
    kind: str,
    names: dict[int, str],
    number_of: Callable[[str], int],
    table: ClassTable | None,
) -> tuple[Path, ...]:
    written = []
    facts: dict[str, object] = {"kind": kind, "classes": names, "table": table.version if table else 0}
    if labels.made_by is not None:
        facts["made_by"] = made_by_row(labels.made_by)
    facts["case"] = labels.case
    text = {_KEY: json.dumps(facts)}
    masks = {  # what matters most lies on top
        view: numbered(labels.annotation.on(view), labels.shape(view), number_of, falling=kind == "classes")
        for view in labels.sizes
    }
    files = {}
    for picture in pictures_of(scan):
        pixels = np.zeros(picture.size[::-1], np.uint8)
        for view in picture.places:
            picture.lay(pixels, masks.pop(view), view)
        files[own_name(folder, picture.path.stem, ".png", labels.case, _case_in)] = pixels
    files |= {f"{labels.case}_{view.value}": pixels for view, pixels in masks.items()}
    for stem, pixels in files.items():
        path = folder / f"{stem}.png"
        write_whole(path, png_bytes(pixels, _colours(kind, table) if table else None, text))
        written.append(path)
    return tuple(written)


def _case_in(file: Path) -> str:
    """The case that a mask written here is of, "" for others."""
    return str(_facts(file, _pixels(file)[1]).get("case", ""))


def _colours(kind: str, table: ClassTable) -> bytes:
    colours = np.full((256, 3), 128, np.uint8)
    colours[0] = 0
    if kind == "three":
        colours[1], colours[2] = (64, 128, 255), (255, 64, 64)
    else:
        for each in table.classes:
            colours[each.number] = each.rgb
    return colours.tobytes()


def _numbers(file: Path, given: Mapping[int, str]) -> tuple[NDArray[np.uint8], dict[int, str], MadeBy | None]:
    """The numbers of a mask, uint8 (rows, cols), what they are called, and the model that drew them."""
    numbers, told = _pixels(file)
    found = {int(number) for number in np.unique(numbers)} - {0}
    if facts := _facts(file, told):
        try:
            classes = {int(number): str(name) for number, name in facts["classes"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged(file, "its own list of classes is damaged") from error
        return numbers, classes, made_by_from(facts.get("made_by"))
    if found & given.keys():
        strange = sorted(found - given.keys())
        if strange:
            raise damaged(file, f"it has the numbers {strange[:6]}: what they mean was not told")
        return numbers, dict(given), None
    usual = _usual(found)
    if found and not usual:
        raise damaged(file, f"it has the numbers {sorted(found)[:6]}: what they mean is not known")
    return numbers, usual, None


def _pixels(file: Path) -> tuple[NDArray[np.uint8], str]:
    """The numbers of a mask, uint8 (rows, cols), and what this program wrote into it."""
    try:
        with opened_picture(file, ("PNG", "BMP")) as picture:
            picture.load()
            told = getattr(picture, "text", {}).get(_KEY, "")
            if picture.mode not in _MASK_MODES:
                raise damaged(file, "a mask has one channel of 8 bits")
            return np.array(picture if picture.mode != "1" else picture.convert("L"), np.uint8), told
    except (OSError, ValueError) as error:
        raise damaged(file, "it is no picture, or cut off") from error


def _facts(file: Path, told: str) -> dict[str, Any]:
    """What this program wrote into a mask, nothing for others; raises AppError when it is damaged."""
    try:
        facts = json_in(told) if told else {}
    except ValueError as error:
        raise damaged(file, "its own list of classes is damaged") from error
    return facts if isinstance(facts, dict) else {}


def _of_few_bits(file: Path) -> bool:
    """Whether a file's header says one channel of 8 bits or less, as a mask has."""
    try:
        with opened_picture(file, ("PNG", "BMP")) as picture:
            return picture.mode in _MASK_MODES
    except (OSError, ValueError):
        return False


PNG = Format("png", "PNG masks with one number per class, one file per view or picture", cases, read, write)
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
