"""COCO: one JSON with the images, classes and annotations of many cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.classes import class_table
from app.annotation.formats.coco_rle import mask_of
from app.annotation.formats.files import damaged, files_under, head_of, json_bytes, read_json, write_whole
from app.annotation.geometry import area, repair
from app.annotation.label_set import LabelSet, MadeBy, Size, made_by_from, made_by_row
from app.annotation.masks import outlines
from app.annotation.region import Region, Source, Vertices
from app.errors import AppError
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side, without_side

NAME = "coco"
TITLE = "COCO, one JSON for all cases"
READ_ONLY = False
KEEPS_POINTS = True
FILE_NAME = "coco.json"
_OWN = "scintiread"
Row = dict[str, Any]


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with the JSON that holds it."""
    found: dict[str, tuple[Path, ...]] = {}
    for each in files_under(path, ".json"):
        head = head_of(each)
        if b'"images"' in head and b'"shapes"' not in head:
            for image in _list(each, read_json(each), "images"):
                found.setdefault(_case_of(image), (each,))
    return found


def read(case: str, files: tuple[Path, ...]) -> LabelSet:
    """One case out of the JSON: polygons, run-length masks and single key points.

    Raises AppError when the file is damaged or the side of an image is not told by its name.
    """
    file = files[0]
    content = read_json(file)
    try:
        names = {int(row["id"]): str(row["name"]) for row in _list(file, content, "categories")}
        sizes: dict[ViewName, Size] = {}
        views: dict[int, ViewName] = {}
        made_by: MadeBy | None = None
        for image in _list(file, content, "images"):
            if _case_of(image) == case:
                view = _view_of(file, image)
                sizes[view] = (int(image["width"]), int(image["height"]))
                told = image.get(_OWN)
                made_by = made_by_from(told.get("made_by")) if isinstance(told, dict) else made_by
                views[int(image["id"])] = view
        rows = [row for row in _list(file, content, "annotations") if int(row["image_id"]) in views]
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(file, f"it does not hold what COCO has ({error})") from error
    regions: list[Region] = []
    notes: list[str] = []
    for row in rows:
        view = views[int(row["image_id"])]
        try:
            regions += _regions(row, view, sizes[view], names)
        except (KeyError, TypeError, ValueError, IndexError, AppError) as error:
            notes.append(f"{file.name}: annotation {row.get('id')} is left out: {error}")
    return LabelSet(Annotation(case, "", tuple(regions)), sizes, notes=tuple(notes), made_by=made_by)


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:  # noqa: ARG001
    """Put a case into coco.json of the folder; other cases in it stay. Raises AppError."""
    file = folder / FILE_NAME
    content = read_json(file) if file.exists() else {"images": [], "annotations": [], "categories": []}
    images = [row for row in _list(file, content, "images") if _case_of(row) != labels.case]
    kept = {row["id"] for row in images}
    annotations = [row for row in _list(file, content, "annotations") if row["image_id"] in kept]
    numbers = {row["name"]: row["id"] for row in _list(file, content, "categories")}
    for name in (
        *(each.name for each in class_table().classes),
        *(region.label for region in labels.annotation.regions),
    ):
        numbers.setdefault(name, max(numbers.values(), default=0) + 1)
    image_id = max(kept, default=0)
    next_id = max((row["id"] for row in annotations), default=0) + 1
    for view, (columns, rows) in labels.sizes.items():
        image_id += 1
        name = f"{labels.case}_{view.value}.png"
        image: Row = {"id": image_id, "file_name": name, "width": columns, "height": rows}
        if labels.made_by is not None:
            image[_OWN] = {"made_by": made_by_row(labels.made_by)}
        images.append(image)
        for region in labels.annotation.on(view):
            annotations.append(_row(region, next_id, image_id, numbers[region.label]))
            next_id += 1
    categories = [{"id": number, "name": name, "supercategory": "uptake"} for name, number in numbers.items()]
    write_whole(file, json_bytes({"images": images, "categories": categories, "annotations": annotations}))
    return (file,)


def _row(region: Region, number: int, image: int, category: int) -> Row:
    least, most = region.vertices.min(axis=0), region.vertices.max(axis=0)
    row: Row = {
        "id": number,
        "image_id": image,
        "category_id": category,
        "segmentation": [] if region.is_point else [region.vertices.ravel().tolist()],
        "area": 0.0 if region.is_point else area(region.vertices),
        "bbox": [*least.tolist(), *(most - least).tolist()],
        "iscrowd": 0,
        _OWN: {
            "uuid": region.uuid,
            "lesion": region.lesion,
            "bone": region.bone,
            "rating": region.rating,
            "source": region.source.value,
        },
    }
    if region.is_point:
        row |= {"keypoints": [*region.vertices[0].tolist(), 2], "num_keypoints": 1}
    return row


def _regions(row: Row, view: ViewName, size: Size, names: dict[int, str]) -> list[Region]:
    told = row.get(_OWN)
    own: Row = told if isinstance(told, dict) else {}
    fields: dict[str, Any] = {"label": names[int(row["category_id"])], "bone": str(own.get("bone") or "")}
    if isinstance(own.get("rating"), int | float):
        fields["rating"] = float(own["rating"])
    if own.get("source") in set(Source):
        fields["source"] = Source(own["source"])
    pieces = _outlines(row, size)
    if own.get("lesion"):
        fields["lesion"] = str(own["lesion"])
    elif len(pieces) > 1:
        fields["lesion"] = Region(view, pieces[0]).lesion
    if len(pieces) == 1 and own.get("uuid"):
        fields["uuid"] = str(own["uuid"])
    return [Region(view=view, vertices=piece, **fields) for piece in pieces]


def _outlines(row: Row, size: Size) -> list[Vertices]:
    drawn = row.get("segmentation")
    if isinstance(drawn, dict):
        return list(outlines(mask_of(drawn, size)))
    if drawn:
        return [repair(np.asarray(each, np.float64).reshape(-1, 2)) for each in drawn]
    if row.get("keypoints"):
        return [np.asarray(row["keypoints"][:2], np.float64).reshape(1, 2)]
    raise ValueError("it has neither an outline nor a point")


def _list(file: Path, content: Row, key: str) -> list[Row]:
    rows = content.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise damaged(file, f"it has no list of {key}")
    return rows


def _case_of(image: Row) -> str:
    stem = Path(str(image.get("file_name", ""))).stem
    return without_side(stem) or stem


def _view_of(file: Path, image: Row) -> ViewName:
    view = named_side(Path(str(image.get("file_name", ""))).stem)
    if view is None:
        raise damaged(file, "the name of an image does not tell the view (…_anterior, …_posterior)")
    return view
