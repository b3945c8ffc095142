"""`scintiread info`: for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from app import cli
from tests.scan.nm_files import toy_counts, write_nm, write_pair

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(14))


def test_a_person_reads_views_sizes_counts_and_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, POSTERIOR, view_codes=(None, None))
    assert cli.run(["info", str(path)]) == 0
    said = capsys.readouterr().out
    assert "anterior: 256 × 1024 pixels of 2.26 × 2.26 mm" in said
    assert "side decided by detector number (assumed)" in said
    assert f"pixel sum {int(ANTERIOR.sum() + POSTERIOR.sum()):,}" in said
    assert "! Which view is which was assumed" in said


def test_a_program_reads_json_also_of_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = write_pair(tmp_path, ANTERIOR, POSTERIOR)
    assert cli.run(["info", str(first), str(second), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["views"]) == 2


def test_what_is_no_scan_ends_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["info", str(get_testdata_file("CT_small.dcm", download=False))]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "modality CT" in told.err
