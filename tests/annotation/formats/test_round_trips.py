"""What one format writes it reads again, and what it cannot hold is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.annotation.formats import FORMATS, format_named, native, recognised
from app.annotation.formats.coco import COCO
from app.annotation.formats.dicom_seg import DICOM_SEG
from app.annotation.formats.format import Format
from app.annotation.formats.labelme_json import LABELME
from app.annotation.formats.native import NATIVE
from app.annotation.formats.nifti import NIFTI
from app.annotation.formats.nnunet import NNUNET
from app.annotation.label_set import LabelSet, check_sizes
from app.annotation.masks import label_mask
from app.errors import AppError
from app.scan.scan import Scan, ViewName

WRITTEN = [each for each in FORMATS if each.write]
OUTLINED = [NATIVE, LABELME, COCO]
PAINTED = [format_named("png"), DICOM_SEG, NIFTI, NNUNET]


def again(chosen: Format, folder: Path, labels: LabelSet, scan: Scan) -> LabelSet:
    assert chosen.write(folder, labels, scan)
    found = chosen.cases(folder)
    assert list(found) == [labels.case]
    back: LabelSet = chosen.read(labels.case, found[labels.case])
    return back


@pytest.mark.parametrize("chosen", OUTLINED, ids=lambda each: each.name)
def test_formats_with_outlines_keep_every_field(
    chosen: Format, tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    back = again(chosen, tmp_path / "out", labels, scan)
    assert back.sizes == labels.sizes
    assert back.notes == ()
    before = {region.uuid: region for region in labels.annotation.regions}
    assert {region.uuid for region in back.annotation.regions} == set(before)
    for region in back.annotation.regions:
        drawn = before[region.uuid]
        assert np.array_equal(region.vertices, drawn.vertices)
        for name in ("view", "label", "lesion", "bone", "rating", "source", "comment"):
            assert getattr(region, name) == getattr(drawn, name), name


def test_the_program_s_own_file_keeps_the_order_and_the_reader(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    back = again(NATIVE, tmp_path / "out", labels, scan)
    assert [r.uuid for r in back.annotation.regions] == [r.uuid for r in labels.annotation.regions]
    assert back.annotation.reader == "R1"


@pytest.mark.parametrize(
    "chosen", [format_named("png"), DICOM_SEG, NIFTI, NNUNET], ids=lambda each: each.name
)
def test_formats_with_pixels_keep_every_pixel_of_every_class(
    chosen: Format, tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    back = again(chosen, tmp_path / "out", labels, scan)
    for view in ViewName:
        for label in ("metastasis", "degenerative", "bladder", "equivocal"):
            shape = labels.shape(view)
            drawn = label_mask(labels.annotation, view, label, shape)
            if view in back.sizes:
                assert (label_mask(back.annotation, view, label, shape) == drawn).all(), (view, label)
            else:
                assert not drawn.any()


def test_a_segmentation_keeps_which_regions_are_one_lesion(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    back = again(DICOM_SEG, tmp_path / "out", labels, scan)
    linked = [region for region in back.annotation.regions if region.lesion == "one"]
    assert {region.view for region in linked} == set(ViewName)
    assert {region.bone for region in linked} == {"lumbar spine"}


@pytest.mark.parametrize(("name", "numbers"), [("png-three", {0, 1, 2}), ("png-binary", {0, 255})])
def test_masks_for_training_hold_few_numbers(
    name: str, numbers: set[int], tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    from PIL import Image

    chosen = format_named(name)
    back = again(chosen, tmp_path / "out", labels, scan)
    found = set(np.unique(np.array(Image.open(tmp_path / "out" / "case-7_anterior.png"))).tolist())
    assert found == numbers
    shape = labels.shape(ViewName.ANTERIOR)
    wanted = label_mask(labels.annotation, ViewName.ANTERIOR, "metastasis", shape)
    assert (label_mask(back.annotation, ViewName.ANTERIOR, "metastasis", shape) == wanted).all()


@pytest.mark.parametrize("chosen", WRITTEN, ids=lambda each: each.name)
def test_what_a_format_wrote_is_recognised(
    chosen: Format, tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    chosen.write(tmp_path / "out", labels, scan)
    found, cases = recognised(tmp_path / "out")
    assert found.name.split("-")[0] == chosen.name.split("-")[0]
    assert list(cases) == ["case-7"]


def test_a_folder_without_annotations_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear colleague", encoding="utf-8")
    with pytest.raises(AppError, match="no annotations"):
        recognised(tmp_path)
    with pytest.raises(AppError, match="does not exist"):
        recognised(tmp_path / "nowhere")
    with pytest.raises(AppError, match="no format"):
        format_named("excel")


def test_labels_of_another_size_are_refused(labels: LabelSet, scan: Scan) -> None:
    check_sizes(labels, scan)
    other = LabelSet(labels.annotation, {ViewName.ANTERIOR: (200, 900)})
    with pytest.raises(AppError, match="200 × 900"):
        check_sizes(other, scan)


@pytest.mark.parametrize("chosen", [NATIVE, LABELME, COCO], ids=lambda each: each.name)
def test_a_file_cut_off_is_one_sentence(chosen: Format, tmp_path: Path, labels: LabelSet, scan: Scan) -> None:
    files = chosen.write(tmp_path / "out", labels, scan)
    file = next(each for each in files if each.suffix == ".json")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(AppError, match=file.name):
        found = chosen.cases(tmp_path / "out")
        chosen.read("case-7", found["case-7"])


def test_an_annotation_changed_by_hand_is_noticed(tmp_path: Path, labels: LabelSet) -> None:
    (file,) = native.write(tmp_path, labels)
    file.write_text(file.read_text(encoding="utf-8").replace("degenerative", "metastasis"), encoding="utf-8")
    with pytest.raises(AppError, match="checksum"):
        native.read("case-7", (file,))


def test_a_full_disk_leaves_the_earlier_file_as_it_was(
    tmp_path: Path, labels: LabelSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = native.write(tmp_path, labels)
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(AppError, match="the disk is full"):
        native.write(tmp_path, LabelSet(labels.annotation, {}))
    assert file.read_bytes() == before
    assert list(tmp_path.glob(".*.part")) == []
