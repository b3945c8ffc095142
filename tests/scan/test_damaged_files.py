"""Damaged input: every file gives a scan or one plain sentence, and never takes the program down."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from pydicom.data import get_testdata_file

from app.errors import AppError
from app.scan.read import read_scan
from tests.scan.damage import damaged
from tests.scan.nm_files import LOSSLESS, nm_dataset, toy_counts, write_nm


def sample(name: str) -> Path:
    return Path(get_testdata_file(name, download=False))


def outcomes(original: bytes, path: Path, seeds: range) -> tuple[int, int]:
    """How many damaged copies were read, and how many refused; anything else fails the test."""
    read = refused = 0
    for seed in seeds:
        path.write_bytes(damaged(original, seed))
        try:
            scan = read_scan(path)
        except AppError as error:
            assert path.name in error.message
            assert error.hint
            refused += 1
        else:
            assert scan.views
            assert all(np.isfinite(view.counts).all() for view in scan.views)
            read += 1
    return read, refused


def peak_megabytes() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def test_a_thousand_damaged_copies_of_a_real_compressed_scan_are_read_or_refused(tmp_path: Path) -> None:
    real = LOSSLESS if LOSSLESS.exists() else sample("JPEG2000.dcm")
    before = peak_megabytes()
    read, refused = outcomes(real.read_bytes(), tmp_path / "x.dcm", range(1000))
    assert read + refused == 1000
    assert read > 50
    assert refused > 200
    assert peak_megabytes() - before < 300


def test_a_thousand_damaged_copies_of_the_uncompressed_real_scan_are_read_or_refused(tmp_path: Path) -> None:
    scan = read_scan(LOSSLESS if LOSSLESS.exists() else sample("JPEG2000.dcm"))
    original = write_nm(tmp_path / "whole.dcm", scan.views[0].counts, detectors=(1,)).read_bytes()
    before = peak_megabytes()
    read, refused = outcomes(original, tmp_path / "x.dcm", range(1000, 2000))
    assert read > 200
    assert refused > 50
    assert peak_megabytes() - before < 300


@pytest.mark.parametrize(
    "name", ["SC_rgb_jpeg_dcmtk.dcm", "image_dfl.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_RLE.dcm"]
)
def test_damaged_files_of_other_syntaxes_are_read_or_refused(name: str, tmp_path: Path) -> None:
    original = sample(name).read_bytes().replace(b"CS\x02\0MR", b"CS\x02\0NM")
    assert sum(outcomes(original, tmp_path / "x.dcm", range(100))) == 100


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_damaged_tiff_files_are_read_or_refused(compression: str | None, tmp_path: Path) -> None:
    anterior, _ = toy_counts(np.random.default_rng(1))
    path = tmp_path / "x.tif"
    Image.fromarray(anterior.astype(np.uint16)).save(path, compression=compression)
    assert sum(outcomes(path.read_bytes(), path, range(150))) == 150


def test_damaged_png_files_are_read_or_refused(tmp_path: Path) -> None:
    anterior, _ = toy_counts(np.random.default_rng(1))
    path = tmp_path / "x.png"
    Image.fromarray(anterior.astype(np.uint16)).save(path)
    assert sum(outcomes(path.read_bytes(), path, range(150))) == 150


def refusal(path: Path) -> str:
    with pytest.raises(AppError) as caught:
        read_scan(path)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty (0 bytes)"),
        (b"\0", "none of the formats"),
        (bytes(5000), "none of the formats"),
        (b"Dear colleague, please find the scan attached.\n" * 10, "none of the formats"),
        (bytes(128) + b"DICM", "is not DICOM, or damaged"),
        (bytes(128) + b"DICM" + b"\xff" * 400, "damaged"),
        (b"\x89PNG\r\n\x1a\n", "cut short"),
        (b"II*\0\x08\0\0\0", "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "damaged"),
    ],
)
def test_what_is_no_scan_is_refused_with_a_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.dcm"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "nothing.dcm")
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("CT_small.dcm", "modality CT"),
        ("reportsi.dcm", "holds no image (Basic Text SR Storage)"),
        ("rtplan.dcm", "holds no image (RT Plan Storage)"),
        ("examples_rgb_color.dcm", "modality US"),
    ],
)
def test_other_kinds_of_dicom_are_named(name: str, reason: str) -> None:
    assert reason in refusal(sample(name))


def test_dimensions_beyond_any_scan_are_refused_before_anything_is_allocated(tmp_path: Path) -> None:
    anterior, _ = toy_counts(np.random.default_rng(1))
    path = write_nm(tmp_path / "huge.dcm", anterior, Rows=65535, Columns=65535)
    before = peak_megabytes()
    assert "65535 × 65535" in refusal(path)
    many = write_nm(tmp_path / "film.dcm", anterior, NumberOfFrames=1_000_000)
    assert "frames" in refusal(many)
    assert peak_megabytes() - before < 50


def test_a_picture_that_claims_billions_of_pixels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.fromarray(np.zeros((64, 64), np.uint8)).save(path)
    data = bytearray(path.read_bytes())
    data[16:24] = (60000).to_bytes(4, "big") * 2
    path.write_bytes(data)
    assert "60000 × 60000" in refusal(path)


def test_pixel_data_of_the_wrong_length_are_refused(tmp_path: Path) -> None:
    anterior, posterior = toy_counts(np.random.default_rng(1))
    path = write_nm(tmp_path / "short.dcm", anterior, posterior, PixelData=bytes(1000))
    assert "1,000 of 1,048,576 bytes" in refusal(path)


def test_a_header_without_its_image_tags_is_refused(tmp_path: Path) -> None:
    anterior, _ = toy_counts(np.random.default_rng(1))
    assert "holds no image" in refusal(write_nm(tmp_path / "a.dcm", anterior, Rows=None))
    assert "pixel data" in refusal(write_nm(tmp_path / "b.dcm", anterior, PixelData=None))


def test_a_deflated_bomb_is_refused_without_inflating_it(tmp_path: Path) -> None:
    anterior, _ = toy_counts(np.random.default_rng(1))
    dataset = nm_dataset(anterior)
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    path = tmp_path / "bomb.dcm"
    dataset.save_as(path, enforce_file_format=True)
    data = path.read_bytes()
    start = 144 + int.from_bytes(data[140:144], "little")
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    element = b"\x09\x00\x01\x00OB\0\0\0\0\0\x18"  # 0.4 GiB of zeros in a private element
    body = squeezer.compress(element) + b"".join(squeezer.compress(bytes(2**24)) for _ in range(24))
    path.write_bytes(data[:start] + body + squeezer.flush())
    assert path.stat().st_size < 4_000_000
    assert "inflates to more than" in refusal(path)


def test_a_deflated_scan_is_read(tmp_path: Path) -> None:
    anterior, posterior = toy_counts(np.random.default_rng(1))
    dataset = nm_dataset(anterior, posterior)
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    scan = read_scan(tmp_path / "a.dcm")
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, anterior)


def test_twelve_bit_jpeg_names_the_extra_that_decodes_it() -> None:
    with pytest.raises(AppError) as caught:
        read_scan(sample("JPGExtended.dcm"))
    assert 'pip install "scintiread[jpeg12]"' in caught.value.hint


def test_a_stack_of_pages_is_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "stack.tif", np.zeros((5, 64, 64), np.uint16), photometric="minisblack")
    assert "stack of 5 pages" in refusal(tmp_path / "stack.tif")


def test_no_reason_names_the_patient(tmp_path: Path) -> None:
    anterior, _ = toy_counts(np.random.default_rng(1))
    original = write_nm(tmp_path / "x.dcm", anterior, PatientName="Somebody^Secret").read_bytes()
    for seed in range(200):
        (tmp_path / "x.dcm").write_bytes(damaged(original, seed))
        try:
            read_scan(tmp_path / "x.dcm")
        except AppError as error:
            assert "Secret" not in str(error)
