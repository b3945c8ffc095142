"""Energy windows: the views are the counts of the photopeak, whatever the order of the windows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from app.scan.deidentify import deidentify
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.pseudonyms import Pseudonyms
from app.scan.read import read_scan
from app.scan.scan import Scan
from tests.scan.nm_files import code, toy_counts, write_nm

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(6))
PEAK = np.stack([ANTERIOR, POSTERIOR])
SCATTER = np.floor(PEAK * 0.3)


def window(*limits: tuple[float, float], name: str = "") -> Dataset:
    """One energy window of one or several ranges, keV."""
    made = Dataset()
    made.EnergyWindowName = name
    made.EnergyWindowRangeSequence = []
    for low, high in limits:
        part = Dataset()
        part.EnergyWindowLowerLimit, part.EnergyWindowUpperLimit = low, high
        made.EnergyWindowRangeSequence.append(part)
    return made


def write(path: Path, frames: np.ndarray, windows: list[Dataset], **tags: object) -> Path:
    count = len(frames)
    told = {
        "PixelData": frames.astype("<u2").tobytes(),
        "NumberOfFrames": count,
        "NumberOfEnergyWindows": len(windows),
        "EnergyWindowInformationSequence": windows,
        "EnergyWindowVector": [1 + index * len(windows) // count for index in range(count)],
        "DetectorVector": [1 + index % 2 for index in range(count)],
        "CountsAccumulated": int(frames.sum()),
    }
    return write_nm(path, ANTERIOR, POSTERIOR, **(told | tags))


def agent(meaning: str) -> list[Dataset]:
    item = Dataset()
    item.RadionuclideCodeSequence = [code("X", "SCT", meaning)]
    return [item]


def shows_the_peak(scan: Scan) -> bool:
    return [view.counts.sum() for view in scan.views] == [ANTERIOR.sum(), POSTERIOR.sum()]


def test_scatter_before_the_photopeak_is_left_out_and_said(tmp_path: Path) -> None:
    windows = [window((92, 126), name="Tc99m"), window((126, 154), name="lower")]  # the names lie
    scan = read_scan(write(tmp_path / "x.dcm", np.concatenate([SCATTER, PEAK]), windows))
    assert shows_the_peak(scan)
    assert scan.warnings == (
        "2 energy windows; only number 2 is used (126 to 154 keV, for the peak of Tc-99m at 140 keV).",
    )


def test_a_wide_window_gives_way_to_the_one_around_the_peak(tmp_path: Path) -> None:
    windows = [window((40, 300)), window((126, 154)), window((154, 170))]
    frames = np.concatenate([PEAK * 3, PEAK, SCATTER])
    assert shows_the_peak(read_scan(write(tmp_path / "x.dcm", frames, windows)))


def test_windows_counted_from_0_or_without_a_vector_are_told_apart(tmp_path: Path) -> None:
    windows, frames = [window((92, 126)), window((126, 154))], np.concatenate([SCATTER, PEAK])
    from_0 = write(tmp_path / "0.dcm", frames, windows, EnergyWindowVector=[0, 0, 1, 1])
    without = write(tmp_path / "w.dcm", frames, windows, EnergyWindowVector=None)
    assert shows_the_peak(read_scan(from_0))
    assert shows_the_peak(read_scan(without))


@pytest.mark.parametrize(
    "meaning", ["^18^Fluorine", "Fluoride F^18^", "F-18", "Sodium fluoride (18F)", "18F-NaF"]
)
def test_the_peak_is_that_of_the_radionuclide(meaning: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.dcm",
        np.concatenate([SCATTER, PEAK]),
        [window((126, 154)), window((460, 562))],
        RadiopharmaceuticalInformationSequence=agent(meaning),
    )
    scan = read_scan(path)
    assert shows_the_peak(scan)
    assert "F-18 at 511 keV" in scan.warnings[0]


@pytest.mark.parametrize("meaning", ["^99m^Technetium", "Technetium Tc^99m^ medronate", "99mTc", "Tc99m"])
def test_a_lone_window_beside_the_peak_is_doubted(meaning: str, tmp_path: Path) -> None:
    told = {"RadiopharmaceuticalInformationSequence": agent(meaning)}
    beside = read_scan(write(tmp_path / "s.dcm", SCATTER, [window((92, 126))], **told))
    holding = read_scan(write(tmp_path / "p.dcm", PEAK, [window((92, 126), (126, 154))], **told))
    assert beside.warnings == (
        "Its energy window, 92 to 126 keV, lies beside the peak of Tc-99m at 140 keV; "
        "it may be an image of scatter.",
    )
    assert holding.warnings == ()


def test_names_decide_where_no_limits_do_and_the_copy_without_identity_shows_the_same(
    tmp_path: Path,
) -> None:
    windows = [window(name="Odo's scatter"), window(name="Tc99m")]
    path = write(
        tmp_path / "x.dcm",
        np.concatenate([SCATTER, PEAK]),
        windows,
        PatientName="Quillfeather^Odo",
        BurnedInAnnotation="NO",
    )
    scan = read_scan(path)
    assert shows_the_peak(scan)
    assert "by the names of the windows" in scan.warnings[0]
    clean = deidentify(path, Pseudonyms(b"a key of many bytes"), DeidentifyOptions()).content
    (tmp_path / "clean.dcm").write_bytes(clean)
    assert b"odo" not in clean.lower()
    assert shows_the_peak(read_scan(tmp_path / "clean.dcm"))


def test_windows_of_which_nothing_is_told_are_taken_in_their_order_and_doubted(tmp_path: Path) -> None:
    scan = read_scan(write(tmp_path / "x.dcm", np.concatenate([PEAK, SCATTER]), [window(), window()]))
    assert shows_the_peak(scan)
    assert "the file does not tell which holds the peak" in scan.warnings[0]


def test_counts_accumulated_is_compared_with_all_windows(tmp_path: Path) -> None:
    windows, frames = [window((92, 126)), window((126, 154))], np.concatenate([SCATTER, PEAK])
    wrong = write(tmp_path / "x.dcm", frames, windows, CountsAccumulated=int(PEAK.sum()))
    assert any("Counts Accumulated says" in warning for warning in read_scan(wrong).warnings)
