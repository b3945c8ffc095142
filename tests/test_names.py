from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.names import unusable, visible
from app.workflows.scans.library import find_scans
from tests.scan.nm_files import toy_counts, write_nm


@pytest.mark.parametrize(
    "name", ["CON", "con", "nul.dcm", "COM1", "lpt9.tar", "scan.", "scan ", "a\nb", "abc\u202ecba", ""]
)
def test_a_name_that_is_no_file_s_everywhere_is_said_so(name: str) -> None:
    assert unusable(name)


@pytest.mark.parametrize("name", ["C0001", "console", "com10", "転移-3", "Müller 2.1", ".hidden"])
def test_usual_names_are_usable(name: str) -> None:
    assert unusable(name) == ""


@given(st.text())
def test_what_is_shown_of_a_name_hides_nothing(name: str) -> None:
    shown = visible(name)
    assert "signs" not in unusable(shown)
    assert visible(shown) == shown


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_nm(tmp_path / "scan.dcm", *toy_counts(np.random.default_rng(1)))


@pytest.mark.skipif(os.name == "nt", reason="Windows itself refuses such files")
def test_scans_with_such_names_are_listed_with_what_to_do(tmp_path: Path, scan: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("CON.dcm", "knee\u202e1.dcm", "C1.dcm"):
        shutil.copy(scan, folder / name)
    table = find_scans(folder, decode=False)
    assert [row.case for row in table.usable] == ["C1"]
    assert {row.case for row in table.unusable} == {"CON", r"knee\u202e1"}
    assert all("Rename the file" in row.reason for row in table.unusable)


def test_cases_that_differ_in_capitals_alone_get_codes_of_their_own(tmp_path: Path, scan: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("case.dcm", "CASE.dcm"):
        shutil.copy(scan, folder / name)
    if len(list(folder.iterdir())) == 1:
        pytest.skip("this disk tells no capitals apart")
    codes = [row.case.casefold() for row in find_scans(folder, decode=False).usable]
    assert len(set(codes)) == 2
