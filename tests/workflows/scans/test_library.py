"""The library: folders in, one row per scan or unusable file out, with progress, cancel and reasons."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from app.errors import AppError
from app.progress import Cancelled
from app.scan.scan import Scan, ViewEvidence, ViewName
from app.workflows.scans.library import find_scans, load_scan
from tests.scan.nm_files import toy_counts, write_nm, write_pair

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(11))
SIDES = (ViewName.ANTERIOR, ViewName.POSTERIOR)


class Listener:
    """Records progress and cancels after a number of reports."""

    def __init__(self, patience: int = 10**9) -> None:
        self.reports: list[tuple[float, str]] = []
        self.patience = patience

    def report(self, fraction: float, message: str) -> None:
        self.reports.append((fraction, message))

    @property
    def cancelled(self) -> bool:
        return len(self.reports) >= self.patience


def small(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two small views of their own."""
    rng = np.random.default_rng(seed)
    return rng.poisson(20, (64, 32)).astype(float), rng.poisson(20, (64, 32)).astype(float)


def test_every_file_ends_up_in_a_row_with_a_scan_or_a_reason(tmp_path: Path) -> None:
    write_nm(tmp_path / "a" / "one.dcm", ANTERIOR, POSTERIOR)
    write_pair(tmp_path / "b", *small(1), stem="two")
    (tmp_path / "letter.txt").write_text("Dear colleague")
    (tmp_path / "empty.dcm").touch()
    shutil.copy(get_testdata_file("CT_small.dcm", download=False), tmp_path / "ct.dcm")
    table = find_scans(tmp_path)
    assert {row.case for row in table.usable} == {"one", "two_1"}
    assert all(row.views == SIDES for row in table.usable)
    assert all(row.hashes and len(set(row.hashes)) == 2 for row in table.usable)
    assert {row.files[0].name for row in table.unusable} == {"letter.txt", "empty.dcm", "ct.dcm"}
    assert all(row.reason for row in table.unusable)
    files = sorted(file for row in table.rows for file in row.files)
    assert files == sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_a_row_loads_the_scan_it_describes(tmp_path: Path) -> None:
    write_pair(tmp_path, *small(1))
    (row,) = find_scans(tmp_path).usable
    scan = load_scan(row)
    assert scan.case == row.case
    assert tuple(view.name for view in scan.views) == row.views


def test_pairs_are_found_across_folders_and_kept_apart_between_patients(tmp_path: Path) -> None:
    for patient in range(3):
        first, _ = write_pair(tmp_path / f"p{patient}", *small(patient), stem="im", PatientID=f"X{patient}")
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        first.rename(tmp_path / "elsewhere" / f"ant{patient}.dcm")
    table = find_scans(tmp_path)
    assert len(table.usable) == 3
    assert all(len(row.files) == 2 and row.views == SIDES for row in table.usable)


def test_two_time_points_of_one_examination_make_two_pairs_by_series(tmp_path: Path) -> None:
    study = {"StudyInstanceUID": "1.2.3", "PatientID": "X"}
    for series in (1, 2):
        write_pair(tmp_path, *small(series), stem=f"s{series}", SeriesNumber=series, **study)
    table = find_scans(tmp_path)
    assert [len(row.files) for row in table.usable] == [2, 2]
    assert [row.files[0].name[:2] for row in table.usable] == ["s1", "s2"]


def test_two_views_surely_of_one_side_stay_apart(tmp_path: Path) -> None:
    for index in (1, 2):
        write_nm(tmp_path / f"{index}.dcm", small(index)[0], StudyInstanceUID="1.2.3")
    assert [len(row.files) for row in find_scans(tmp_path).usable] == [1, 1]


def test_pictures_pair_by_their_names(tmp_path: Path) -> None:
    for side, counts in zip(("ant", "post"), (ANTERIOR, POSTERIOR), strict=True):
        Image.fromarray(counts.astype(np.uint8)).save(tmp_path / f"case9_{side}.png")
    (row,) = find_scans(tmp_path).rows
    assert row.case == "case9"
    assert row.views == SIDES
    assert row.display_only


def test_the_same_image_under_another_name_is_a_duplicate(tmp_path: Path) -> None:
    write_nm(tmp_path / "a.dcm", ANTERIOR, POSTERIOR)
    write_nm(tmp_path / "b.dcm", ANTERIOR, POSTERIOR, PatientID="other")
    shutil.copy(tmp_path / "a.dcm", tmp_path / "c.dcm")
    table = find_scans(tmp_path)
    assert [row.case for row in table.usable] == ["a"]
    assert [row.duplicate_of for row in table.unusable] == ["a", "a"]
    assert "same image as case a" in table.unusable[0].reason


def test_blank_views_make_no_duplicates(tmp_path: Path) -> None:
    for index in range(2):
        write_nm(tmp_path / f"{index}.dcm", small(index)[0], np.zeros((64, 32)))
    table = find_scans(tmp_path)
    assert len(table.usable) == 2
    assert all("A view is entirely empty." in row.warnings for row in table.usable)


def test_a_copy_is_used_where_its_original_is_damaged(tmp_path: Path) -> None:
    whole = write_nm(tmp_path / "b.dcm", ANTERIOR, POSTERIOR)
    (tmp_path / "a.dcm").write_bytes(whole.read_bytes()[:5000])
    table = find_scans(tmp_path)
    assert [row.case for row in table.usable] == ["b"]
    assert "cut short" in table.unusable[0].reason


def test_case_codes_are_unique_when_file_names_repeat(tmp_path: Path) -> None:
    for index in range(3):
        write_nm(tmp_path / f"f{index}" / "IM1.dcm", *small(index))
    assert [row.case for row in find_scans(tmp_path).usable] == ["f0_IM1", "f1_IM1", "f2_IM1"]


def test_headers_alone_list_the_scans_without_decoding(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "a.dcm", ANTERIOR, POSTERIOR)
    path.write_bytes(path.read_bytes()[:5000])
    (row,) = find_scans(tmp_path, decode=False).rows
    assert row.usable
    assert row.views == SIDES
    assert row.hashes == ()


def test_a_person_is_asked_about_assumed_sides_and_the_row_remembers(tmp_path: Path) -> None:
    write_nm(tmp_path / "a.dcm", POSTERIOR, ANTERIOR, view_codes=(None, None))
    write_nm(tmp_path / "b.dcm", *small(1))
    asked: list[str] = []

    def exchange(scan: Scan) -> bool:
        asked.append(scan.case)
        return False

    open_question = find_scans(tmp_path).usable[0]
    assert open_question.needs_confirmation
    answered = find_scans(tmp_path, confirm=exchange).usable[0]
    assert asked == ["a"]
    assert answered.confirmed is False
    assert answered.evidence == (ViewEvidence.PERSON, ViewEvidence.PERSON)
    assert not answered.needs_confirmation
    scan = load_scan(answered)
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, ANTERIOR)


def test_progress_rises_to_one(tmp_path: Path) -> None:
    for index in range(5):
        write_nm(tmp_path / f"{index}.dcm", *small(index))
    listener = Listener()
    find_scans(tmp_path, listener)
    fractions = [fraction for fraction, _ in listener.reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any(0.2 < fraction < 1 for fraction in fractions)


@pytest.mark.parametrize("patience", [1, 3, 7, 9])
def test_a_search_stops_when_asked(patience: int, tmp_path: Path) -> None:
    for index in range(5):
        write_nm(tmp_path / f"{index}.dcm", *small(index))
    listener = Listener(patience)
    with pytest.raises(Cancelled):
        find_scans(tmp_path, listener)
    assert len(listener.reports) == patience


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="does not exist"):
        find_scans([tmp_path / "nowhere"])


def test_an_empty_folder_gives_an_empty_table(tmp_path: Path) -> None:
    assert find_scans(tmp_path).rows == ()
