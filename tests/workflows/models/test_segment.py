"""Segmentation of files by an installed model, in every format, and the lesions it gives to others."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from app import paths
from app.annotation.classes import METASTASIS
from app.annotation.formats import format_named
from app.annotation.masks import label_mask
from app.annotation.region import RegionSource
from app.cli import run
from app.errors import AppError
from app.learning.weights import InstalledModel
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.workflows.models.lesions import lesions_by
from app.workflows.models.segment import FORMATS, segment
from tests.learning.toy_model import TRAINED_ON, install_toy_model
from tests.scan.nm_files import toy_counts, write_nm

ANT = ViewName.ANTERIOR


@pytest.fixture(autouse=True)
def nothing_shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the models that a test installs are there."""
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr(paths, "model_weights", lambda: folder)


@pytest.fixture
def toy() -> InstalledModel:
    return install_toy_model()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    rng = np.random.default_rng(3)
    write_nm(folder / "ill.dcm", *toy_counts(rng, hot_spots=((300, 110), (620, 160))))
    return folder


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "npz"])
def test_every_format_holds_the_same_foci_and_the_model(
    name: str, toy: InstalledModel, scans: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    made = segment((scans,), out, format_name=name)
    assert (made.cases, made.left_out) == (1, ())
    known = format_named(FORMATS[name])
    labels = known.read("ill", known.cases(out)["ill"])
    mask = label_mask(labels.annotation, ANT, METASTASIS, (1024, 256))
    expected = label_mask(
        lesions_by("toy")(read_scan(scans / "ill.dcm")).annotation, ANT, METASTASIS, (1024, 256)
    )
    assert expected.any()
    assert np.array_equal(mask, expected)
    assert {region.source for region in labels.annotation.regions} == {RegionSource.AI}
    if name != "seg":
        assert labels.made_by is not None
        assert labels.made_by.model.name == "toy"
        assert labels.made_by.model.training_data == TRAINED_ON
        assert labels.made_by.model.weights_sha256 == toy.weights_sha256


@pytest.mark.usefixtures("toy")
def test_a_dicom_segmentation_names_model_version_threshold_and_training_data(
    scans: Path, tmp_path: Path
) -> None:
    made = segment((scans,), tmp_path / "out", format_name="seg")
    dataset = pydicom.dcmread(made.files[0])
    algorithm = dataset.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0]
    assert dataset.SegmentSequence[0].SegmentAlgorithmType == "AUTOMATIC"
    assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("toy", "1")
    assert "threshold=0.5" in algorithm.AlgorithmParameters
    assert TRAINED_ON in algorithm.AlgorithmParameters
    assert "SIMULATED" in dataset.SeriesDescription
    assert len(dataset.SeriesDescription) <= 64
    assert "Research use only" in dataset.ImageComments


@pytest.mark.usefixtures("toy")
def test_npz_holds_probabilities_masks_and_the_notice(scans: Path, tmp_path: Path) -> None:
    made = segment((scans,), tmp_path / "out", format_name="npz")
    with np.load(made.files[0], allow_pickle=False) as archive:
        facts = json.loads(str(archive["made_by"]))
        assert archive["anterior_metastasis"].shape == (1024, 256)
        assert archive["anterior_metastasis_mask"].any()
    assert facts["made_by"]["model"] == "toy"
    assert "SIMULATED" in facts["notice"]


@pytest.mark.usefixtures("toy")
def test_the_command_writes_masks_and_a_table_and_goes_on_after_a_bad_file(
    scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (scans / "broken.dcm").write_bytes((scans / "ill.dcm").read_bytes()[:5000])
    out = tmp_path / "out"
    assert run(["segment", str(scans), "--model", "toy", "--out", str(out)]) == 1
    told = capsys.readouterr()
    assert "1 scan drawn on" in told.out
    assert TRAINED_ON in told.out
    assert "broken.dcm" in told.err
    with (out / "segmentation.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["case"] == "ill"
    assert row["call"] == "1"
    assert int(row["lesions"]) >= 2
    with Image.open(out / "ill_anterior.png") as picture:
        assert np.array(picture).sum() == int(row["metastasis_pixels"]) - (
            np.array(Image.open(out / "ill_posterior.png")).sum()
        )


def test_without_a_model_nothing_is_written(scans: Path, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="No installed model draws lesions"):
        segment((scans,), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("toy")
def test_a_folder_without_scans_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(AppError, match="no scan"):
        segment((tmp_path / "empty",), tmp_path / "out")


@pytest.mark.usefixtures("toy")
def test_quantify_takes_its_lesions_from_a_model(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quantify", str(scans / "ill.dcm"), "--model", "toy", "--no-bone-map", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["lesion_count"] >= 2
    assert found["bstbi_count"]["mean"] > 0
    assert any("model toy 1" in note for note in found["validity"])


def test_quantify_takes_masks_or_a_model_but_not_both(
    scans: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["quantify", str(scans / "ill.dcm"), "--model", "toy", "--masks", str(scans)]) == 2
    assert "--masks or --model" in capsys.readouterr().err
