"""COCO: one JSON with the images, classes and annotations of many cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.formats.coco_rle import mask_of
from app.annotation.formats.files import (
    BAD_CONTENT,
    damaged,
    files_under,
    image_size,
    json_bytes,
    read_json,
    read_whole,
    reason_of,
    stem_of,
    whole_number,
)
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.own_fields import OWN, own_fields, own_row
from app.annotation.geometry import area, pieces
from app.annotation.label_set import LabelSet, MadeBy, Size, made_by_from, made_by_row
from app.annotation.masks import outlines
from app.annotation.original_picture import (
    SIDES_ASSUMED,
    OriginalPicture,
    case_of,
    drawn_on,
    pictures_of,
    placed_outlines,
)
from app.annotation.region import Region, Vertices
from app.errors import AppError
from app.files import write_whole
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side

FILE_NAME = "coco.json"
Row = dict[str, Any]


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with the JSON that holds it."""
    found: dict[str, tuple[Path, ...]] = {}
    for each in files_under(path, ".json"):
        whole = read_whole(each).replace(b"\0", b"")  # keys stand in any order, in UTF-16 too
        if b'"images"' in whole and b'"annotations"' in whole and "images" in (content := read_json(each)):
            for image in _list(each, content, "images"):
                found.setdefault(_case_of(image), (each,))
    return found


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:
    """One case out of the JSON: polygons, run-length masks, boxes and single key points.

    Ids may be numbers or texts. A ring or annotation that cannot be used is noted, the others are taken
    over. Raises AppError when the file is damaged, two images share an id, or the name of one tells no side.
    """
    file = files[0]
    content = read_json(file)
    names = {_id(row): str(row.get("name", "")) for row in _list(file, content, "categories")}
    images = _list(file, content, "images")
    ids = [_id(image) for image in images]
    if twice := next((each for each in ids if each is not None and ids.count(each) > 1), ""):
        raise damaged(file, f"more than one image has the id {twice}")
    if None in ids:
        raise damaged(file, "an image has no id")
    sizes: dict[ViewName, Size] = {}
    places: dict[str | None, ViewName | OriginalPicture] = {}
    of_image: dict[str | None, Size] = {}
    made_by: MadeBy | None = None
    regions: list[Region] = []
    notes: list[str] = []
    for image in images:
        if _case_of(image) != case:
            continue
        size = image_size(image.get("width"), image.get("height"))
        place = _place(file, image, size, beside)
        there = place.sizes if isinstance(place, OriginalPicture) else {place: size}
        if doubled := [view for view in there if view in sizes]:
            raise damaged(file, f"there are two images of the {doubled[0].value} view of {case}")
        sizes |= there
        if isinstance(place, OriginalPicture) and place.assumed:
            notes.append(f"{stem_of(image.get('file_name'))}: {SIDES_ASSUMED}")
        told = image.get(OWN)
        made_by = made_by_from(told.get("made_by")) if isinstance(told, dict) else made_by
        places[_id(image)], of_image[_id(image)] = place, size
    left_out = 0
    links = False
    for row in _list(file, content, "annotations"):
        image_id = _id(row, "image_id")
        place_of_row = places.get(image_id)
        if place_of_row is None:
            continue
        what = f"{file.name}: annotation {row.get('id')}"
        try:
            drawn, said = _regions(row, place_of_row, of_image[image_id], names)
        except (*BAD_CONTENT, AppError) as error:
            notes.append(f"{what} is left out: {reason_of(error)}")
            left_out += 1
            continue
        regions += drawn
        notes += [f"{what}: {sentence}" for sentence in said]
        links = links or isinstance(row.get(OWN), dict)
    return LabelSet(
        Annotation(case, "", tuple(regions)),
        sizes,
        notes=tuple(notes),
        made_by=made_by,
        left_out=left_out,
        links=links,
    )


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """Put a case into coco.json of the folder; other cases in it stay. Raises AppError.

    A scan that was cut out of pictures has these as its images, under their names.
    """
    file = folder / FILE_NAME
    content = read_json(file) if file.exists() else {"images": [], "annotations": [], "categories": []}
    images = [row for row in _list(file, content, "images") if _case_of(row) != labels.case]
    kept = {_id(row) for row in images}
    annotations = [row for row in _list(file, content, "annotations") if _id(row, "image_id") in kept]
    categories = _list(file, content, "categories")
    numbers = {str(row.get("name", "")): row.get("id") for row in categories}
    for name in (
        *(each.name for each in labels.classes.classes),
        *(region.label for region in labels.annotation.regions),
    ):
        if name not in numbers:
            numbers[name] = _next(numbers.values())
            categories.append({"id": numbers[name], "name": name, "supercategory": "uptake"})
    image_id = _next(row.get("id") for row in images)
    next_id = _next(row.get("id") for row in annotations)
    for name, (columns, rows), drawn in _drawn(labels, scan):
        image: Row = {"id": image_id, "file_name": name, "width": columns, "height": rows}
        image[OWN] = {"case": labels.case}
        if labels.made_by is not None:
            image[OWN]["made_by"] = made_by_row(labels.made_by)
        images.append(image)
        for region in drawn:
            annotations.append(_row(region, next_id, image_id, numbers[region.label]))
            next_id += 1
        image_id += 1
    write_whole(file, json_bytes({"images": images, "categories": categories, "annotations": annotations}))
    return (file,)


def _drawn(labels: LabelSet, scan: Scan | None) -> Iterator[tuple[str, Size, list[Region]]]:
    """Images by name and size, with what was drawn on each in its pixels: whole pictures, or else views."""
    whole = pictures_of(scan)
    for picture in whole:
        yield (
            picture.path.name,
            picture.size,
            [
                replace(region, vertices=picture.to_picture(region.vertices, view))
                for view in picture.places
                for region in labels.annotation.on(view)
            ],
        )
    for view, size in labels.sizes.items():
        if not any(view in picture.places for picture in whole):
            yield f"{labels.case}_{view.value}.png", size, list(labels.annotation.on(view))


def _row(region: Region, number: int, image: int, category: object) -> Row:
    least, most = region.vertices.min(axis=0), region.vertices.max(axis=0)
    row: Row = {
        "id": number,
        "image_id": image,
        "category_id": category,
        "segmentation": [] if region.is_point else [region.vertices.ravel().tolist()],
        "area": 0.0 if region.is_point else area(region.vertices),
        "bbox": [*least.tolist(), *(most - least).tolist()],
        "iscrowd": 0,
        OWN: {"bone": region.bone, **own_row(region)},
    }
    if region.is_point:
        row |= {"keypoints": [*region.vertices[0].tolist(), 2], "num_keypoints": 1}
    return row


def _regions(
    row: Row, place: ViewName | OriginalPicture, size: Size, names: dict[str | None, str]
) -> tuple[list[Region], list[str]]:
    """The regions of an annotation, and what is to be said of them; raises whatever its values lead to."""
    told = row.get(OWN)
    own: Row = told if isinstance(told, dict) else {}
    category = _id(row, "category_id")
    if category not in names:
        raise AppError(f"its class {category} is not among the file's categories")
    fields: dict[str, Any] = {
        "label": names[category],
        "bone": str(own.get("bone") or ""),
        **own_fields(own),
    }
    found, said = _outlines(row, size)
    drawn = placed_outlines(found, place)
    if own.get("lesion"):
        fields["lesion"] = str(own["lesion"])
    elif len(drawn) > 1:
        fields["lesion"] = Region(*drawn[0]).lesion
    if len(drawn) == 1 and own.get("uuid"):
        fields["uuid"] = str(own["uuid"])
    return [Region(view=view, vertices=piece, **fields) for view, piece in drawn], said


def _outlines(row: Row, size: Size) -> tuple[list[Vertices], list[str]]:
    drawn = row.get("segmentation")
    if isinstance(drawn, dict):
        return list(outlines(mask_of(drawn, size))), []
    rings = drawn if isinstance(drawn, list) else []
    if rings and not isinstance(rings[0], list):
        rings = [rings]
    if rings:
        return _rings(rings)
    if row.get("keypoints"):
        return [np.asarray(row["keypoints"][:2], np.float64).reshape(1, 2)], []
    box = np.asarray(row.get("bbox") or (), np.float64)
    if box.shape == (4,) and box[2:].min() > 0:
        left, top, right, bottom = *box[:2], *(box[:2] + box[2:])
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        return [corners], ["it has a box and no outline: the whole box is taken"]
    raise AppError("it has no outline, no box and no point")


def _rings(rings: list[Any]) -> tuple[list[Vertices], list[str]]:
    """The outlines of one annotation; a ring that is none costs itself alone."""
    found: list[Vertices] = []
    said: list[str] = []
    for place, ring in enumerate(rings, start=1):
        try:
            if not isinstance(ring, list) or len(ring) % 2:
                raise AppError("its coordinates are not in pairs")
            vertices = np.asarray(ring, np.float64)
            if not np.isfinite(vertices).all():
                raise AppError("it has places that are no numbers")
            drawn = pieces(vertices.reshape(-1, 2))
        except (*BAD_CONTENT, AppError) as error:
            said.append(f"ring {place} of {len(rings)} is left out: {reason_of(error)}")
            continue
        found += drawn
        if len(drawn) > 1:
            said.append(f"ring {place} of {len(rings)} touches itself and becomes {len(drawn)} outlines")
    if not found:
        raise AppError("; ".join(said))
    return found, said


def _list(file: Path, content: Row, key: str) -> list[Row]:
    rows = content.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise damaged(file, f"it has no list of {key}")
    return rows


def _id(row: Row, key: str = "id") -> str | None:
    """An id as text, so that 7, 7.0 and "7" are one; None where there is none."""
    value = row.get(key)
    number = whole_number(value)
    return str(number) if number is not None else None if value is None else str(value)


def _next(ids: Iterable[object]) -> int:
    return max((whole_number(each) or 0 for each in ids), default=0) + 1


def _case_of(image: Row) -> str:
    told = image.get(OWN)
    own = told.get("case") if isinstance(told, dict) else None
    return str(own) if own else case_of(stem_of(image.get("file_name")))


def _place(file: Path, image: Row, size: Size, beside: Beside) -> ViewName | OriginalPicture:
    stem = stem_of(image.get("file_name"))
    side = named_side(stem)
    place = drawn_on(beside.scan, size, (stem,), side) or side
    if place is None:
        raise damaged(
            file,
            "the name of an image does not tell the view (…_anterior, …_posterior); where it is the whole "
            "picture, name the scan (--scans) too",
        )
    return place


COCO = Format("coco", "COCO, one JSON for all cases", cases, read, write, keeps_points=True)
