from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gui import thumbnails as module
from app.gui.thumbnail_picture import ROWS, inverse_grey, shrunk
from app.gui.thumbnails import Thumbnails
from app.scan.scan import ViewName
from app.workflows.scans.scan_row import ScanRow
from tests.gui.inline import Inline


def row(file: Path) -> ScanRow:
    return ScanRow(file.stem, (file,))


@given(st.integers(1, 1300), st.integers(1, 700))
def test_a_thumbnail_is_small_and_keeps_the_mean(rows: int, cols: int) -> None:
    small = shrunk(np.full((rows, cols), 7, np.float32))
    assert 1 <= small.shape[0] <= ROWS
    assert 1 <= small.shape[1] <= ROWS
    np.testing.assert_allclose(small, 7)


def test_no_uptake_is_white_and_most_uptake_is_black() -> None:
    grey = inverse_grey(np.array([[0, 50, 100, 1000]], np.float32), 100)
    assert grey.tolist() == [[255, 128, 0, 0]]


def test_both_views_are_made_once_and_kept(originals: Path) -> None:
    background, ready = Inline(), list[tuple[Path, ...]]()
    kept = Thumbnails(background, ready.append)
    wanted = row(originals / "a.dcm")
    assert kept.get(wanted) is None
    assert kept.get(wanted) is None
    background.go()
    assert ready == [wanted.files]
    made = kept.get(wanted)
    assert made is not None
    assert set(made.views) == set(ViewName)
    assert made.views[ViewName.ANTERIOR].shape == (256, 64)


def test_a_file_that_is_gone_gives_a_reason_and_no_second_try(tmp_path: Path) -> None:
    background = Inline()
    kept = Thumbnails(background, lambda files: None)
    kept.get(row(tmp_path / "gone.dcm"))
    background.go()
    made = kept.get(row(tmp_path / "gone.dcm"))
    assert made is not None
    assert made.views == {}
    assert made.reason
    assert background.waiting == []


def test_however_many_are_wanted_few_run_wait_and_stay(
    originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT", 5)
    monkeypatch.setattr(module, "_WAITING", 10)
    background, ready = Inline(), list[tuple[Path, ...]]()
    kept = Thumbnails(background, ready.append)
    rows = [row(tmp_path / f"{number}.dcm") for number in range(100)]
    for each in rows:
        kept.get(each)
    assert len(background.waiting) == module._AT_ONCE
    background.go()
    latest_wishes_first = rows[: -(10 + 1) : -1]
    assert ready == [each.files for each in (*rows[: module._AT_ONCE], *latest_wishes_first)]
    assert len(kept._kept) == 5
