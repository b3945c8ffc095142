"""Labelme JSON: one file per view beside a picture of it, as Labelme 5 and 6 read and write them."""

from __future__ import annotations

import base64
import math
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
    reason_of,
    stem_of,
)
from app.annotation.formats.format import Format
from app.annotation.formats.own_fields import OWN, own_fields, own_row
from app.annotation.formats.pictures import view_picture
from app.annotation.geometry import pieces
from app.annotation.label_set import NOT_TOLD, LabelSet, MadeBy, Size, made_by_from, made_by_row
from app.annotation.masks import outlines
from app.annotation.region import Region, Vertices
from app.errors import AppError
from app.files import write_whole
from app.scan.opened_picture import opened_picture
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side, without_side

_LABELME = "5.5.0"
"""The version whose layout is written; later ones read it."""
_CIRCLE = 64


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with one file per view."""
    found: dict[str, list[Path]] = {}
    for each in files_under(path, ".json"):
        if b'"shapes"' in head_of(each) or b'"imageData"' in head_of(each):
            found.setdefault(without_side(each.stem) or each.stem, []).append(each)
    return {case: tuple(files) for case, files in found.items()}


def read(case: str, files: tuple[Path, ...]) -> LabelSet:
    """One case from the files of its views.

    The side comes from this program's own field, else from the file's name. Polygons, rectangles, circles,
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
        view = _view(file, content, own)
        made_by = made_by_from(own.get("made_by")) or made_by
        if view in sizes:
            raise damaged(file, f"there are two files of the {view.value} view")
        size = _size(file, content)
        sizes[view] = size
        shapes = content.get("shapes")
        if not isinstance(shapes, list):
            raise damaged(file, "it has no list of shapes")
        for place, shape in enumerate(shapes, start=1):
            try:
                drawn = _regions(shape, view, size, case)
            except (*BAD_CONTENT, AppError) as error:
                notes.append(f"{file.name}: shape {place} is left out: {reason_of(error)}")
                left_out += 1
                continue
            if len(drawn) > 1 and shape.get("shape_type") != "mask":
                notes.append(f"{file.name}: shape {place} touches itself and becomes {len(drawn)} outlines")
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
    """CASE_anterior.json and CASE_posterior.json, each with its picture; raises AppError."""
    numbers = labels.annotation.lesion_numbers
    written = []
    for view, size in labels.sizes.items():
        stem = f"{labels.case}_{view.value}"
        picture, file = folder / f"{stem}.png", folder / f"{stem}.json"
        content = {
            "version": _LABELME,
            "flags": {},
            "shapes": [_shape(region, numbers[region.lesion]) for region in labels.annotation.on(view)],
            "imagePath": picture.name,
            "imageData": None,
            "imageHeight": size[1],
            "imageWidth": size[0],
            OWN: {
                "case": labels.case,
                "view": view.value,
                "reader": labels.annotation.reader,
                "made_by": made_by_row(labels.made_by),
            },
        }
        write_whole(picture, view_picture(scan, view, size))
        write_whole(file, json_bytes(content))
        written += [picture, file]
    return tuple(written)


def _shape(region: Region, number: int) -> dict[str, Any]:
    return {
        "label": region.label,
        "points": region.vertices.tolist(),
        "group_id": number,
        "description": region.bone,
        "shape_type": "point" if region.is_point else "polygon",
        "flags": {},
        "mask": None,
        OWN: own_row(region),
    }


def _view(file: Path, content: dict[str, Any], own: dict[str, Any]) -> ViewName:
    if own.get("view") in set(ViewName):
        return ViewName(own["view"])
    side = named_side(file.stem) or named_side(stem_of(content.get("imagePath")))
    if side is None:
        raise damaged(file, "its name does not tell the view; name it …_anterior.json or …_posterior.json")
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


def _regions(shape: object, view: ViewName, size: Size, case: str) -> list[Region]:
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
    drawn = _outlines(shape, size)
    if len(drawn) == 1 and own.get("uuid"):
        fields["uuid"] = str(own["uuid"])
    if len(drawn) > 1 and "lesion" not in fields:
        fields["lesion"] = Region(view, drawn[0]).lesion
    return [Region(view=view, vertices=piece, **fields) for piece in drawn]


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


LABELME = Format("labelme", "Labelme JSON, one file per view", cases, read, write, keeps_points=True)
