"""What files of other programs hold counts as it was meant, and what cannot is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.annotation.class_names import class_names
from app.annotation.formats import coco, labelme_json, native
from app.annotation.geometry import pieces, to_mask
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask
from app.annotation.taken_over import check_complete, taken_over
from app.errors import AppError
from app.scan.scan import Scan, ViewName

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
COLUMNS, ROWS = 256, 1024
SQUARE = [100, 400, 120, 400, 120, 420, 100, 420]
SLIT = [
    [100, 400], [140, 400], [140, 440], [100, 440], [100, 400],
    [110, 410], [110, 430], [130, 430], [130, 410], [110, 410],
]  # fmt: skip
"""A square of 40 with a hole of 20, joined by a slit: 1200 pixels."""


def an_annotation(segmentation: object, **more: object) -> dict[str, Any]:
    row = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": segmentation, "bbox": [100, 400, 20, 20]}
    return row | more


def a_coco(folder: Path, *rows: dict[str, Any], images: object = None, **dump: Any) -> Path:
    front = {"id": 1, "file_name": "P01_anterior.png", "width": COLUMNS, "height": ROWS}
    content = {
        "images": images or [front],
        "categories": [{"id": 1, "name": "metastasis"}],
        "annotations": rows,
    }
    file = folder / "coco.json"
    file.write_text(json.dumps(content, **dump), "utf-8")
    return file


def from_coco(file: Path, scan: Scan | None = None) -> LabelSet:
    assert set(coco.cases(file)) == {"P01"}
    return taken_over(coco.read("P01", (file,)), class_names(), scan)


def pixels(labels: LabelSet) -> int:
    return int(label_mask(labels.annotation, ANT, "metastasis", (ROWS, COLUMNS)).sum())


def test_keys_may_stand_in_any_order(tmp_path: Path) -> None:
    rows = [an_annotation([SQUARE * 40], id=number) for number in range(30)]
    assert len(from_coco(a_coco(tmp_path, *rows, sort_keys=True)).annotation.regions) == 30


@pytest.mark.parametrize(
    ("row", "area", "said"),
    [
        (an_annotation(SQUARE), 400, ""),
        (an_annotation([SQUARE, [128.0, 128.0]]), 400, "ring 2 of 2 is left out: An outline needs"),
        (
            an_annotation([SQUARE, [1, 2, 3]]),
            400,
            "ring 2 of 2 is left out: its coordinates are not in pairs",
        ),
        (an_annotation([SQUARE, ["a", "b"] * 4]), 400, "ring 2 of 2 is left out: its values"),
        (an_annotation([]), 400, "it has a box and no outline"),
        (an_annotation([[v for pair in SLIT for v in pair]]), 1200, "touches itself and becomes 2 outlines"),
        (an_annotation([SQUARE], category_id="1", image_id=1.0), 400, ""),
    ],
)
def test_segmentations_are_read_as_far_as_they_go(
    row: dict[str, Any], area: int, said: str, tmp_path: Path
) -> None:
    found = from_coco(a_coco(tmp_path, row))
    assert pixels(found) == area
    assert said in " ".join(found.notes)
    assert found.left_out == 0


def test_ids_and_names_may_be_those_of_other_systems(tmp_path: Path) -> None:
    images = [{"id": "a1", "file_name": "images\\P01_anterior.png", "width": 256.0, "height": "1024"}]
    found = from_coco(a_coco(tmp_path, an_annotation([SQUARE], image_id="a1"), images=images))
    assert pixels(found) == 400


def test_two_images_with_one_id_are_refused(tmp_path: Path) -> None:
    images = [
        {"id": 1, "file_name": f"P01_{view.value}.png", "width": 256, "height": 1024} for view in ViewName
    ]
    with pytest.raises(AppError, match="more than one image has the id 1"):
        from_coco(a_coco(tmp_path, an_annotation([SQUARE]), images=images))


def test_a_size_that_the_file_does_not_tell_is_that_of_the_scan(tmp_path: Path, scan: Scan) -> None:
    images = [{"id": 1, "file_name": "P01_anterior.png", "width": -1, "height": -1}]
    file = a_coco(tmp_path, an_annotation([SQUARE]), images=images)
    assert from_coco(file, scan).sizes == {ANT: (COLUMNS, ROWS)}
    with pytest.raises(AppError, match="do not tell the size"):
        from_coco(file)


def test_a_class_that_is_not_in_the_file_is_said_and_counts_as_left_out(tmp_path: Path) -> None:
    found = from_coco(a_coco(tmp_path, an_annotation([SQUARE], category_id=7)))
    assert "its class 7 is not among" in found.notes[0]
    with pytest.raises(AppError, match="No lesion of P01 can be counted, though 1 region was drawn: coco"):
        check_complete(found)


def a_labelme(
    folder: Path, label: str, points: object, view: str = "anterior", encoding: str = "utf-8"
) -> Path:
    shape = {"label": label, "points": points, "group_id": None, "shape_type": "polygon", "flags": {}}
    content = {"shapes": [shape], "imagePath": "P01.png", "imageHeight": ROWS, "imageWidth": COLUMNS}
    file = folder / f"P01_{view}.json"
    file.write_bytes(json.dumps(content, ensure_ascii=False).encode(encoding))
    return file


def from_labelme(*files: Path) -> LabelSet:
    return taken_over(labelme_json.read("P01", files), class_names())


PAIRS = [[SQUARE[place], SQUARE[place + 1]] for place in range(0, 8, 2)]


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("转移", "gb18030"),
        ("轉移", "utf-8"),
        ("転移", "utf-16"),
        ("métastase", "cp1252"),
        ("Metastases", "utf-8-sig"),
    ],
)
def test_labels_are_read_in_the_encodings_that_programs_use(
    label: str, encoding: str, tmp_path: Path
) -> None:
    found = from_labelme(a_labelme(tmp_path, label, PAIRS, encoding=encoding))
    assert pixels(found) == 400
    check_complete(found)


def test_unknown_classes_are_counted_and_nothing_is_called_free_of_disease(tmp_path: Path) -> None:
    found = from_labelme(a_labelme(tmp_path, "hot spot", PAIRS))
    assert found.annotation.regions[0].label == "hot spot"
    assert any("“hot spot” (1)" in note for note in found.notes)
    with pytest.raises(AppError, match="--classes"):
        check_complete(found)


def test_a_hole_joined_by_a_slit_stays_a_hole(tmp_path: Path) -> None:
    found = from_labelme(a_labelme(tmp_path, "metastasis", SLIT))
    assert pixels(found) == 1200
    assert len({region.lesion for region in found.annotation.regions}) == 1


def test_what_lies_outside_the_picture_is_named_and_left_out(tmp_path: Path) -> None:
    outside = from_labelme(a_labelme(tmp_path, "metastasis", [[300, 400], [320, 400], [320, 420]]))
    assert not outside.annotation.regions
    assert "(300, 400) on the anterior view is left out: it lies outside" in outside.notes[0]
    with pytest.raises(AppError, match="No lesion"):
        check_complete(outside)
    beyond = from_labelme(a_labelme(tmp_path, "metastasis", [[240, 400], [270, 400], [270, 420]]))
    assert len(beyond.annotation.regions) == 1
    assert "runs beyond the picture" in beyond.notes[0]


def test_regions_of_both_views_are_one_lesion_where_the_file_has_no_word_for_lesions(tmp_path: Path) -> None:
    turned = [[COLUMNS - x, y] for x, y in PAIRS]
    files = a_labelme(tmp_path, "metastasis", PAIRS), a_labelme(tmp_path, "metastasis", turned, "posterior")
    found = from_labelme(*files)
    assert len({region.lesion for region in found.annotation.regions}) == 1
    assert any("1 region lies opposite another" in note for note in found.notes)


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_pieces_hold_what_the_outline_encloses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    outline = rng.random((int(rng.integers(3, 9)), 2)) * 40
    try:
        found = pieces(outline)
    except AppError:
        return
    number = sum(to_mask(piece, (40, 40)).astype(int) for piece in found)
    assert np.array_equal(number, to_mask(outline, (40, 40)).astype(int))


# whatever stands in a file, nobody reads Python

JUNK = st.sampled_from(
    [None, True, -1, 1e400, float("nan"), "", "x", "1", [], {}, [[]], [None], {"a": 1}, 10**30]
)
WORDS = ("Traceback", "numpy", "array", "object", "NoneType", "invalid literal", "reshape", "int()", "float",
         "dict", "'str'", "iterable", "subscript", "argument", "operand", "dtype", "shape (")  # fmt: skip


def changed(content: Any, places: list[int], junk: object) -> Any:
    """The content with one value replaced, found by taking turns from the top."""
    if not places or not isinstance(content, dict | list) or not content:
        return junk
    keys = list(content) if isinstance(content, dict) else list(range(len(content)))
    key = keys[places[0] % len(keys)]
    other = dict(content) if isinstance(content, dict) else list(content)
    other[key] = changed(content[key], places[1:], junk)  # type: ignore[index, call-overload]
    return other


@pytest.mark.parametrize("name", ["coco", "labelme", "scintiread"])
@given(places=st.lists(st.integers(0, 30), min_size=1, max_size=7), junk=JUNK)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_word_of_python_reaches_a_user(
    name: str, places: list[int], junk: object, tmp_path: Path, labels: LabelSet
) -> None:
    reader = {"coco": coco, "labelme": labelme_json, "scintiread": native}[name]
    (good,) = (file for file in reader.write(tmp_path / "good", labels) if "posterior" not in file.name
               and file.suffix == ".json")  # fmt: skip
    content = changed(json.loads(good.read_text(encoding="utf-8")), places, junk)
    if name == "scintiread" and isinstance(content, dict) and isinstance(content.get("annotation"), dict):
        content["sha256"] = native._digest(content["annotation"])
    bad = tmp_path / good.name
    bad.write_text(json.dumps(content), encoding="utf-8")
    try:
        found = taken_over(reader.read("case-7", (bad,)), class_names())
    except AppError as error:
        said = [str(error)]
    else:
        said = list(found.notes)
    for sentence in said:
        assert not [word for word in WORDS if word in sentence], sentence
