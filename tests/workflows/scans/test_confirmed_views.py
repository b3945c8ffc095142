from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.scan.hashing import view_hash
from app.scan.pairing import exchanged
from app.scan.scan import Scan, View, ViewName
from app.workflows.scans.confirmed_views import ConfirmedViews


@pytest.fixture
def scan() -> Scan:
    counts = np.arange(12, dtype=np.float32).reshape(4, 3)
    return Scan("a", View(ViewName.ANTERIOR, counts), View(ViewName.POSTERIOR, counts + 1))


def test_nobody_has_said_anything_yet(scan: Scan, tmp_path: Path) -> None:
    assert ConfirmedViews(tmp_path / "confirmed.json").of(scan) is None


@pytest.mark.parametrize("as_shown", [True, False])
def test_what_was_said_is_known_the_next_time(scan: Scan, tmp_path: Path, as_shown: bool) -> None:
    ConfirmedViews(tmp_path / "confirmed.json").remember(scan, as_shown)
    assert ConfirmedViews(tmp_path / "confirmed.json").of(scan) is as_shown


def test_the_file_holds_no_case_and_no_path(scan: Scan, tmp_path: Path) -> None:
    file = tmp_path / "confirmed.json"
    ConfirmedViews(file).remember(scan, True)
    assert '"a"' not in file.read_text()


@pytest.mark.parametrize("text", ["{", "[]", '{"x": "yes"}'])
def test_a_damaged_file_is_as_if_nobody_had_said_anything(scan: Scan, tmp_path: Path, text: str) -> None:
    file = tmp_path / "confirmed.json"
    file.write_text(text)
    known = ConfirmedViews(file)
    assert known.of(scan) is None
    known.remember(scan, True)
    assert ConfirmedViews(file).of(scan) is True


def test_a_word_that_cannot_be_written_still_holds(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    known = ConfirmedViews(tmp_path / "blocked" / "confirmed.json")
    with pytest.raises(AppError, match="cannot be kept"):
        known.remember(scan, False)
    assert known.of(scan) is False


def test_every_page_knows_at_once_what_was_said_in_another(scan: Scan, tmp_path: Path) -> None:
    library, annotate = ConfirmedViews(tmp_path / "c.json"), ConfirmedViews(tmp_path / "c.json")
    assert annotate.of(scan) is None
    library.remember(scan, as_shown=False)
    assert annotate.of(scan) is False


def test_what_was_said_is_of_the_images_and_outlives_another_guess(scan: Scan, tmp_path: Path) -> None:
    known = ConfirmedViews(tmp_path / "c.json")
    known.remember(scan, as_shown=True)
    assert known.of(exchanged(scan)) is False
    assert scan.anterior is not None
    alone = Scan("a", scan.anterior)
    assert known.of(alone) is True
    assert known.of(exchanged(alone)) is False


def test_pairs_in_files_of_before_are_still_known(scan: Scan, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    first, second = (view_hash(view) for view in scan.views)
    file.write_text(json.dumps({f"{first}+{second}": False, first: True}))
    assert ConfirmedViews(file).of(scan) is False


def test_an_empty_view_says_nothing_of_another_scan(tmp_path: Path) -> None:
    empty = np.zeros((4, 3), np.float32)
    scans = [
        Scan("a", View(ViewName.ANTERIOR, empty + number), View(ViewName.POSTERIOR, empty))
        for number in (1, 2)
    ]
    known = ConfirmedViews(tmp_path / "c.json")
    known.remember(scans[0], as_shown=False)
    assert known.of(scans[1]) is None
