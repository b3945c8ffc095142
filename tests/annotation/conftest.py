"""An annotation that holds everything an annotation can hold, and a simulated scan as files."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from app.annotation.annotation import Annotation
from app.annotation.label_set import LabelSet
from app.annotation.region import Region, RegionSource
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from tests.scan.nm_files import toy_counts, write_nm

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


def disc(x: float, y: float, radius: float, number: int = 40) -> np.ndarray:
    """A regular outline, float64 (number, 2)."""
    turn = 2 * math.pi * np.arange(number) / number
    return np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)])


@pytest.fixture
def nm_file(tmp_path: Path) -> Path:
    """A whole-body object with both views."""
    path = tmp_path / "source" / "case-7.dcm"
    path.parent.mkdir()
    write_nm(path, *toy_counts(np.random.default_rng(5)))
    return path


@pytest.fixture
def scan(nm_file: Path) -> Scan:
    return read_scan(nm_file)


@pytest.fixture
def labels(scan: Scan) -> LabelSet:
    """A lesion on both views, a rated and edited one, a bladder and a point, on the toy scan."""
    assert scan.anterior is not None
    rows, cols = scan.anterior.counts.shape
    x, y = cols / 2, rows / 2
    regions = (
        Region(ANT, disc(x + 0.3, y + 0.7, 6), lesion="one", bone="lumbar spine"),
        Region(POST, disc(cols - x, y, 5), lesion="one", bone="lumbar spine"),
        Region(
            ANT,
            disc(x - 12, y - 15, 4),
            label="degenerative",
            rating=35.0,
            source=RegionSource.AI_EDITED,
            comment="knee, “old”",
        ),
        Region(ANT, disc(x, y + 25, 5), label="bladder"),
        Region(POST, np.array([[x + 3.25, y - 20.5]]), label="equivocal", rating=50.0),
    )
    return LabelSet(Annotation("case-7", "R1", regions), dict.fromkeys(ViewName, (cols, rows)))
