"""Reports of the toy scan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.annotation.region import Region
from app.workflows.reports.bone_scan import BoneScanReport, report_of
from tests.report.bone_scan.made import PELVIS, labels_file, lesion, scan_file

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
Reporter = Callable[..., BoneScanReport]


@pytest.fixture
def reported(tmp_path: Path) -> Reporter:
    """Writes the report of the toy scan with these regions on it, in the bones that they name."""

    def write(*regions: Region, scan: Path | None = None, **more: object) -> BoneScanReport:
        file = scan or scan_file(tmp_path)
        masks = labels_file(tmp_path / "labels", regions)
        return report_of((file,), masks=masks, now=NOW, **{"bone_map": False, **more})  # type: ignore[arg-type]

    return write


@pytest.fixture
def two(reported: Reporter) -> BoneScanReport:
    """A report with two lesions."""
    return reported(*lesion("a", 128, 300), *lesion("b", 128, 470, PELVIS), question="Größe? 骨 <b>&")
