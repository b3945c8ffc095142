from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.annotation.annotation import Annotation
from app.annotation.formats import labelme_json
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.errors import AppError
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from app.workflows.annotation.annotate import AnnotationFolder
from tests.annotation.conftest import disc
from tests.scan.nm_files import toy_counts, write_nm

ANT = ViewName.ANTERIOR
SIZES = dict.fromkeys(ViewName, (256, 1024))


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    (tmp_path / "scans").mkdir()
    path = tmp_path / "scans" / "a.dcm"
    write_nm(path, *toy_counts(np.random.default_rng(8)))
    return read_scan(path)


@pytest.fixture
def folder(tmp_path: Path, scan: Scan) -> AnnotationFolder:
    return AnnotationFolder(tmp_path / "scans", "R1")


DRAWN = Annotation("a", "R1", (Region(ANT, disc(100, 300, 9)),))


def test_a_new_case_is_empty_and_a_saved_one_comes_back(folder: AnnotationFolder, scan: Scan) -> None:
    assert folder.load(scan).annotation.regions == ()
    assert folder.done() == frozenset()
    folder.save(scan, DRAWN)
    assert folder.load(scan).annotation.regions[0].uuid == DRAWN.regions[0].uuid
    assert folder.done() == {"a"}


def test_annotators_do_not_see_each_other(folder: AnnotationFolder, scan: Scan) -> None:
    folder.save(scan, DRAWN)
    assert AnnotationFolder(folder.folder, "R2").load(scan).annotation.regions == ()


def test_what_annotations_write_is_no_scan(folder: AnnotationFolder, scan: Scan) -> None:
    labelme_json.write(folder.target, LabelSet(DRAWN, SIZES), scan)
    assert [row.case for row in folder.rows()] == ["a"]


def test_a_case_keeps_its_name_whatever_comes_into_the_folder(folder: AnnotationFolder, scan: Scan) -> None:
    deeper = folder.folder / "ward" / "a.dcm"
    deeper.parent.mkdir()
    write_nm(deeper, *toy_counts(np.random.default_rng(9)))
    assert [row.case for row in folder.rows()] == ["a", "ward_a"]


def test_a_damaged_file_is_set_aside_and_never_written_over(folder: AnnotationFolder, scan: Scan) -> None:
    file = folder.save(scan, DRAWN)
    damaged = file.read_bytes()[:200]
    for number in ("", "2"):
        file.write_bytes(damaged)
        loaded = folder.load(scan)
        assert loaded.annotation.regions == ()
        assert "set aside" in loaded.told[0]
        assert file.with_name(f"{file.name}.bad{number}").read_bytes() == damaged
        folder.save(scan, DRAWN)
    assert folder.load(scan).told == ()


def test_labelme_files_beside_the_scan_are_taken_over(folder: AnnotationFolder, scan: Scan) -> None:
    labelme_json.write(folder.folder, LabelSet(DRAWN, SIZES), scan)
    loaded = folder.load(scan)
    assert len(loaded.annotation.regions) == 1
    assert loaded.annotation.reader == "R1"
    assert any("a_anterior.json" in sentence for sentence in loaded.told)


def test_a_corrupt_labelme_file_is_told_and_the_case_opens(folder: AnnotationFolder, scan: Scan) -> None:
    (folder.folder / "a_anterior.json").write_text('{"shapes": [')
    loaded = folder.load(scan)
    assert loaded.annotation.regions == ()
    assert "a_anterior.json" in loaded.told[0]


def test_annotations_of_another_size_are_refused(folder: AnnotationFolder, scan: Scan) -> None:
    folder.save(scan, DRAWN)
    write_nm(folder.folder / "a.dcm", *(view[:500] for view in toy_counts(np.random.default_rng(8))))
    with pytest.raises(AppError, match="never stretched"):
        folder.load(read_scan(folder.folder / "a.dcm"))


def test_a_folder_that_cannot_be_written_keeps_a_recovery_copy(
    folder: AnnotationFolder, scan: Scan, tmp_path: Path
) -> None:
    (folder.folder / "annotations").write_text("somebody's file is in the way")
    with pytest.raises(AppError, match="could not be written"):
        folder.save(scan, DRAWN)
    (folder.folder / "annotations").unlink()
    again = AnnotationFolder(folder.folder, "R1")
    loaded = again.load(scan)
    assert loaded.unsaved
    assert loaded.annotation.regions[0].uuid == DRAWN.regions[0].uuid
    again.save(scan, loaded.annotation)
    assert not again.load(scan).unsaved


def test_what_a_kill_left_half_written_goes_at_the_next_start(folder: AnnotationFolder, scan: Scan) -> None:
    folder.save(scan, DRAWN)
    draft = folder.target / ".a.annotation.json.0a1b2c3d.part"
    draft.write_bytes(b"half")
    second = AnnotationFolder(folder.folder, "R2")
    second.take()
    assert draft.exists(), "another annotator's are not touched"
    second.release()
    folder.take()
    assert [file.name for file in folder.target.iterdir()] == ["a.annotation.json"]
    folder.release()
