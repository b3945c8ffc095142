"""The program's own annotation file: one per case, both views, every field, with a checksum."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.formats.files import BAD_CONTENT, damaged, files_under, read_json, reason_of
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.label_set import LabelSet, made_by_from, made_by_row
from app.annotation.region import Region, RegionSource, fields_from, proposed_from, proposed_row
from app.files import write_whole
from app.scan.scan import Scan, ViewName

ENDING = ".annotation.json"
_VERSION = 1


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with its file."""
    return {each.name[: -len(ENDING)]: (each,) for each in files_under(path, ENDING)}


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:  # noqa: ARG001  (the file says it itself)
    """One annotation; raises AppError when the file is damaged or was changed by hand."""
    content = read_json(files[0])
    body = content.get("annotation")
    if not isinstance(body, dict) or content.get("sha256") != _digest(body):
        raise damaged(files[0], "its checksum does not fit: it was cut off or changed by hand")
    try:
        regions = tuple(region_from(row) for row in body["regions"])
        sizes = {ViewName(view): (int(size[0]), int(size[1])) for view, size in body["sizes"].items()}
        rejected = tuple(region_from(row) for row in body.get("rejected", ()))
        annotation = Annotation(str(body["case"]), str(body["reader"]), regions, rejected)
        images = {ViewName(view): str(digest) for view, digest in body.get("images", {}).items()}
        return LabelSet(annotation, sizes, made_by=made_by_from(body.get("made_by")), images=images)
    except BAD_CONTENT as error:
        raise damaged(files[0], f"it does not hold what it should: {reason_of(error)}") from error


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:  # noqa: ARG001
    """Write one annotation as CASE.annotation.json; raises AppError."""
    path = folder / f"{labels.case}{ENDING}"
    write_whole(path, content_of(labels))
    return (path,)


def content_of(labels: LabelSet) -> bytes:
    """The bytes of the file, a region per line; the same annotation gives the same bytes."""
    rows = [row_of(region) for region in labels.annotation.regions]
    head: dict[str, object] = {
        "case": labels.case,
        "reader": labels.annotation.reader,
        "sizes": {view.value: list(size) for view, size in labels.sizes.items()},
    }
    if labels.made_by is not None:
        head["made_by"] = made_by_row(labels.made_by)
    if labels.images:
        head["images"] = {view.value: digest for view, digest in labels.images.items()}
    if labels.annotation.rejected:
        head["rejected"] = [row_of(region) for region in labels.annotation.rejected]
    digest = _digest({**head, "regions": rows})
    start = json.dumps({"format": "scintiread", "version": _VERSION, "sha256": digest})[:-1]
    body = json.dumps(head, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    return f'{start},\n"annotation": {body},\n"regions": [\n{lines}\n]}}}}\n'.encode()


def row_of(region: Region) -> dict[str, Any]:
    """A region as JSON knows it; x and y in image pixels."""
    row: dict[str, Any] = {
        "uuid": region.uuid,
        "lesion": region.lesion,
        "view": region.view.value,
        "label": region.label,
        "bone": region.bone,
        "rating": region.rating,
        "source": region.source.value,
        "vertices": region.vertices.tolist(),
    }
    row |= {"bone_suggested": True} if region.bone_suggested else {}
    row |= {"comment": region.comment} if region.comment else {}
    row |= {"fields": dict(region.fields)} if region.fields else {}
    return row | proposed_row(region.proposed_by)


def region_from(row: dict[str, Any]) -> Region:
    """A region from its row; raises KeyError, TypeError or ValueError when something is missing or wrong."""
    rating = row["rating"]
    return Region(
        view=ViewName(row["view"]),
        vertices=np.asarray(row["vertices"], np.float64),
        label=str(row["label"]),
        rating=None if rating is None else float(rating),
        lesion=str(row["lesion"]),
        uuid=str(row["uuid"]),
        bone=str(row["bone"]),
        source=RegionSource(row["source"]),
        bone_suggested=bool(row.get("bone_suggested", False)),
        comment=str(row.get("comment", "")),
        proposed_by=proposed_from(row.get("proposed_by")),
        fields=fields_from(row.get("fields")),
    )


def _digest(body: object) -> str:
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


NATIVE = Format(
    "scintiread", "ScintiRead annotation, one file per case", cases, read, write, keeps_points=True
)
