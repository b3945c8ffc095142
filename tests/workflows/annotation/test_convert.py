from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask
from app.annotation.region import Region
from app.errors import AppError
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.workflows.annotation.agree import agree
from app.workflows.annotation.convert import convert
from tests.annotation.conftest import disc
from tests.scan.nm_files import toy_counts, write_nm

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = dict.fromkeys(ViewName, (256, 1024))


def annotated(case: str, reader: str, *regions: Region) -> LabelSet:
    return LabelSet(Annotation(case, reader, regions), SIZES)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    rng = np.random.default_rng(8)
    for name in ("a", "b"):
        write_nm(folder / f"{name}.dcm", *toy_counts(rng))
    return folder


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    folder = tmp_path / "R1"
    for case in ("a", "b"):
        native.write(
            folder,
            annotated(
                case,
                "R1",
                Region(ANT, disc(100, 300, 9)),
                Region(POST, disc(150, 300, 8), label="fracture"),
                Region(ANT, np.array([[50.0, 60.0]])),
            ),
        )
    return folder


@pytest.mark.parametrize("name", ["labelme", "coco", "dicom-seg", "png"])
def test_there_and_back_again_every_pixel_is_kept(
    name: str, drawn: Path, scans: Path, tmp_path: Path
) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    assert convert(drawn, there, name, scans=scans).cases == ("a", "b")
    made = convert(there, back, "scintiread", scans=scans)
    assert made.cases == ("a", "b")
    for case in made.cases:
        before = native.read(case, (drawn / f"{case}.annotation.json",)).annotation
        after = native.read(case, (back / f"{case}.annotation.json",)).annotation
        for view, label in ((ANT, "metastasis"), (POST, "fracture")):
            was = label_mask(before, view, label, (1024, 256))
            assert (label_mask(after, view, label, (1024, 256)) == was).all()


def test_what_has_no_area_is_left_out_of_masks_and_told(drawn: Path, tmp_path: Path) -> None:
    made = convert(drawn, tmp_path / "out", "png-binary")
    assert made.notes == tuple(f"{case}: 1 point has no area and is left out." for case in ("a", "b"))


def test_a_corrupt_case_costs_itself_alone(drawn: Path, tmp_path: Path) -> None:
    (drawn / "a.annotation.json").write_text("{")
    made = convert(drawn, tmp_path / "out", "labelme")
    assert made.cases == ("b",)
    assert made.left_out == 1
    assert "a.annotation.json" in made.notes[0]


def test_a_segmentation_without_scans_or_for_other_scans_is_told(
    drawn: Path, scans: Path, tmp_path: Path
) -> None:
    assert "needs the scan" in convert(drawn, tmp_path / "out", "dicom-seg").notes[0]
    (scans / "b.dcm").unlink()
    made = convert(drawn, tmp_path / "out", "dicom-seg", scans=scans)
    assert made.cases == ("a",)
    assert "no scan b" in made.notes[-1]


def test_unknown_and_read_only_formats_are_refused(drawn: Path, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="no format"):
        convert(drawn, tmp_path / "out", "excel")
    with pytest.raises(AppError, match="cannot be written"):
        convert(drawn, tmp_path / "out", "simulator")
    with pytest.raises(AppError, match="no annotations of that format"):
        convert(drawn, tmp_path / "out", "png", origin="coco")


# agreement


@pytest.fixture
def people(tmp_path: Path, drawn: Path) -> tuple[Path, Path, Path]:
    second, third = tmp_path / "R2", tmp_path / "R3"
    for folder, shift in ((second, 2), (third, 0)):
        native.write(folder, annotated("a", folder.name, Region(ANT, disc(100 + shift, 300, 9))))
    return drawn, second, third


def test_agreement_writes_tables_and_a_consensus(people: tuple[Path, ...], tmp_path: Path) -> None:
    out = tmp_path / "agreement"
    made = agree(people, out)
    summary = json.loads((out / "agreement.json").read_text())
    assert summary["people"] == ["R1", "R2", "R3"]
    assert summary["cases"] == ["a"]
    with (out / "agreement_pairs.csv").open() as file:
        rows = list(csv.DictReader(file))
    pairs = {(row["a"], row["b"]): float(row["dice"]) for row in rows if row["class"] == "metastasis"}
    assert pairs["R1", "R3"] == 1
    assert 0.8 < pairs["R1", "R2"] < 0.95
    fracture = [row for row in rows if row["class"] == "fracture"]
    assert [row["dice"] for row in fracture if row["a"] == "R1"] == ["0.0", "0.0"]
    with Image.open(out / "consensus" / "metastasis" / "a_anterior.png") as picture:
        consensus = np.array(picture) > 0
    expected = label_mask(
        native.read("a", native.cases(people[2])["a"]).annotation, ANT, "metastasis", (1024, 256)
    )
    assert (consensus ^ expected).sum() <= 0.1 * expected.sum()
    assert any(line.startswith("metastasis") for line in made.lines)
    assert made.notes == ("b is not there for R2, R3.",)


def test_distances_are_in_mm_when_the_pixel_size_is_told(people: tuple[Path, ...], tmp_path: Path) -> None:
    agree(people, tmp_path / "px")
    agree(people, tmp_path / "mm", spacing_mm=2.26)
    pixels, millimetres = (
        json.loads((tmp_path / name / "agreement.json").read_text())["classes"]["metastasis"]
        for name in ("px", "mm")
    )
    assert millimetres["hausdorff_95"] == pytest.approx(2.26 * pixels["hausdorff_95"])
    assert (pixels["distance_unit"], millimetres["distance_unit"]) == ("pixel", "mm")


def test_distances_are_in_mm_by_the_files_of_the_scans(
    people: tuple[Path, ...], scans: Path, tmp_path: Path
) -> None:
    def distance(name: str) -> tuple[float, str]:
        summary = json.loads((tmp_path / name / "agreement.json").read_text())["classes"]["metastasis"]
        return summary["hausdorff_95"], summary["distance_unit"]

    agree(people, tmp_path / "px")
    agree(people, tmp_path / "named", scans=scans)
    told = read_scan(scans / "a.dcm").views[0].spacing_mm
    assert told is not None
    assert distance("named") == (pytest.approx(told[1] * distance("px")[0]), "mm")

    beside = [shutil.copytree(person, scans / "annotations" / person.name) for person in people]
    agree(beside, tmp_path / "beside")
    assert distance("beside") == distance("named"), "annotations beside their scans"

    (scans / "a.dcm").unlink()
    Image.new("L", (256, 1024)).save(scans / "a.png")  # a picture has no spacing
    made = agree(people, tmp_path / "picture", scans=scans)
    assert distance("picture")[1] == "pixel"
    assert any("size of a pixel of a." in note for note in made.notes)


def test_people_may_use_different_formats(people: tuple[Path, ...], tmp_path: Path) -> None:
    convert(people[1], tmp_path / "png", "png")
    made = agree((people[0], tmp_path / "png"), tmp_path / "out", names=("R1", "R2"))
    assert made.lines


def test_one_person_or_no_common_case_is_refused(people: tuple[Path, ...], tmp_path: Path) -> None:
    with pytest.raises(AppError, match="at least two"):
        agree(people[:1], tmp_path / "out")
    with pytest.raises(AppError, match="name of its own"):
        agree(people[:2], tmp_path / "out", names=("R1",))
    alone = tmp_path / "R4"
    native.write(alone, annotated("z", "R4", Region(ANT, disc(50, 50, 4))))
    with pytest.raises(AppError, match="no case in common"):
        agree((people[0], alone), tmp_path / "out")


def test_a_case_that_is_empty_for_all_enters_the_agreement(people: tuple[Path, ...], tmp_path: Path) -> None:
    for folder in people:
        native.write(folder, annotated("free", folder.name))
    made = agree(people, tmp_path / "out")
    with (tmp_path / "out" / "agreement_pairs.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["case"] == "free"]
    assert {(row["class"], row["pixels_a"], row["dice"]) for row in rows} == {("metastasis", "0", "")}
    told = json.loads((tmp_path / "out" / "agreement.json").read_text())["classes"]["metastasis"]
    assert told["cases"] == told["cases_alike"] == 2
    assert "2 of 2 cases alike" in made.lines[0]
    with Image.open(tmp_path / "out" / "consensus" / "metastasis" / "free_anterior.png") as picture:
        assert not np.array(picture).any()


@pytest.mark.parametrize("name", ["png-binary", "png-three"])
def test_no_empty_mask_is_written_for_what_was_drawn_but_not_understood(name: str, tmp_path: Path) -> None:
    native.write(tmp_path / "R1", annotated("a", "R1", Region(ANT, disc(100, 300, 9), label="hot spot")))
    made = convert(tmp_path / "R1", tmp_path / "out", name)
    assert made.left_out == 1
    assert "“hot spot” (1)" in made.notes[0]
    assert not (tmp_path / "out").exists()


def test_unknown_classes_are_never_written_as_free_of_metastasis(tmp_path: Path) -> None:
    drawn = (
        Region(ANT, disc(100, 300, 9), label="hot spot"),
        Region(ANT, disc(150, 500, 9), label="METASTASES"),
    )
    native.write(tmp_path / "R1", annotated("a", "R1", *drawn))
    made = convert(tmp_path / "R1", tmp_path / "out", "png-three")
    with Image.open(tmp_path / "out" / "a_anterior.png") as picture:
        assert set(np.unique(np.array(picture))) == {0, 2}
    assert any("“hot spot” (1)" in note for note in made.notes)
