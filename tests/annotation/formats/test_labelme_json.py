"""Files of Labelme open here, ours open in Labelme; what it holds and we cannot is told."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shapely import Polygon

from app.annotation.class_names import class_names
from app.annotation.formats import labelme_json
from app.annotation.geometry import to_mask
from app.annotation.label_set import LabelSet
from app.annotation.masks import union
from app.annotation.taken_over import taken_over
from app.errors import AppError
from app.scan.scan import Scan, ViewName

ANT = ViewName.ANTERIOR
LOADER = """
import sys
from labelme._label_file import read_label_file
data = read_label_file(sys.argv[1])
print([(s["label"], s["shape_type"], len(s["points"]), s["group_id"]) for s in data.shapes])
"""


def shape(kind: str, points: list[list[float]], **more: object) -> dict[str, object]:
    return {
        "label": "metastasis", "points": points, "group_id": None, "description": "",
        "shape_type": kind, "flags": {}, "mask": None, **more,
    }  # fmt: skip


def a_file(
    folder: Path, *shapes: dict[str, object], name: str = "case-1_anterior.json", **top: object
) -> Path:
    content = {
        "version": "5.8.1", "flags": {}, "shapes": list(shapes), "imagePath": "case-1_anterior.png",
        "imageData": None, "imageHeight": 60, "imageWidth": 40, **top,
    }  # fmt: skip
    path = folder / name
    path.write_text(json.dumps(content))
    return path


def read(*files: Path) -> LabelSet:
    return labelme_json.read("case-1", files)


def test_every_shape_with_an_inside_is_taken_over(tmp_path: Path) -> None:
    part = np.zeros((6, 8), np.uint8)
    part[1:5, 2:7] = 255
    part[2, 4] = 0
    buffer = BytesIO()
    Image.fromarray(part).save(buffer, "PNG")
    coded = base64.b64encode(buffer.getvalue()).decode()
    file = a_file(
        tmp_path,
        shape("polygon", [[1, 1], [9, 1], [5, 9]]),
        shape("rectangle", [[20, 30], [10, 20]]),
        shape("circle", [[20, 40], [25, 40]]),
        shape("point", [[3.5, 7.25]]),
        shape("mask", [[10, 5], [17, 10]], mask=coded),
    )
    found = read(file).annotation.regions
    triangle, rectangle, circle, point, *masked = found
    assert len(triangle.vertices) == 3
    assert to_mask(rectangle.vertices, (60, 40)).sum() == 100
    assert to_mask(circle.vertices, (60, 40)).sum() == pytest.approx(np.pi * 25, rel=0.05)
    assert point.is_point
    expected = np.zeros((60, 40), bool)
    expected[5:11, 10:18] = part > 0
    assert (union(masked, (60, 40)) == expected).all()
    assert len({region.lesion for region in masked}) == 1


def test_lines_and_broken_shapes_are_left_out_and_told(tmp_path: Path) -> None:
    file = a_file(
        tmp_path,
        shape("line", [[1, 1], [5, 5]]),
        shape("polygon", [[1, 1], [5, 5]]),
        shape("polygon", [[1, 1], [9, 1], [5, float("nan")]]),
        {"points": [[1, 1]], "shape_type": "point"},
        shape("polygon", [[1, 1], [9, 1], [5, 9]]),
    )
    found = read(file)
    assert len(found.annotation.regions) == 1
    assert [note.split(": ")[1] for note in found.notes] == [f"shape {n} is left out" for n in range(1, 5)]
    assert "a line has no inside" in found.notes[0]


def test_of_an_outline_that_crosses_itself_what_it_encloses_is_taken_and_told(tmp_path: Path) -> None:
    little = [[0.0, 0], [20, 0], [20, 20], [10.2, 20], [10.2, 21], [10, 19.5], [0, 20]]
    figure_of_eight = [[0.0, 0], [20, 20], [20, 0], [0, 20]]
    found = read(a_file(tmp_path, shape("polygon", little), shape("polygon", figure_of_eight)))
    assert all(Polygon(region.vertices).is_valid for region in found.annotation.regions)
    drawn = to_mask(np.array(little), (60, 40)) | to_mask(np.array(figure_of_eight), (60, 40))
    assert (union(found.annotation.regions, (60, 40)) == drawn).all()
    assert len({region.lesion for region in found.annotation.regions}) == 2
    assert "shape 2 touches itself" in found.notes[-1]


def test_shapes_of_one_group_are_one_lesion_on_both_views(tmp_path: Path) -> None:
    outline = [[1.0, 1.0], [9.0, 1.0], [5.0, 9.0]]
    front = a_file(tmp_path, shape("polygon", outline, group_id=4))
    back = a_file(
        tmp_path,
        shape("polygon", outline, group_id=4),
        shape("polygon", outline),
        name="case-1_posterior.json",
    )
    first, second, third = read(front, back).annotation.regions
    assert first.lesion == second.lesion != third.lesion


def test_unknown_labels_stay_as_they_are(tmp_path: Path) -> None:
    file = a_file(tmp_path, shape("point", [[3, 7]], label="Hot spot?"))
    assert read(file).annotation.regions[0].label == "Hot spot?"


def test_the_picture_need_not_be_there_when_its_size_is_told(tmp_path: Path) -> None:
    assert read(a_file(tmp_path)).sizes == {ANT: (40, 60)}
    assert read(a_file(tmp_path, imageHeight=60.0, imageWidth="40")).sizes == {ANT: (40, 60)}
    untold = read(a_file(tmp_path, imageHeight=None, imageWidth=None))
    with pytest.raises(AppError, match="do not tell the size"):
        taken_over(untold, class_names())


def test_the_size_may_come_from_the_embedded_picture(tmp_path: Path) -> None:
    buffer = BytesIO()
    Image.fromarray(np.zeros((50, 30), np.uint8)).save(buffer, "PNG")
    coded = base64.b64encode(buffer.getvalue()).decode()
    assert read(a_file(tmp_path, imageData=coded, imageHeight=None)).sizes == {ANT: (30, 50)}


def test_a_file_whose_name_tells_no_side_is_refused(tmp_path: Path) -> None:
    file = a_file(tmp_path, name="scan.json", imagePath="scan.png")
    with pytest.raises(AppError, match="does not tell the view"):
        read(file)


def test_a_corrupt_file_beside_a_good_one_costs_itself_alone(tmp_path: Path) -> None:
    a_file(tmp_path, shape("point", [[3, 7]]))
    (tmp_path / "case-2_anterior.json").write_text('{"version": "5.8.1", "shapes": [{"label"')
    found = labelme_json.cases(tmp_path)
    assert set(found) == {"case-1", "case-2"}
    assert len(labelme_json.read("case-1", found["case-1"]).annotation.regions) == 1
    with pytest.raises(AppError, match="case-2_anterior"):
        labelme_json.read("case-2", found["case-2"])


def labelme_python() -> str:
    """A Python that has Labelme: this one, or that of a `labelme` command on the path."""
    for candidate in (sys.executable, shutil.which("labelme-python") or ""):
        if (
            candidate
            and not subprocess.run(
                [candidate, "-c", "import labelme._label_file"], capture_output=True, check=False
            ).returncode
        ):
            return candidate
    command = shutil.which("labelme")
    if command:
        first = Path(command).read_bytes().splitlines()[0]
        if first.startswith(b"#!"):
            return first[2:].decode().strip()
    return ""


def test_what_is_written_here_opens_in_labelme(tmp_path: Path, labels: LabelSet, scan: Scan) -> None:
    python = labelme_python()
    if not python:
        pytest.skip("Labelme is not installed")
    files = labelme_json.write(tmp_path, labels, scan)
    front = next(file for file in files if file.name == "case-7_anterior.json")
    run = subprocess.run([python, "-c", LOADER, str(front)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(
        [("metastasis", "polygon", 40, 1), ("degenerative", "polygon", 40, 2), ("bladder", "polygon", 40, 3)]
    )


def test_the_picture_beside_the_file_has_the_size_of_the_view(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    labelme_json.write(tmp_path, labels, scan)
    with Image.open(tmp_path / "case-7_posterior.png") as picture:
        assert picture.size == labels.sizes[ViewName.POSTERIOR]
        assert picture.getextrema() == (0, 255)
