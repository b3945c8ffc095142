"""Bits of stored words: the counts come out right, or the scan says what decided."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import RLELossless

from app.scan.deidentify import deidentify
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.pseudonyms import Pseudonyms
from app.scan.read import read_scan
from tests.scan.nm_files import nm_dataset, toy_counts, write_nm

COUNTS = toy_counts(np.random.default_rng(7))[0].astype("<u2")  # below 4096
HOT = COUNTS * np.uint16(200)  # a bladder above 32767
DIRTY = COUNTS | np.uint16(0xA000)
NO_TOTAL = {"CountsAccumulated": None}


def write(path: Path, words: np.ndarray, counts: np.ndarray, **tags: object) -> Path:
    total = {"CountsAccumulated": int(counts.astype(np.int64).sum())}
    return write_nm(path, counts, PixelData=words.tobytes(), **(total | tags))


def same_after_deidentification(path: Path, counts: np.ndarray) -> bool:
    copy = deidentify(
        path, Pseudonyms(b"a key of many bytes"), DeidentifyOptions(no_burned_in_text=True)
    ).content
    return np.array_equal(dcmread(BytesIO(copy)).pixel_array, counts)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("signed", [0, 1])
def test_bits_above_the_stored_ones_are_left_out(signed: int, known: bool, tmp_path: Path) -> None:
    tags = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": signed, **({} if known else NO_TOTAL)}
    path = write(tmp_path / "x.dcm", DIRTY, COUNTS, **tags)
    scan = read_scan(path)
    assert np.array_equal(scan.views[0].counts, COUNTS)
    assert any("outside Bits Stored" in warning for warning in scan.warnings) is not known
    assert same_after_deidentification(path, COUNTS)


def test_bits_above_the_stored_ones_are_left_out_of_run_lengths_too(tmp_path: Path) -> None:
    dataset = nm_dataset(COUNTS, PixelData=DIRTY.tobytes(), CountsAccumulated=int(COUNTS.sum()))
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.BitsStored, dataset.HighBit = 12, 11
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    assert np.array_equal(read_scan(tmp_path / "x.dcm").views[0].counts, COUNTS)


@pytest.mark.parametrize("known", [True, False])
def test_values_below_a_high_bit_are_shifted_down(known: bool, tmp_path: Path) -> None:
    tags = {"BitsStored": 12, "HighBit": 15, **({} if known else NO_TOTAL)}
    path = write(tmp_path / "x.dcm", COUNTS << 4, COUNTS, **tags)
    scan = read_scan(path)
    assert np.array_equal(scan.views[0].counts, COUNTS)
    assert not any("High Bit" in warning for warning in scan.warnings)
    assert same_after_deidentification(path, COUNTS)


@pytest.mark.parametrize("known", [True, False])
def test_a_high_bit_above_empty_bits_is_wrong_and_said(known: bool, tmp_path: Path) -> None:
    tags = {"BitsStored": 12, "HighBit": 15, **({} if known else NO_TOTAL)}
    scan = read_scan(write(tmp_path / "x.dcm", COUNTS, COUNTS, **tags))
    assert np.array_equal(scan.views[0].counts, COUNTS)
    assert any("lowest bits and not from below High Bit" in warning for warning in scan.warnings)


@pytest.mark.parametrize("high", [3, 31])
def test_a_high_bit_that_cannot_be_is_none(high: int, tmp_path: Path) -> None:
    scan = read_scan(write(tmp_path / "x.dcm", COUNTS, COUNTS, BitsStored=12, HighBit=high))
    assert np.array_equal(scan.views[0].counts, COUNTS)


@pytest.mark.parametrize("known", [True, False])
def test_counts_above_32767_are_counts_though_the_header_gives_them_a_sign(
    known: bool, tmp_path: Path
) -> None:
    tags = {"PixelRepresentation": 1, **({} if known else NO_TOTAL)}
    path = write(tmp_path / "x.dcm", HOT, HOT, **tags)
    scan = read_scan(path)
    assert HOT.max() > 32767
    assert np.array_equal(scan.views[0].counts, HOT)
    assert any("without the sign" in warning for warning in scan.warnings)
    assert same_after_deidentification(path, HOT)


def test_counts_above_bits_stored_that_sum_to_counts_accumulated_are_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "x.dcm", HOT, HOT, BitsStored=12, HighBit=11)
    scan = read_scan(path)
    assert np.array_equal(scan.views[0].counts, HOT)
    assert any("from all bits allocated" in warning for warning in scan.warnings)
    assert same_after_deidentification(path, HOT)


def test_negative_values_of_a_difference_stay_and_are_said(tmp_path: Path) -> None:
    difference = COUNTS.astype("<i2") - np.int16(9)
    path = write(tmp_path / "x.dcm", difference, COUNTS, PixelRepresentation=1, **NO_TOTAL)
    scan = read_scan(path)
    assert np.array_equal(scan.views[0].counts, difference)
    assert any("negative, down to -9" in warning for warning in scan.warnings)


def test_a_sign_in_twelve_bits_is_extended(tmp_path: Path) -> None:
    difference = COUNTS.astype("<i2") - np.int16(9)
    tags = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 1, **NO_TOTAL}
    path = write(tmp_path / "x.dcm", difference & np.int16(0x0FFF), COUNTS, **tags)
    scan = read_scan(path)
    assert np.array_equal(scan.views[0].counts, difference)
    assert not any("outside Bits Stored" in warning for warning in scan.warnings)
