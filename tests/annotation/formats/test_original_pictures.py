"""Labels in the original picture's coordinates and under its name, both ways."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.annotation.annotation import Annotation
from app.annotation.formats import coco, format_named, labelme_json, native, recognised
from app.annotation.formats.format import Beside
from app.annotation.label_set import LabelSet, sizes_of
from app.annotation.masks import label_mask, union
from app.annotation.region import Region
from app.errors import AppError
from app.scan.pairing import confirm_views
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.convert import convert
from tests.annotation.conftest import disc
from tests.annotation.formats.test_labelme_json import LOADER, labelme_python
from tests.scan.test_films import BOTH, TWO_VIEWS, screen

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
PICTURES = {
    "side by side": BOTH,
    "films on a screen": screen((300, BOTH[:, :256]), (700, BOTH[:, 256:])),
    "films in lines": TWO_VIEWS["black films in white lines"],
    "a panel beside": TWO_VIEWS["a black panel beside white films"],
}


def saved(folder: Path, picture: np.ndarray, name: str = "patient 7.png") -> Path:
    folder.mkdir(exist_ok=True)
    Image.fromarray(picture.astype(np.uint8)).save(folder / name)
    return folder / name


def drawn_on(scan: Scan) -> LabelSet:
    """Regions within the picture, also where a view was widened with air on its left."""

    def at(view: ViewName, x: float, y: float, radius: float) -> np.ndarray:
        shown = scan.view(view)
        assert shown is not None
        assert shown.origin is not None
        assert shown.origin.placed is not None
        return disc(x + max(-shown.origin.placed.left, 0), y, radius)

    regions = (
        Region(ANT, at(ANT, 100, 300, 9), lesion="one"),
        Region(POST, at(POST, 150, 300, 8), lesion="one"),
        Region(POST, at(POST, 60, 500, 7), label="fracture"),
    )
    return LabelSet(Annotation(scan.case, "R1", regions), sizes_of(scan))


def grey(file: Path) -> np.ndarray:
    with Image.open(file) as picture:
        return np.array(picture.convert("L")).astype(int)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_a_view_lies_where_the_file_says_in_its_picture(name: str, suffix: str, tmp_path: Path) -> None:
    file = saved(tmp_path / "scans", PICTURES[name], f"x.{suffix}")
    scan, picture = read_scan(file), grey(file)
    for view in scan.views:
        assert view.origin is not None
        place = view.origin.placed
        assert place is not None
        assert (place.rows, place.columns) == picture.shape
        rows, columns = np.nonzero(view.counts > 0.9 * view.counts.max())
        hot = picture[rows + place.top, columns + place.left]
        assert hot.max() - hot.min() < 60, "what is hot in the view is of one grey in the picture"


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
@pytest.mark.parametrize("to", ["labelme", "coco", "png"])
def test_what_was_drawn_lies_on_the_original_and_comes_back(
    to: str, suffix: str, name: str, tmp_path: Path
) -> None:
    file = saved(tmp_path / "scans", PICTURES[name], f"patient 7.{suffix}")
    scan = confirm_views(read_scan(file), as_shown=True)
    labels, out = drawn_on(scan), tmp_path / "out"
    chosen = format_named(to)
    assert chosen.write is not None
    chosen.write(out, labels, scan)
    assert not list(out.glob("*anterior*"))
    found, cases = recognised(out)
    assert (found, list(cases)) == (chosen, ["patient 7"])
    back = chosen.read("patient 7", cases["patient 7"], Beside(scan))
    assert (back.sizes, back.notes) == (labels.sizes, ())
    for view in ViewName:
        for label in ("metastasis", "fracture"):
            before, after = (
                label_mask(each.annotation, view, label, labels.shape(view)) for each in (labels, back)
            )
            assert (before == after).all()
    with pytest.raises(AppError, match="view"):
        chosen.read("patient 7", cases["patient 7"], Beside())


def test_a_labelme_file_of_the_whole_picture_is_read_region_by_region(tmp_path: Path) -> None:
    """As somebody made it in Labelme: no word of sides in it, nor in its name."""
    file = saved(tmp_path / "scans", PICTURES["films on a screen"], "scan.png")
    shapes = [
        {"label": "metastasis", "points": (disc(300 + 100, 88 + 300, 9)).tolist(), "shape_type": "polygon"},
        {"label": "Fraktur", "points": (disc(700 + 60, 88 + 500, 7)).tolist(), "shape_type": "polygon"},
        {"label": "metastasis", "points": (disc(30, 30, 7)).tolist(), "shape_type": "polygon"},
    ]
    rows, columns = PICTURES["films on a screen"].shape
    content = {
        "version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": "scan.png", "imageData": None,
        "imageHeight": rows, "imageWidth": columns,
    }  # fmt: skip
    file.with_suffix(".json").write_text(json.dumps(content))

    found = labelme_json.read("scan", (file.with_suffix(".json"),), Beside(read_scan(file)))
    assert [region.view for region in found.annotation.regions] == [ANT, POST]
    assert np.allclose(found.annotation.regions[0].vertices, disc(100, 300, 9))
    assert np.allclose(found.annotation.regions[1].vertices, disc(60, 500, 7))
    assert "shape 3 is left out: it lies beside the views" in found.notes[1]
    assert "was assumed" in found.notes[0], "nobody has confirmed which half is which"

    made = convert(file.with_suffix(".json"), tmp_path / "own", "scintiread", scans=file)
    kept = native.read("scan", (tmp_path / "own" / "scan.annotation.json",)).annotation
    assert {region.label for region in kept.regions} == {"metastasis", "fracture"}
    assert any("which view was assumed" in note for note in made.notes)

    loaded = AnnotationFolder(tmp_path / "scans", "R1").load(read_scan(file))
    assert [region.view for region in loaded.annotation.regions] == [ANT, POST], (
        "beside the scan it is taken over"
    )


def test_the_views_told_the_other_way_round_take_their_regions_along(tmp_path: Path) -> None:
    file = saved(tmp_path / "scans", BOTH)
    shown = read_scan(file)
    right, turned = confirm_views(shown, as_shown=True), confirm_views(shown, as_shown=False)
    labelme_json.write(tmp_path / "out", drawn_on(right), right)
    cases = labelme_json.cases(tmp_path / "out")
    as_it_was, as_turned = (
        labelme_json.read("patient 7", cases["patient 7"], Beside(scan)) for scan in (right, turned)
    )
    assert [region.view for region in as_it_was.annotation.regions] == [ANT, POST, POST]
    assert sorted(region.view for region in as_turned.annotation.regions) == [ANT, ANT, POST]


def test_masks_of_the_whole_picture_hold_its_size_and_what_is_beside_is_told(tmp_path: Path) -> None:
    file = saved(tmp_path / "scans", PICTURES["films on a screen"])
    scan = confirm_views(read_scan(file), as_shown=True)
    labels = drawn_on(scan)
    (mask,) = format_named("png-binary").write(tmp_path / "out", labels, scan)  # type: ignore[misc]
    assert mask.name == "patient 7.png"
    pixels = grey(mask)
    assert pixels.shape == PICTURES["films on a screen"].shape
    anterior = union([labels.annotation.regions[0]], labels.shape(ANT))
    assert ((pixels[88:1112, 300:556] > 0) == anterior).all()

    foreign = np.zeros(pixels.shape, np.uint8)
    foreign[388:400, 400:410] = foreign[5:7, 5:8] = 255
    Image.fromarray(foreign).save(tmp_path / "patient 7_mask.png")
    cases = format_named("png").cases(tmp_path / "patient 7_mask.png")
    back = format_named("png").read("patient 7", cases["patient 7"], Beside(scan))
    assert [region.view for region in back.annotation.regions] == [ANT]
    assert back.notes == ("patient 7_mask.png: 6 pixels beside the views of the picture left out",)


def test_pictures_of_one_name_in_two_folders_do_not_write_over_each_other(tmp_path: Path) -> None:
    for to in ("labelme", "png", "coco"):
        chosen = format_named(to)
        assert chosen.write is not None
        for ward in ("a", "b"):
            file = saved(tmp_path / ward, BOTH, "scan.png")
            scan = read_scan(file, case=f"{ward}_scan")
            chosen.write(tmp_path / to, drawn_on(scan), scan)
        found = chosen.cases(tmp_path / to)
        assert len(found) == 2, to
    names = {
        image["file_name"] for image in json.loads((tmp_path / "coco" / "coco.json").read_text())["images"]
    }
    assert names == {"scan.png"}
    assert set(coco.cases(tmp_path / "coco")) == {"a_scan", "b_scan"}


def test_two_files_of_one_scan_keep_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    files = [
        saved(folder, BOTH[:, :256], "p9_ant.jpg"),
        saved(folder, BOTH[:, 256:], "p9_post.jpg"),
    ]
    scan = read_scan(*files, case="p9")
    labelme_json.write(tmp_path / "out", drawn_on(scan), scan)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "p9_ant.jpg", "p9_ant.json", "p9_post.jpg", "p9_post.json",
    ]  # fmt: skip
    assert (tmp_path / "out" / "p9_ant.jpg").read_bytes() == files[0].read_bytes()
    (case, found), *others = labelme_json.cases(tmp_path / "out").items()
    assert (case, others) == ("p9", [])
    back = labelme_json.read(case, found, Beside(scan))
    assert [region.view for region in back.annotation.regions] == [ANT, POST, POST]


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_a_file_of_the_original_picture_opens_in_labelme(suffix: str, tmp_path: Path) -> None:
    python = labelme_python()
    if not python:
        pytest.skip("Labelme is not installed")
    file = saved(tmp_path / "scans", PICTURES["films on a screen"], f"patient 7.{suffix}")
    scan = confirm_views(read_scan(file), as_shown=True)
    labelme_json.write(tmp_path / "out", drawn_on(scan), scan)
    made = str(tmp_path / "out" / "patient 7.json")
    run = subprocess.run([python, "-c", LOADER, made], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("polygon") == 3
