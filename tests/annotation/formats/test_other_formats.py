from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from app.annotation.annotation import Annotation
from app.annotation.formats import coco, dicom_seg, png_masks, simulator_labels
from app.annotation.formats.coco_rle import mask_of
from app.annotation.formats.format import Beside
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask, union
from app.annotation.region import Region
from app.errors import AppError
from app.scan.read import read_scan
from app.scan.scan import Scan, View, ViewName
from tests.annotation.conftest import disc
from tests.scan.nm_files import toy_counts, write_pair

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


# PNG


def a_mask(folder: Path, pixels: np.ndarray, name: str = "c_anterior.png") -> Path:
    Image.fromarray(pixels).save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    ("numbers", "labels"),
    [
        ((255,), {"metastasis"}),
        ((1,), {"metastasis"}),
        ((1, 2), {"metastasis", "other benign"}),
        ((128, 255), {"metastasis", "other benign"}),
    ],
)
def test_masks_of_others_are_understood_by_their_numbers(
    numbers: tuple[int, ...], labels: set[str], tmp_path: Path
) -> None:
    pixels = np.zeros((40, 30), np.uint8)
    for place, number in enumerate(numbers):
        pixels[5 + 12 * place : 12 + 12 * place, 5:12] = number
    found = png_masks.read("c", (a_mask(tmp_path, pixels),))
    assert {region.label for region in found.annotation.regions} == labels


def test_numbers_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    pixels = np.zeros((40, 30), np.uint8)
    pixels[3:9, 3:9] = 77
    with pytest.raises(AppError, match="77"):
        png_masks.read("c", (a_mask(tmp_path, pixels),))
    colour = np.zeros((40, 30, 3), np.uint8)
    with pytest.raises(AppError, match="one channel"):
        png_masks.read("c", (a_mask(tmp_path, colour),))
    (tmp_path / "d_anterior.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    with pytest.raises(AppError, match="cut off"):
        png_masks.read("d", (tmp_path / "d_anterior.png",))


def test_parts_that_do_not_touch_are_lesions_of_their_own(tmp_path: Path) -> None:
    pixels = np.zeros((40, 30), np.uint8)
    pixels[2:6, 2:6] = pixels[20:25, 10:14] = 255
    found = png_masks.read("c", (a_mask(tmp_path, pixels),))
    assert len({region.lesion for region in found.annotation.regions}) == 2


# COCO


def test_a_second_case_joins_the_first_in_one_file(tmp_path: Path, labels: LabelSet) -> None:
    coco.write(tmp_path, labels)
    other = LabelSet(Annotation("case-8", "R1", (Region(ANT, disc(9, 9, 4)),)), {ANT: (40, 60)})
    coco.write(tmp_path, other)
    coco.write(tmp_path, labels)  # again: replaced, not doubled
    found = coco.cases(tmp_path)
    assert set(found) == {"case-7", "case-8"}
    assert len(coco.read("case-7", found["case-7"]).annotation.regions) == 5
    assert len(coco.read("case-8", found["case-8"]).annotation.regions) == 1
    content = json.loads((tmp_path / "coco.json").read_text(encoding="utf-8"))
    ids = [row["id"] for row in content["annotations"]]
    assert len(ids) == len(set(ids)) == 6


def test_area_and_box_are_those_of_the_outline(tmp_path: Path) -> None:
    square = Region(ANT, np.array([[10.0, 20.0], [14.0, 20.0], [14.0, 26.0], [10.0, 26.0]]))
    coco.write(tmp_path, LabelSet(Annotation("c", "", (square,)), {ANT: (40, 60)}))
    (row,) = json.loads((tmp_path / "coco.json").read_text(encoding="utf-8"))["annotations"]
    assert (row["area"], row["bbox"]) == (24.0, [10.0, 20.0, 4.0, 6.0])


def test_run_length_masks_are_read_plain_and_compressed() -> None:
    mask = np.zeros((5, 4), bool)
    mask[1:4, 1:3] = True
    plain = {"size": [5, 4], "counts": [6, 3, 2, 3, 6]}
    assert (mask_of(plain, (4, 5)) == mask).all()
    assert (mask_of({"size": [5, 4], "counts": packed([6, 3, 2, 3, 6])}, (4, 5)) == mask).all()
    with pytest.raises(AppError, match="do not fill"):
        mask_of({"size": [5, 4], "counts": [6, 3]}, (4, 5))
    with pytest.raises(AppError, match="4 × 5"):
        mask_of(plain, (9, 9))


def packed(runs: list[int]) -> str:
    """COCO's text of runs, as its own tools write it."""
    text = ""
    for place, run in enumerate(runs):
        value, more = run - (runs[place - 2] if place > 2 else 0), True
        while more:
            bits = value & 0x1F
            value >>= 5
            more = value != -1 if bits & 0x10 else value != 0
            text += chr((bits | (0x20 if more else 0)) + 48)
    return text


def test_an_annotation_that_cannot_be_used_is_told(tmp_path: Path, labels: LabelSet) -> None:
    (file,) = coco.write(tmp_path, labels)
    content = json.loads(file.read_text(encoding="utf-8"))
    content["annotations"][0]["segmentation"] = [[1, 2, 3, 4]]
    file.write_text(json.dumps(content), encoding="utf-8")
    found = coco.read("case-7", (file,))
    assert len(found.annotation.regions) == 4
    assert "at least three vertices" in found.notes[0]


# DICOM SEG


def source_frames(made: pydicom.Dataset) -> list[tuple[int, str, int]]:
    """Segment, label and source frame of every frame of a segmentation."""
    return [
        (
            group.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
            group.FrameContentSequence[0].FrameLabel,
            group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber,
        )
        for group in made.PerFrameFunctionalGroupsSequence
    ]


def test_a_segmentation_of_both_views_refers_to_the_frames_of_the_scan(
    tmp_path: Path, labels: LabelSet, scan: Scan, nm_file: Path
) -> None:
    import highdicom

    source = pydicom.dcmread(nm_file)
    (file,) = dicom_seg.write(tmp_path, labels, scan)
    made = pydicom.dcmread(file)
    assert file.name == "case-7_seg.dcm"
    assert (made.Modality, made.SeriesDescription) == ("SEG", "Segmentation, both views")
    assert made.StudyInstanceUID == source.StudyInstanceUID
    assert made.PatientID == source.PatientID
    assert source_frames(made) == [
        (1, "anterior", 1),
        (2, "anterior", 1),
        (3, "anterior", 1),
        (1, "posterior", 2),
    ]
    for group in made.PerFrameFunctionalGroupsSequence:
        image = group.DerivationImageSequence[0].SourceImageSequence[0]
        assert image.ReferencedSOPInstanceUID == source.SOPInstanceUID
        assert image.ReferencedSOPClassUID == source.SOPClassUID
    assert list(made.SourceImageSequence[0].ReferencedFrameNumber) == [1, 2]

    read = highdicom.seg.segread(file).get_pixels_by_source_frame(
        source.SOPInstanceUID, [1, 2], ignore_spatial_locations=True, assert_missing_frames_are_empty=True
    )
    for place, view in enumerate(ViewName):
        drawn = [region for region in labels.annotation.on(view) if region.lesion == "one"]
        assert (read[place, :, :, 0] > 0).tolist() == union(drawn, labels.shape(view)).tolist()


def test_the_view_of_a_frame_is_told_by_the_scan_where_no_label_does(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    (file,) = dicom_seg.write(tmp_path, labels, scan)
    made = pydicom.dcmread(file)
    for group in made.PerFrameFunctionalGroupsSequence:
        del group.FrameContentSequence[0].FrameLabel
    made.save_as(file)
    back = dicom_seg.read("case-7", (file,), Beside(scan))
    assert {region.view for region in back.annotation.regions} == set(ViewName)
    with pytest.raises(AppError, match="tells no view"):
        dicom_seg.read("case-7", (file,))


def test_views_of_two_objects_have_a_segmentation_each(tmp_path: Path, labels: LabelSet) -> None:
    scan = read_scan(*write_pair(tmp_path, *toy_counts(np.random.default_rng(5))), case="case-7")
    files = dicom_seg.write(tmp_path / "out", labels, scan)
    assert [file.name for file in files] == ["case-7_anterior_seg.dcm", "case-7_posterior_seg.dcm"]
    back = dicom_seg.read("case-7", files)
    linked = [region for region in back.annotation.regions if region.lesion == "one"]
    assert {region.view for region in linked} == set(ViewName)


def test_overlapping_lesions_stay_whole(tmp_path: Path, scan: Scan) -> None:
    regions = (Region(ANT, disc(100, 300, 8)), Region(ANT, disc(105, 300, 8), label="fracture"))
    labels = LabelSet(Annotation("case-7", "", regions), {ANT: (256, 1024)})
    files = dicom_seg.write(tmp_path, labels, scan)
    back = dicom_seg.read("case-7", files)
    for label in ("metastasis", "fracture"):
        wanted = label_mask(labels.annotation, ANT, label, (1024, 256))
        assert (label_mask(back.annotation, ANT, label, (1024, 256)) == wanted).all()


def test_a_label_that_no_table_knows_stays_in_the_segmentation(tmp_path: Path, scan: Scan) -> None:
    regions = (Region(ANT, disc(100, 300, 8), label="Hot spot?"),)
    files = dicom_seg.write(tmp_path, LabelSet(Annotation("case-7", "", regions), {ANT: (256, 1024)}), scan)
    assert dicom_seg.read("case-7", files).annotation.regions[0].label == "Hot spot?"


def test_a_segmentation_needs_a_dicom_scan(tmp_path: Path, labels: LabelSet, scan: Scan) -> None:
    with pytest.raises(AppError, match="needs the scan"):
        dicom_seg.write(tmp_path, labels, None)
    assert scan.anterior is not None
    with pytest.raises(AppError, match="nothing to refer to"):
        dicom_seg.write(tmp_path, labels, Scan("case-7", View(ANT, scan.anterior.counts)))


def test_the_standard_s_validator_finds_nothing_new(tmp_path: Path, labels: LabelSet, scan: Scan) -> None:
    validator = shutil.which("dciodvfy")
    if validator is None:
        pytest.skip("dciodvfy is not installed")
    for file in dicom_seg.write(tmp_path, labels, scan):
        run = subprocess.run(
            [validator, str(file)], capture_output=True, text=True, check=False, encoding="utf-8"
        )
        errors = [line for line in (run.stdout + run.stderr).splitlines() if line.startswith("Error")]
        assert errors == []


# label maps of the simulator


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    shape = (2, 60, 40)
    lesion, region, organ, finding = (np.zeros(shape, np.uint8) for _ in range(4))
    for view, column in ((0, 10), (1, 25)):
        lesion[view, 10:16, column : column + 6], finding[view, 10:16, column : column + 6] = 1, 1
        lesion[view, 30:33, 5:8], finding[view, 30:33, 5:8] = 2, 2
        organ[view] = 1
        organ[view, 45:55, 15:25] = 4
        region[view, :40] = 5
    np.savez_compressed(tmp_path / "c.npz", lesion=lesion, region=region, organ=organ, finding=finding)
    return tmp_path / "c.npz"


def test_label_maps_give_lesions_over_both_views_organs_and_bones(maps: Path) -> None:
    found = simulator_labels.read("c", (maps,))
    lesions = [region for region in found.annotation.regions if region.label == "metastasis"]
    assert len(lesions) == 2
    assert len({region.lesion for region in lesions}) == 1
    assert label_mask(found.annotation, ANT, "bladder", (60, 40)).sum() == 100
    assert label_mask(found.annotation, POST, "degenerative", (60, 40)).sum() == 9
    assert (found.bones[ANT][:40] == 5).all()


def test_damaged_label_maps_are_one_sentence(maps: Path) -> None:
    maps.write_bytes(maps.read_bytes()[:100])
    with pytest.raises(AppError, match=r"c\.npz"):
        simulator_labels.read("c", (maps,))
    np.savez_compressed(maps, lesion=np.zeros((2, 3, 4), np.uint8))
    with pytest.raises(AppError, match="four maps"):
        simulator_labels.read("c", (maps,))
