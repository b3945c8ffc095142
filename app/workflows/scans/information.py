"""Says what a scan holds, how its views were decided and what is doubtful; never whose it is."""

from __future__ import annotations

from pathlib import Path

from app.scan.hashing import view_hash
from app.scan.read import read_scan
from app.scan.scan import Scan, View
from app.workflows.scans.confirmed_views import as_said

Facts = dict[str, object]
"""Names to values that JSON knows."""


def scan_info(path: Path, *more: Path) -> Facts:
    """Facts about the scan in a file, or in two files with one view each; raises AppError."""
    return describe(as_said(read_scan(path, *more)))


def describe(scan: Scan) -> Facts:
    """Facts about a scan: views with size, spacing, counts and evidence, acquisition, flags and warnings."""
    made = scan.acquisition
    total = sum(float(view.counts.sum(dtype="f8")) for view in scan.views)
    return {
        "case": scan.case,
        "files": [path.name for path in scan.files],
        "format": made.file_format,
        "transfer_syntax": made.transfer_syntax,
        "views": [_view(view, scan.display_only) for view in scan.views],
        "pixel_sum": None if scan.display_only else total,
        "counts_accumulated": made.counts_accumulated,
        "manufacturer": made.manufacturer,
        "model": made.model,
        "duration_s": made.duration_s,
        "velocity_mm_s": made.velocity_mm_s,
        "radiopharmaceutical": made.radiopharmaceutical,
        "activity_mbq": made.activity_mbq,
        "injected_to_scan_h": made.injected_to_scan_h,
        "lossy": scan.lossy,
        "display_only": scan.display_only,
        "simulated": scan.simulated,
        "quantifiable": scan.quantifiable,
        "needs_confirmation": scan.needs_confirmation,
        "warnings": list(scan.warnings),
    }


def _view(view: View, display_only: bool) -> Facts:
    rows, columns = view.counts.shape
    return {
        "name": view.name.value,
        "decided_by": view.evidence.value,
        "assumed": view.assumed,
        "rows": rows,
        "columns": columns,
        "spacing_mm": list(view.spacing_mm) if view.spacing_mm else None,
        "minimum": float(view.counts.min()),
        "maximum": float(view.counts.max()),
        "mean": float(view.counts.mean(dtype="f8")),
        "pixel_sum": None if display_only else float(view.counts.sum(dtype="f8")),
        "counts_accumulated": view.counts_accumulated,
        "sha256": view_hash(view),
    }
