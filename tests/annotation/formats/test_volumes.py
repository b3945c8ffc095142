"""NIfTI and nnU-Net: what other programs read there is what was drawn, where it was drawn."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from app.annotation.annotation import Annotation
from app.annotation.formats import format_named, nifti, nnunet
from app.annotation.formats.format import Beside
from app.annotation.formats.nifti_file import read_nifti
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask
from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import Scan, View, ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


def test_a_label_map_has_both_views_where_the_patient_is(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    """As ITK, and so 3D Slicer, reads it: size, spacing, directions, and the image over the labels."""
    drawn, image = (SimpleITK.ReadImage(str(file)) for file in nifti.write(tmp_path, labels, scan))
    (columns, rows), (row, column) = labels.sizes[ANT], scan.views[0].spacing_mm or (0, 0)
    assert drawn.GetSize() == image.GetSize() == (columns, rows, 2)
    assert drawn.GetSpacing()[:2] == pytest.approx((column, row))
    for each in (drawn, image):
        to_left, to_feet, to_back = np.array(each.GetDirection()).reshape(3, 3).T.round(6).tolist()
        assert (to_left, to_feet, to_back) == ([1, 0, 0], [0, 0, -1], [0, 1, 0]), "left, posterior, superior"
    pixels, counts = (SimpleITK.GetArrayFromImage(each) for each in (drawn, image))
    assert pixels.dtype == np.uint8
    table = labels.classes
    for place, view in enumerate((ANT, POST)):
        shown = scan.view(view)
        assert shown is not None
        facing = slice(None) if view is ANT else slice(None, None, -1)  # from behind: the other way round
        assert np.array_equal(counts[place], shown.counts[:, facing])
        lesion = label_mask(labels.annotation, view, "metastasis", labels.shape(view))
        assert ((pixels[place] == table.of("metastasis").number) == lesion[:, facing]).all()


@pytest.mark.parametrize("turned", ["as it was", "flipped", "uncompressed", "without our words"])
def test_what_another_program_saved_anew_is_read_as_before(
    turned: str, tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    file = nifti.write(tmp_path, labels, scan)[0]
    image = SimpleITK.ReadImage(str(file))  # its words are gone from here on
    if turned == "flipped":
        image = SimpleITK.Flip(image, [True, True, False])
    again = tmp_path / "again" / ("case-7_seg.nii" if turned == "uncompressed" else "case-7_seg.nii.gz")
    again.parent.mkdir()
    if turned == "as it was":
        shutil.copy(file, again)
    else:
        SimpleITK.WriteImage(image, str(again))
    numbers = {each.number: each.name for each in labels.classes.classes}
    back = nifti.read("case-7", (again,), Beside(scan, {} if turned == "as it was" else numbers))
    for view in ViewName:
        for label in ("metastasis", "degenerative", "bladder"):
            before, after = (
                label_mask(each.annotation, view, label, labels.shape(view)) for each in (labels, back)
            )
            assert (before == after).all(), (view, label)
    if turned != "as it was":
        with pytest.raises(AppError, match="what they mean is not known"):
            nifti.read("case-7", (again,))


def test_views_of_two_sizes_are_files_of_their_own(tmp_path: Path) -> None:
    regions = (Region(ANT, disc(20, 30, 5)), Region(POST, disc(10, 10, 4), label="fracture"))
    labels = LabelSet(Annotation("c", "", regions), {ANT: (40, 60), POST: (30, 50)})
    files = nifti.write(tmp_path, labels)
    assert [file.name for file in files] == ["c_anterior_seg.nii.gz", "c_posterior_seg.nii.gz"]
    back = nifti.read("c", nifti.cases(tmp_path)["c"])
    assert back.sizes == labels.sizes
    for view, label in ((ANT, "metastasis"), (POST, "fracture")):
        before, after = (
            label_mask(each.annotation, view, label, labels.shape(view)) for each in (labels, back)
        )
        assert (before == after).all()


@pytest.mark.parametrize("size", [0, 2, 100, 352, 900])
def test_a_file_cut_off_is_one_sentence(size: int, tmp_path: Path, labels: LabelSet) -> None:
    (file,) = nifti.write(tmp_path, labels)
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(AppError, match="case-7_seg"):
        nifti.read("case-7", (file,))


def integrity(folder: Path) -> None:
    """nnU-Net 2's verify_dataset_integrity, rule by rule (nnunetv2/experiment_planning)."""
    told = json.loads((folder / "dataset.json").read_text())
    for key in ("labels", "channel_names", "numTraining", "file_ending"):
        assert key in told
    ending, channels = told["file_ending"], len(told["channel_names"])
    images = sorted(file.name for file in (folder / "imagesTr").iterdir() if file.name.endswith(ending))
    identifiers = sorted({name[: -len(ending) - 5] for name in images})
    assert len(identifiers) == told["numTraining"]
    expected = sorted(told["labels"].values())
    assert told["labels"]["background"] == 0
    assert expected == list(range(len(expected))), "consecutive"
    for identifier in identifiers:
        drawn = SimpleITK.ReadImage(str(folder / "labelsTr" / f"{identifier}{ending}"))
        for channel in range(channels):
            image = SimpleITK.ReadImage(str(folder / "imagesTr" / f"{identifier}_{channel:04d}{ending}"))
            assert image.GetSize() == drawn.GetSize()
            assert image.GetSpacing() == drawn.GetSpacing()
            assert image.GetOrigin() == drawn.GetOrigin()
            assert image.GetDirection() == drawn.GetDirection()
            assert np.isfinite(SimpleITK.GetArrayFromImage(image)).all()
        assert set(np.unique(SimpleITK.GetArrayFromImage(drawn))) <= set(expected)
    if find_spec("nnunetv2"):
        import_module("nnunetv2.experiment_planning.verify_dataset_integrity").verify_dataset_integrity(
            str(folder), 1
        )


def test_a_data_set_passes_nnu_net_s_own_check_and_is_read_again(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    nnunet.write(tmp_path, labels, scan)
    nnunet.write(tmp_path, replace(labels, annotation=replace(labels.annotation, case="case-8")), scan)
    folder = tmp_path / "Dataset501_Lesions"
    integrity(folder)
    assert set(nnunet.cases(tmp_path)) == {"case-7", "case-8"}
    predicted = tmp_path / "predicted"
    shutil.copytree(folder / "labelsTr", predicted)
    shutil.copy(folder / "dataset.json", predicted)
    for place in (folder, predicted):
        back = nnunet.read("case-8", nnunet.cases(place)["case-8"])
        lesion = label_mask(back.annotation, POST, "metastasis", labels.shape(POST))
        assert (lesion == label_mask(labels.annotation, POST, "metastasis", labels.shape(POST))).all()


def test_a_data_set_needs_scans_of_one_size_and_one_table(
    tmp_path: Path, labels: LabelSet, scan: Scan
) -> None:
    with pytest.raises(AppError, match="has the scans in it"):
        nnunet.write(tmp_path, labels)
    assert scan.anterior is not None
    assert scan.posterior is not None
    smaller = replace(scan, posterior=View(POST, scan.posterior.counts[:90, :90].copy()))
    with pytest.raises(AppError, match="differ in size"):
        nnunet.write(tmp_path, labels, smaller)
    nnunet.write(tmp_path, labels, scan)
    fewer = replace(labels, table=replace(labels.classes, classes=labels.classes.classes[:3]))
    with pytest.raises(AppError, match="other classes"):
        nnunet.write(tmp_path, fewer, scan)


def test_a_structure_set_is_refused_with_the_reason() -> None:
    with pytest.raises(AppError, match="no position") as refused:
        format_named("rtstruct")
    assert "dicom-seg" in refused.value.hint


def test_voxels_of_other_kinds_and_scales_are_read(tmp_path: Path) -> None:
    image = SimpleITK.GetImageFromArray(np.arange(24, dtype=np.int16).reshape(2, 4, 3))
    SimpleITK.WriteImage(image, str(tmp_path / "x.nii"))
    little = read_nifti(tmp_path / "x.nii")
    assert little.voxels.shape == (3, 4, 2)
    assert little.voxels[1, 2, 1] == 12 + 2 * 3 + 1
    whole = bytearray((tmp_path / "x.nii").read_bytes())
    whole[112:116] = np.float32(2).tobytes()
    (tmp_path / "x.nii").write_bytes(bytes(whole))
    assert read_nifti(tmp_path / "x.nii").voxels[1, 2, 1] == 2 * 19
