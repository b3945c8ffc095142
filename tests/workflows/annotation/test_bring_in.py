"""Labels of hospital pictures come into a folder: halves, files, numbers and names as somebody said once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.annotation.formats import native
from app.annotation.masks import label_mask
from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import Scan, ViewEvidence, ViewName
from app.scan.told_sides import ToldSides
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.bring_in import bring_in, look_at_labels
from app.workflows.annotation.import_map import ImportMap, keep_import_map, read_import_map
from app.workflows.scans.confirmed_views import confirmed_views
from app.workflows.scans.library import load_scan
from tests.annotation.conftest import disc
from tests.scan.test_films import BOTH, WHITE, WHITE_POSTERIOR, screen

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


def save(folder: Path, name: str, picture: np.ndarray) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    Image.fromarray(picture.astype(np.uint8)).save(folder / name)
    return folder / name


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Side by side, the posterior view on the left: a JPEG and a PNG; and a captured screen as BMP."""
    folder = tmp_path / "scans"
    turned = np.hstack([WHITE_POSTERIOR, WHITE])
    save(folder, "p1.jpg", turned)
    save(folder, "p2.png", turned)
    save(folder, "p3.bmp", screen((300, WHITE_POSTERIOR), (700, WHITE)))
    return folder


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """One mask for each whole picture: 3 on the left body at (100, 300), 7 on the right one at (60, 500)."""
    for name, (left, right, top), shape in (
        ("p1", (0, 256, 0), BOTH.shape),
        ("p2", (0, 256, 0), BOTH.shape),
        ("p3", (300, 700, 88), (1200, 1640)),
    ):
        pixels = np.zeros(shape, np.uint8)
        pixels[top + 295 : top + 305, left + 95 : left + 105] = 3
        pixels[top + 495 : top + 505, right + 55 : right + 65] = 7
        save(tmp_path / "masks", f"{name}.png", pixels)
    return tmp_path / "masks"


def scan_of(folder: AnnotationFolder, case: str) -> Scan:
    return load_scan(next(row for row in folder.rows() if row.case == case))


TURNED = ImportMap(ToldSides(left=POST), {3: "metastasis", 7: "fracture"})


def test_numbers_and_halves_are_taken_as_was_said_and_remembered(scans: Path, masks: Path) -> None:
    folder = AnnotationFolder(scans, "R1")
    seen = look_at_labels(folder, masks)
    assert (seen.cases, dict(seen.numbers), dict(seen.unknown), seen.told) == (3, {3: "", 7: ""}, {}, ())

    made = bring_in(folder, masks, TURNED)
    assert (made.cases, made.notes, made.said) == (("p1", "p2", "p3"), (), "3 cases brought in")
    for case in made.cases:
        scan = scan_of(folder, case)
        assert {view.evidence for view in scan.views} == {ViewEvidence.PERSON}, "nobody is asked again"
        drawn = folder.load(scan).annotation
        assert scan.posterior is not None
        mask = label_mask(drawn, POST, "metastasis", scan.posterior.counts.shape)
        assert np.argwhere(mask).min(axis=0).tolist() == [295, 95]
        assert mask.sum() == 100
        assert [region.view for region in drawn.regions if region.label == "fracture"] == [ANT]
    assert read_import_map(scans / "annotations") == TURNED
    assert dict(look_at_labels(AnnotationFolder(scans, "R2"), masks).numbers) == TURNED.numbers


def test_what_was_annotated_stays_and_what_has_no_scan_is_told(scans: Path, masks: Path) -> None:
    folder = AnnotationFolder(scans, "R1")
    keep_import_map(scans / "annotations", TURNED)
    scan = scan_of(folder, "p1")
    own = folder.load(scan).annotation
    folder.save(scan, type(own)("p1", "R1", (Region(ANT, disc(100, 300, 9)),)))
    (masks / "p2.png").rename(masks / "p9.png")
    made = bring_in(folder, masks)
    assert made.cases == ("p3",)
    assert made.said == "1 case brought in, 2 left out"
    assert any("p1" in note and "stays as it is" in note for note in made.notes)
    assert any("p9" in note and "no scan of that name" in note for note in made.notes)
    assert len(folder.load(scan).annotation.regions) == 1


def test_numbers_that_nobody_explained_leave_the_case_out(scans: Path, masks: Path) -> None:
    made = bring_in(AnnotationFolder(scans, "R1"), masks, ImportMap(ToldSides(left=POST), {3: "metastasis"}))
    assert made.cases == ()
    assert "7" in made.notes[0]
    assert "what they mean was not told" in made.notes[0]


def test_files_are_told_apart_by_the_words_that_somebody_gave(tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    for case in ("p1", "p2"):
        save(folder, f"{case}_F.png", WHITE)
        save(folder, f"{case}_R.png", WHITE_POSTERIOR)
    annotated = AnnotationFolder(folder, "R1")
    assert len(annotated.rows()) == 4, "nobody knows yet"
    keep_import_map(folder / "annotations", ImportMap(ToldSides(words=(("_F", ANT), ("_R", POST)))))
    assert [row.case for row in annotated.rows()] == ["p1", "p2"]
    scan = scan_of(annotated, "p2")
    assert [view.evidence for view in scan.views] == [ViewEvidence.PERSON] * 2
    assert scan.anterior is not None
    assert scan.anterior.origin is not None
    assert scan.anterior.origin.path.name == "p2_F.png"


def test_what_was_said_of_one_scan_goes_before_the_folder(scans: Path) -> None:
    folder = AnnotationFolder(scans, "R1")
    asked = scan_of(folder, "p1")
    assert asked.needs_confirmation
    confirmed_views().remember(asked, as_shown=True)
    keep_import_map(scans / "annotations", TURNED)
    lefts = {}
    for case in ("p1", "p2"):
        views = {view.origin.placed.left: view.name for view in scan_of(folder, case).views}  # type: ignore[union-attr]
        lefts[case] = views[min(views)]
    assert lefts == {"p1": ANT, "p2": POST}


def test_labelme_files_of_whole_pictures_come_in_with_names_of_others(scans: Path, tmp_path: Path) -> None:
    points = {"p1": (0, 256, 0), "p3": (300, 700, 88)}
    for case, (left, right, top) in points.items():
        shapes = [
            {"label": "Herd", "points": disc(left + 100, top + 300, 8).tolist(), "shape_type": "polygon"},
            {
                "label": "metastasis",
                "points": disc(right + 60, top + 500, 8).tolist(),
                "shape_type": "polygon",
            },
        ]
        size = (1024, 512) if case == "p1" else (1200, 1640)
        content = {
            "shapes": shapes,
            "imagePath": f"{case}.png",
            "imageHeight": size[0],
            "imageWidth": size[1],
        }
        (tmp_path / f"{case}.json").write_text(json.dumps(content))
    folder = AnnotationFolder(scans, "R1")
    seen = look_at_labels(folder, tmp_path)
    assert dict(seen.unknown) == {"Herd": 2}
    made = bring_in(folder, tmp_path, ImportMap(ToldSides(left=POST), {}, {"Herd": "fracture"}))
    assert made.cases == ("p1", "p3")
    drawn = folder.load(scan_of(folder, "p3")).annotation
    assert {(region.view, region.label) for region in drawn.regions} == {
        (POST, "fracture"),
        (ANT, "metastasis"),
    }


def test_the_same_by_command_is_remembered_with_the_folder(
    scans: Path, masks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["masks", "import", str(scans), str(masks), "--left", "posterior"]
    assert main([*command, "--number", "3=metastasis", "--number", "7=fracture"]) == 0
    assert "3 cases brought in" in capsys.readouterr().out
    assert read_import_map(scans / "annotations") == TURNED
    assert main(["masks", "import", str(scans), str(masks), "--annotator", "R2"]) == 0
    assert len(native.cases(scans / "annotations" / "R2")) == 3
    assert main([*command, "--number", "3=nonsense"]) == 2
    assert "no class" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[views]\nleft = 'both'", "anterior or posterior"),
        ("[numbers]\nmany = 'metastasis'", "no number of a mask"),
        ("views = 3", "no table of texts"),
        ("[views", "no TOML"),
    ],
)
def test_a_damaged_map_is_named(content: str, named: str, scans: Path) -> None:
    (scans / "annotations").mkdir()
    (scans / "annotations" / "import.toml").write_text(content)
    with pytest.raises(AppError, match=named):
        AnnotationFolder(scans, "R1").rows()
