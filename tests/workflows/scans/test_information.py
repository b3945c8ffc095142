"""Facts about a scan: complete, made of what JSON knows, and never whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from app.workflows.scans.information import scan_info
from tests.scan.nm_files import toy_counts, write_nm, write_pair

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(13))


def test_counts_sizes_and_evidence_are_told(tmp_path: Path) -> None:
    facts = scan_info(write_nm(tmp_path / "x.dcm", ANTERIOR, POSTERIOR))
    total = int(ANTERIOR.sum() + POSTERIOR.sum())
    assert facts["pixel_sum"] == facts["counts_accumulated"] == total
    views = facts["views"]
    assert isinstance(views, list)
    assert [view["name"] for view in views] == ["anterior", "posterior"]
    assert [view["decided_by"] for view in views] == ["view code", "view code"]
    assert views[0]["rows"] == 1024
    assert views[0]["spacing_mm"] == [2.26, 2.26]
    assert views[0]["pixel_sum"] == ANTERIOR.sum()
    assert facts["quantifiable"] is True
    assert json.loads(json.dumps(facts)) == facts


def test_two_files_are_one_scan(tmp_path: Path) -> None:
    facts = scan_info(*write_pair(tmp_path, ANTERIOR, POSTERIOR))
    assert facts["files"] == ["pair_1.dcm", "pair_2.dcm"]


def test_a_picture_has_no_counts_to_tell(tmp_path: Path) -> None:
    Image.fromarray(ANTERIOR.astype(np.uint8)).save(tmp_path / "x.png")
    facts = scan_info(tmp_path / "x.png")
    assert facts["pixel_sum"] is None
    assert facts["display_only"] is True
    assert facts["needs_confirmation"] is True


def test_no_fact_names_the_patient(tmp_path: Path) -> None:
    path = write_nm(
        tmp_path / "x.dcm", ANTERIOR, PatientName="Quillfeather", PatientID="4711-Q", StudyID="4711-Q"
    )
    told = json.dumps(scan_info(path))
    assert "Quillfeather" not in told
    assert "4711" not in told
