"""Quantify a scan from its labels, and say it in numbers that programs can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.annotation.label_set import LabelSet
from app.quantification.bstbi import K
from app.quantification.burden import Burden, LesionOnView, PerView, burden_of
from app.quantification.lesion_statistics import Ratio
from app.scan.read import read_scan
from app.scan.scan import Scan
from app.scan.window import Levels, auto_level
from app.workflows.labels import labels_of

Facts = dict[str, Any]
"""Names to values that JSON knows."""


def quantify(
    files: tuple[Path, ...],
    masks: Path,
    *,
    lower: float | None = None,
    upper: float | None = None,
    k: float = K,
    format_name: str = "",
) -> tuple[Scan, LabelSet, Burden]:
    """Read a scan and its labels and quantify it; levels default to 0 and the automatic upper level.

    Raises AppError for unreadable files and labels of another scan.
    """
    scan = read_scan(*files)
    labels = labels_of(scan, masks, format_name)
    automatic = auto_level([view.counts for view in scan.views])
    least = automatic.lower if lower is None else lower
    levels = Levels(least, max(automatic.upper if upper is None else upper, least + 1e-6))
    return scan, labels, burden_of(scan, labels.annotation, levels, labels.bones, k)


def facts(scan: Scan, labels: LabelSet, burden: Burden) -> Facts:
    """All results by name; None where something is undefined, `validity` says why."""
    index = burden.index
    return {
        "case": scan.case,
        "bstbi_count": _per_view(burden.bstbi_count),
        "bstbi_display": _per_view(burden.bstbi_display)
        | {"lower_level": burden.levels.lower, "upper_level": burden.levels.upper},
        "k": burden.k,
        "bsi_percent": index.percent if index else None,
        "bsi_weights": index.weights if index else None,
        "bsi_regions": [
            {"region": part.bone.title, "involved_share": part.share, "bsi_percent": part.index_percent}
            for part in index.parts
            if part.lesion_pixels
        ]
        if index
        else [],
        "pabs_percent": burden.pabs_percent,
        "bsla_cm2": burden.bsla_cm2,
        "bslai": burden.bslai,
        "normalisers": [{"counts": one.counts, "source": one.source} for one in burden.normalisers],
        "eod": burden.eod,
        "lesion_count": burden.lesion_count,
        "lesions": [_lesion(row) for row in burden.lesions],
        "validity": [*burden.validity, *labels.notes],
    }


def _per_view(values: PerView) -> Facts:
    return {
        "anterior": values.anterior,
        "posterior": values.posterior,
        "mean": values.mean,
        "pooled": values.pooled,
    }


def _lesion(row: LesionOnView) -> Facts:
    known = row.statistics
    return {
        "lesion": row.lesion,
        "view": row.view.value,
        "region": " / ".join(row.regions),
        "class": row.label,
        "counts": known.counts if known else None,
        "max": known.maximum if known else None,
        "mean": known.mean if known else None,
        "pixels": known.pixels if known else None,
        "area_cm2": known.area_cm2 if known else None,
        **_ratio("contralateral", known.to_contralateral if known else None),
        **_ratio("background", known.to_background if known else None),
    }


def _ratio(what: str, ratio: Ratio | None) -> Facts:
    return {
        f"ratio_{what}": ratio.value if ratio else None,
        f"ratio_{what}_se": ratio.error if ratio else None,
    }
