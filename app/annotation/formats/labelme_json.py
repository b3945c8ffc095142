"""Labelme JSON: one file per view beside a picture of it, as Labelme 5 and 6 read and write them."""

from __future__ import annotations

import base64
import math
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.formats.files import (
    BAD_CONTENT,
    damaged,
    files_under,
    head_of,
    image_size,
    json_bytes,
    read_json,
    read_whole,
    reason_of,
    stem_of,
)
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.own_fields import OWN, own_fields, own_row
from app.annotation.formats.pictures import view_picture
from app.annotation.geometry import pieces
from app.annotation.label_set import NOT_TOLD, LabelSet, MadeBy, Size, made_by_from, made_by_row
from app.annotation.masks import outlines
from app.annotation.original_picture import (
    SIDES_ASSUMED,
    OriginalPicture,
    case_of,
    drawn_on,
    own_name,
    pictures_of,
    placed_outlines,
)
from app.annotation.region import Region, Vertices
from app.errors import AppError
from app.files import write_whole
from app.scan.opened_picture import opened_picture
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side

_LABELME = "5.5.0"
"""The version whose layout is written; later ones read it."""
_CIRCLE = 64


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with one file per view."""
    found: dict[str, list[Path]] = {}
    for each in files_under(path, ".json"):
        if b'"shapes"' in head_of(each) or b'"imageData"' in head_of(each):
            found.setdefault(case_of(each.stem), []).append(each)
    return {case: tuple(files) for case, files in found.items()}


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:
    """One case from the files of its views, or from that of the picture which the scan was cut out of.

    The side comes from this program's own field, else from the file's name; in a whole picture each region
    goes to the view that it lies on. Polygons, rectangles, circles,
    points and masks are taken over; of an outline that crosses itself, what it encloses by the even-odd rule,
    as Labelme fills it. What cannot be is noted, such as lines, which have no inside. The picture need not be
    there.

    Raises AppError when a file is damaged or its side is not told.
    """
    regions: list[Region] = []
    sizes: dict[ViewName, Size] = {}
    notes: list[str] = []
    made_by: MadeBy | None = None
    left_out = 0
    links = False
    for file in files:
        content = read_json(file)
        told = content.get(OWN)
        own: dict[str, Any] = told if isinstance(told, dict) else {}
        made_by = made_by_from(own.get("made_by")) or made_by
        size = _size(file, content)
        place = _place(file, content, own, size, beside)
        there = place.sizes if isinstance(place, OriginalPicture) else {place: size}
        if twice := [view for view in there if view in sizes]:
            raise damaged(file, f"there are two files of the {twice[0].value} view")
        sizes |= there
        if isinstance(place, OriginalPicture) and place.assumed:
            notes.append(f"{file.name}: {SIDES_ASSUMED}")
        shapes = content.get("shapes")
        if not isinstance(shapes, list):
            raise damaged(file, "it has no list of shapes")
        for number, shape in enumerate(shapes, start=1):
            try:
                drawn = _regions(shape, place, size, case)
            except (*BAD_CONTENT, AppError) as error:
                notes.append(f"{file.name}: shape {number} is left out: {reason_of(error)}")
                left_out += 1
                continue
            if len(drawn) > 1 and shape.get("shape_type") != "mask":
                notes.append(f"{file.name}: shape {number} touches itself and becomes {len(drawn)} outlines")
            links = links or shape.get("group_id") is not None or isinstance(shape.get(OWN), dict)
            regions += drawn
    order = {region.uuid: place for place, region in enumerate(regions)}
    regions.sort(key=lambda region: (list(ViewName).index(region.view), order[region.uuid]))
    return LabelSet(
        Annotation(case, "", tuple(regions)),
        sizes,
        notes=tuple(notes),
        made_by=made_by,
        left_out=left_out,
        links=links,
    )


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """CASE_anterior.json and CASE_posterior.json, each with its picture; raises AppError.

    Of a scan that was cut out of pictures: a file for each of these, under its name and with a copy of it.
    """
    written: list[Path] = []
    whole = pictures_of(scan)
    for picture in whole:
        stem = own_name(folder, picture.path.stem, ".json", labels.case, _case_in)
        beside = folder / f"{stem}{picture.path.suffix}"
        shapes = [
            _shape(replace(region, vertices=picture.to_picture(region.vertices, region.view)), labels)
            for view in picture.places
            for region in labels.annotation.on(view)
        ]
        write_whole(beside, read_whole(picture.path))
        file = _write(folder / f"{stem}.json", labels, shapes, beside, picture.size, {})
        written += [beside, file]
    for view, size in labels.sizes.items():
        if any(view in picture.places for picture in whole):
            continue
        beside = folder / f"{labels.case}_{view.value}.png"
        shapes = [_shape(region, labels) for region in labels.annotation.on(view)]
        write_whole(beside, view_picture(scan, view, size))
        file = _write(beside.with_suffix(".json"), labels, shapes, beside, size, {"view": view.value})
        written += [beside, file]
    return tuple(written)


def _write(
    file: Path, labels: LabelSet, shapes: list[dict[str, Any]], picture: Path, size: Size, own: dict[str, str]
) -> Path:
    content = {
        "version": _LABELME,
        "flags": {},
        "shapes": shapes,
        "imagePath": picture.name,
        "imageData": None,
        "imageHeight": size[1],
        "imageWidth": size[0],
        OWN: {
            "case": labels.case,
            **own,
            "reader": labels.annotation.reader,
            "made_by": made_by_row(labels.made_by),
        },
    }
    write_whole(file, json_bytes(content))
    return file


def _case_in(file: Path) -> str:
    told = read_json(file).get(OWN)
    return str(told.get("case", "")) if isinstance(told, dict) else ""


def _shape(region: Region, labels: LabelSet) -> dict[str, Any]:
    return {
        "label": region.label,
        "points": region.vertices.tolist(),
        "group_id": labels.annotation.lesion_numbers[region.lesion],
        "description": region.bone,
        "shape_type": "point" if region.is_point else "polygon",
        "flags": {},
        "mask": None,
        OWN: own_row(region),
    }


def _place(
    file: Path, content: dict[str, Any], own: dict[str, Any], size: Size, beside: Beside
) -> ViewName | OriginalPicture:
    """The view that a file is of, or the whole picture."""
    if own.get("view") in set(ViewName):
        return ViewName(own["view"])
    names = (file.stem, stem_of(content.get("imagePath")))
    side = named_side(names[0]) or named_side(names[1])
    picture = drawn_on(beside.scan, size, names, side)
    if picture is not None:
        return picture
    if side is None:
        raise damaged(
            file,
            "its name does not tell the view; name it …_anterior.json or …_posterior.json, or name the scan "
            "(--scans) whose picture it was drawn on",
        )
    return side


def _size(file: Path, content: dict[str, Any]) -> Size:
    """Columns and rows, from the fields or else the embedded or neighbouring picture; else `NOT_TOLD`."""
    told = image_size(content.get("imageWidth"), content.get("imageHeight"))
    if told != NOT_TOLD:
        return told
    try:
        data = content.get("imageData")
        path = file.parent / str(content.get("imagePath", "")).replace("\\", "/")
        with opened_picture(BytesIO(base64.b64decode(data)) if isinstance(data, str) else path) as picture:
            return picture.size
    except (OSError, ValueError):
        return NOT_TOLD


def _regions(shape: object, place: ViewName | OriginalPicture, size: Size, case: str) -> list[Region]:
    if not isinstance(shape, dict):
        raise AppError("it is no shape")
    told = shape.get(OWN)
    own: dict[str, Any] = told if isinstance(told, dict) else {}
    group = shape.get("group_id")
    fields: dict[str, Any] = {
        "label": str(shape["label"]).strip(),
        "bone": str(shape.get("description") or ""),
        **own_fields(own),
    }
    if own.get("lesion"):
        fields["lesion"] = str(own["lesion"])
    elif isinstance(group, int | str) and group != "":
        fields["lesion"] = f"{case}-{group}"
    drawn = placed_outlines(_outlines(shape, size), place)
    if len(drawn) == 1 and own.get("uuid"):
        fields["uuid"] = str(own["uuid"])
    if len(drawn) > 1 and "lesion" not in fields:
        fields["lesion"] = Region(*drawn[0]).lesion
    return [Region(view=view, vertices=piece, **fields) for view, piece in drawn]


def _outlines(shape: dict[str, Any], size: Size) -> tuple[Vertices, ...]:
    kind = shape.get("shape_type") or "polygon"
    points = np.asarray(shape["points"], np.float64).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise AppError("it has places that are no numbers")
    match kind:
        case "polygon":
            return pieces(points)
        case "point" if len(points):
            return (points[:1],)
        case "rectangle" if len(points) >= 2:
            (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
            return (np.array([[left, top], [right, top], [right, bottom], [left, bottom]]),)
        case "circle" if len(points) == 2:
            turn = 2 * math.pi * np.arange(_CIRCLE) / _CIRCLE
            radius = float(np.hypot(*(points[1] - points[0])))
            return (points[0] + radius * np.column_stack([np.cos(turn), np.sin(turn)]),)
        case "mask":
            return _mask_outlines(str(shape["mask"]), points, size)
    raise AppError(f"a {kind} has no inside")


def _mask_outlines(encoded: str, points: Vertices, size: Size) -> tuple[Vertices, ...]:
    with opened_picture(BytesIO(base64.b64decode(encoded))) as picture:
        part = np.array(picture.convert("L")) > 0
    left, top = (round(value) for value in points.min(axis=0))
    whole = np.zeros((size[1], size[0]), np.bool_)
    room = whole[top : top + part.shape[0], left : left + part.shape[1]]
    room |= part[: room.shape[0], : room.shape[1]]
    return outlines(whole)


LABELME = Format(
    "labelme", "Labelme JSON, one file per view or picture", cases, read, write, keeps_points=True
)
