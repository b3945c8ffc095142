"""De-identifying folders: where copies and the key go, and what happens to files that cannot be done."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from app.errors import AppError
from app.progress import Cancelled
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.read import read_scan
from app.workflows.scans.deidentify import deidentify_files
from tests.scan.nm_files import toy_counts, write_nm
from tests.workflows.scans.test_library import Listener

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(12))
LOOKED = DeidentifyOptions(no_burned_in_text=True)


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    write_nm(folder / "Quillfeather_1.dcm", ANTERIOR, PatientID="77", PatientName="Quillfeather^Odo")
    write_nm(folder / "deep" / "2.dcm", POSTERIOR, PatientID="77", PatientName="Quillfeather^Odo")
    write_nm(folder / "3.dcm", ANTERIOR + 1, PatientID="88", PatientName="Other")
    (folder / "notes.txt").write_text("Quillfeather")
    return folder


def test_copies_lie_in_one_folder_per_patient_under_names_that_tell_nothing(
    originals: Path, tmp_path: Path
) -> None:
    rows = deidentify_files(originals, tmp_path / "out", LOOKED)
    written = [row for row in rows if row.written]
    assert len(written) == 3
    assert len({row.patient for row in written}) == 2
    left = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")]
    assert not any("quill" in name.lower() or name == "77" for name in left)
    assert all(row.written is not None and read_scan(row.written).views for row in written)
    for row in written:
        assert row.written is not None
        assert b"Quillfeather" not in row.written.read_bytes()


def test_what_cannot_be_done_has_a_reason_and_is_not_copied(originals: Path, tmp_path: Path) -> None:
    rows = deidentify_files(originals, tmp_path / "out", LOOKED)
    (left,) = [row for row in rows if row.written is None]
    assert left.source.name == "notes.txt"
    assert left.reason.startswith("notes.txt is not DICOM, or damaged.")


def test_the_key_lies_apart_readable_by_its_owner_alone(originals: Path, tmp_path: Path) -> None:
    deidentify_files(originals, tmp_path / "out", LOOKED)
    key = tmp_path / "out-key.json"
    content = json.loads(key.read_text())
    assert {entry["identity"] for entry in content["patients"].values()} == {"77", "88"}
    if os.name == "posix":
        assert key.stat().st_mode & 0o077 == 0
    secret = content["secret"].encode()
    assert all(secret not in path.read_bytes() for path in (tmp_path / "out").rglob("*.dcm"))


def test_a_key_used_again_gives_the_same_copies(originals: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    first = deidentify_files(originals, tmp_path / "a", LOOKED, key)
    second = deidentify_files(originals, tmp_path / "b", LOOKED, key)
    names = [[row.written.name for row in rows if row.written] for rows in (first, second)]
    assert names[0] == names[1]
    for one, two in zip(first, second, strict=True):
        if one.written and two.written:
            assert dcmread(one.written).StudyDate == dcmread(two.written).StudyDate


def test_the_key_may_not_lie_among_the_copies(originals: Path, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="among the de-identified"):
        deidentify_files(originals, tmp_path / "out", LOOKED, tmp_path / "out" / "key.json")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_key_is_not_overwritten(originals: Path, tmp_path: Path) -> None:
    key = tmp_path / "thesis.json"
    key.write_text('{"format": 1}')
    with pytest.raises(AppError, match="no key file"):
        deidentify_files(originals, tmp_path / "out", LOOKED, key)
    assert key.read_text() == '{"format": 1}'


def test_a_single_file_goes_to_a_single_file_and_never_over_itself(originals: Path, tmp_path: Path) -> None:
    (row,) = deidentify_files(originals / "3.dcm", tmp_path / "clean.dcm", LOOKED)
    assert row.written == tmp_path / "clean.dcm"
    before = (originals / "3.dcm").read_bytes()
    with pytest.raises(AppError, match="overwritten"):
        deidentify_files(originals / "3.dcm", originals / "3.dcm", LOOKED)
    assert (originals / "3.dcm").read_bytes() == before
    with pytest.raises(AppError, match="one file"):
        deidentify_files(originals, tmp_path / "many.dcm", LOOKED)


def test_copies_may_not_go_into_the_folder_of_the_originals(originals: Path) -> None:
    with pytest.raises(AppError, match="inside the folder"):
        deidentify_files(originals, originals / "out", LOOKED)


def test_cancel_keeps_what_is_finished(originals: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        deidentify_files(originals, tmp_path / "out", LOOKED, progress=Listener(2))
    assert 1 <= len(list((tmp_path / "out").rglob("*.dcm"))) <= 2
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(originals: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(AppError, match="could not be written"):
        deidentify_files(originals, locked / "out", LOOKED, tmp_path / "key.json")
