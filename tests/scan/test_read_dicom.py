"""DICOM scans: what is read out of the objects that cameras and workstations write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydicom import dcmwrite
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import (
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from app.errors import AppError
from app.scan.read import read_scan
from app.scan.scan import ViewEvidence, ViewName
from tests.scan.nm_files import LOSSLESS, code, nm_dataset, toy_counts, write_nm

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(5))


@pytest.mark.skipif(not LOSSLESS.exists(), reason="the lossless sample is not here")
def test_the_real_lossless_scan_sums_to_its_counts_accumulated() -> None:
    scan = read_scan(LOSSLESS)
    assert scan.anterior is not None
    assert scan.anterior.counts.shape == (1024, 256)
    assert scan.anterior.counts.sum(dtype=np.float64) == 3_596_452 == scan.anterior.counts_accumulated
    assert scan.anterior.spacing_mm == (2.26, 2.26)
    assert scan.anterior.evidence is ViewEvidence.TEXT
    assert scan.quantifiable
    assert scan.warnings == ("Only the anterior view is there.",)
    assert scan.acquisition.model == "MILLENNIUM MG"
    assert scan.acquisition.velocity_mm_s == pytest.approx(1.671598)


def test_the_lossy_real_scan_is_flagged_and_its_counts_are_doubted() -> None:
    scan = read_scan(Path(get_testdata_file("JPEG2000.dcm", download=False)))
    assert scan.lossy
    assert not scan.quantifiable
    assert any("Counts Accumulated says 3,596,452 (-1.9%)" in warning for warning in scan.warnings)


def test_two_views_in_one_object_go_by_their_codes_and_not_by_their_order(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "case7.dcm", POSTERIOR, ANTERIOR, detectors=(2, 1))
    scan = read_scan(path)
    assert scan.case == "case7"
    assert scan.anterior is not None
    assert scan.posterior is not None
    assert np.array_equal(scan.anterior.counts, ANTERIOR)
    assert np.array_equal(scan.posterior.counts, POSTERIOR)
    assert {view.evidence for view in scan.views} == {ViewEvidence.CODE}
    assert scan.warnings == ()


def test_counts_accumulated_that_disagree_with_the_pixels_are_doubted(tmp_path: Path) -> None:
    total = int(ANTERIOR.sum())
    near = read_scan(write_nm(tmp_path / "near.dcm", ANTERIOR, CountsAccumulated=int(total * 1.005)))
    far = read_scan(write_nm(tmp_path / "far.dcm", ANTERIOR, CountsAccumulated=int(total * 1.02)))
    assert not any("Counts Accumulated" in warning for warning in near.warnings)
    assert any("Counts Accumulated" in warning for warning in far.warnings)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_uncompressed_syntaxes_give_the_same_counts(syntax: str, tmp_path: Path) -> None:
    dataset = nm_dataset(ANTERIOR, POSTERIOR)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
        dataset["PixelData"].VR = "OW"
    path = tmp_path / "x.dcm"
    dcmwrite(path, dataset)
    scan = read_scan(path)
    assert scan.posterior is not None
    assert np.array_equal(scan.posterior.counts, POSTERIOR)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_lossless_compression_gives_the_same_counts(syntax: str, tmp_path: Path) -> None:
    dataset = nm_dataset(ANTERIOR, POSTERIOR)
    dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    scan = read_scan(tmp_path / "x.dcm")
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, ANTERIOR)
    assert not scan.lossy


def test_a_file_without_preamble_is_read(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR)
    path.write_bytes(path.read_bytes()[132:])
    assert read_scan(path).anterior is not None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=arrays.arrays(np.int64, (20, 18), elements=st.integers(-100, 120)),
    bits=st.sampled_from([8, 16]),
    signed=st.booleans(),
    inverted=st.booleans(),
)
def test_stored_values_are_counts_whatever_their_depth_sign_and_photometry(
    counts: np.ndarray, bits: int, signed: bool, inverted: bool, tmp_path: Path
) -> None:
    counts = counts if signed else np.abs(counts)
    path = write_nm(
        tmp_path / "x.dcm",
        counts.astype(np.float64),
        PixelData=counts.astype(f"<{'i' if signed else 'u'}{bits // 8}").tobytes(),
        BitsAllocated=bits,
        BitsStored=bits,
        HighBit=bits - 1,
        PixelRepresentation=int(signed),
        PhotometricInterpretation="MONOCHROME1" if inverted else "MONOCHROME2",
        ImageType=["DERIVED" if signed else "ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"],
        CountsAccumulated=None,
    )
    scan = read_scan(path)
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, counts)


def test_rescale_is_applied_and_a_slope_of_zero_is_not(tmp_path: Path) -> None:
    doubled = read_scan(write_nm(tmp_path / "a.dcm", ANTERIOR, RescaleSlope="2", RescaleIntercept="1"))
    nothing = read_scan(write_nm(tmp_path / "b.dcm", ANTERIOR, RescaleSlope="0", RescaleIntercept="5"))
    assert doubled.anterior is not None
    assert nothing.anterior is not None
    assert np.array_equal(doubled.anterior.counts, 2 * ANTERIOR + 1)
    assert np.array_equal(nothing.anterior.counts, ANTERIOR)
    assert any("Rescale Slope is 0" in warning for warning in nothing.warnings)


@pytest.mark.parametrize(("units", "factor"), [("{counts}", 0.5), ("BQML", 1.0)])
def test_real_world_values_are_applied_when_they_are_counts(
    units: str, factor: float, tmp_path: Path
) -> None:
    mapping = Dataset()
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = 0.5, 0.0
    mapping.MeasurementUnitsCodeSequence = [code(units, "UCUM", units)]
    path = write_nm(tmp_path / "a.dcm", ANTERIOR, RealWorldValueMappingSequence=[mapping])
    scan = read_scan(path)
    assert scan.anterior is not None
    assert np.allclose(scan.anterior.counts, factor * ANTERIOR)
    assert any("are not counts" in warning for warning in scan.warnings) == (factor == 1.0)


def test_a_palette_on_counts_is_only_for_showing_them(tmp_path: Path) -> None:
    ramp = (np.arange(256, dtype="<u2") * 257).tobytes()
    tables = {f"{c}PaletteColorLookupTableData": ramp for c in ("Red", "Green", "Blue")}
    shapes = {f"{c}PaletteColorLookupTableDescriptor": [256, 0, 16] for c in ("Red", "Green", "Blue")}
    path = write_nm(
        tmp_path / "x.dcm", ANTERIOR, PhotometricInterpretation="PALETTE COLOR", **tables, **shapes
    )
    scan = read_scan(path)
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, ANTERIOR)
    assert scan.quantifiable


def capture(path: Path, picture: np.ndarray, **tags: object) -> Path:
    """A Secondary Capture of an 8-bit picture."""
    rows, columns = picture.shape[:2]
    dataset = nm_dataset(
        np.zeros((rows, columns)),
        Modality="OT",
        SOPClassUID=SecondaryCaptureImageStorage,
        ImageType=["DERIVED", "SECONDARY"],
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelData=picture.astype(np.uint8).tobytes(),
        CountsAccumulated=None,
        DetectorInformationSequence=None,
        DetectorVector=None,
        **tags,
    )
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize("photometry", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("drawn", ["black on white", "white on black"])
def test_a_capture_of_both_views_is_split_and_its_polarity_found(
    photometry: str, drawn: str, tmp_path: Path
) -> None:
    bright = np.clip(np.hstack([ANTERIOR, POSTERIOR]) * 2, 0, 255)
    picture = 255 - bright if drawn == "black on white" else bright
    scan = read_scan(capture(tmp_path / "x.dcm", picture, PhotometricInterpretation=photometry))
    assert scan.anterior is not None
    assert scan.posterior is not None
    assert np.array_equal(scan.anterior.counts, np.trunc(bright[:, :256]))
    assert np.array_equal(scan.posterior.counts, np.trunc(bright[:, 256:]))
    assert scan.display_only
    assert not scan.quantifiable
    assert {view.evidence for view in scan.views} == {ViewEvidence.LAYOUT}
    assert scan.needs_confirmation


def test_a_grey_capture_in_colour_is_read_and_a_coloured_one_refused(tmp_path: Path) -> None:
    grey = np.clip(np.hstack([ANTERIOR, POSTERIOR]) * 2, 0, 255).astype(np.uint8)
    colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    scan = read_scan(capture(tmp_path / "grey.dcm", np.dstack([grey] * 3), **colour))
    assert len(scan.views) == 2
    with pytest.raises(AppError, match="colour picture"):
        read_scan(capture(tmp_path / "hot.dcm", np.dstack([grey, grey // 2, 0 * grey]), **colour))


def test_a_capture_of_four_bodies_is_refused(tmp_path: Path) -> None:
    picture = np.clip(np.hstack([ANTERIOR, POSTERIOR] * 2) * 2, 0, 255)
    with pytest.raises(AppError, match="more than two bodies"):
        read_scan(capture(tmp_path / "x.dcm", picture))


@pytest.mark.parametrize("kind", ["DYNAMIC", "TOMO", "RECON TOMO", "GATED"])
def test_dynamic_and_tomographic_objects_are_refused(kind: str, tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, ImageType=["ORIGINAL", "PRIMARY", kind, "EMISSION"])
    with pytest.raises(AppError, match="dynamic, gated or tomographic"):
        read_scan(path)


def test_the_simulators_mark_is_seen(tmp_path: Path) -> None:
    assert read_scan(write_nm(tmp_path / "a.dcm", ANTERIOR, Manufacturer="ScintiRead simulator")).simulated
    assert read_scan(write_nm(tmp_path / "b.dcm", ANTERIOR, ImageComments="SIMULATED, seed 3")).simulated
    assert read_scan(write_nm(tmp_path / "c.dcm", ANTERIOR, PatientID="SIM-0001")).simulated
    assert not read_scan(write_nm(tmp_path / "d.dcm", ANTERIOR)).simulated


def test_the_wait_between_injection_and_scan_is_told(tmp_path: Path) -> None:
    agent = Dataset()
    agent.RadiopharmaceuticalStartTime = "231500"
    agent.RadionuclideTotalDose = "740"
    agent.RadiopharmaceuticalCodeSequence = [code("96390006", "SCT", "Medronate")]
    path = write_nm(
        tmp_path / "x.dcm",
        ANTERIOR,
        RadiopharmaceuticalInformationSequence=[agent],
        AcquisitionDate="20200102",
        AcquisitionTime="021500",
    )
    made = read_scan(path).acquisition
    assert made.injected_to_scan_h == pytest.approx(3.0)
    assert made.activity_mbq == 740
    assert made.radiopharmaceutical == "Medronate"


@pytest.mark.parametrize("spacing", [[0, 0], [2.26, 900], [-2, -2]])
def test_implausible_spacing_is_ignored_with_a_warning(spacing: list[float], tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", ANTERIOR, PixelSpacing=spacing))
    assert scan.anterior is not None
    assert scan.anterior.spacing_mm is None
    assert any("cm²" in warning for warning in scan.warnings)


def test_reading_modules_leave_heavy_libraries_alone_until_a_file_is_opened() -> None:
    program = (
        "import sys, app.scan.read, app.workflows.scans.library, app.workflows.scans.deidentify;"
        "print(sorted({'pydicom', 'tifffile', 'PIL', 'scipy', 'gdcm'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_views_cannot_be_written_to(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", ANTERIOR))
    view = scan.view(ViewName.ANTERIOR)
    assert view is not None
    with pytest.raises(ValueError, match="read-only"):
        view.counts[0, 0] = 1
