"""Quantify a scan from its labels, and say it in numbers that programs can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.annotation.class_names import ClassNames
from app.annotation.label_set import LabelSet
from app.errors import AppError
from app.quantification.bstbi import K
from app.quantification.burden import Burden, LesionOnView, PerView, burden_of
from app.quantification.lesion_statistics import Ratio
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from app.scan.window import Levels, auto_level
from app.workflows.annotation.counted_labels import counted_labels
from app.workflows.annotation.labels import labels_of
from app.workflows.scans.confirmed_views import as_said

Facts = dict[str, Any]
"""Names to values that JSON knows."""
LesionFinder = Callable[[Scan], LabelSet]
"""Outlines the lesions of a scan that nobody has labelled."""


def quantify(
    files: tuple[Path, ...],
    masks: Path | None = None,
    *,
    lesions_of: LesionFinder | None = None,
    lower: float | None = None,
    upper: float | None = None,
    k: float = K,
    format_name: str = "",
    names: ClassNames | None = None,
    bone_map: bool = True,
    case: str = "",
) -> tuple[Scan, LabelSet, Burden]:
    """Read a scan and its labels and quantify it; levels default to 0 and the automatic upper level.

    The lesions come from `masks`, or from `lesions_of` where there are no masks; `names` says what the
    classes of masks mean. Labels without bone regions get those fitted to the scan, unless `bone_map` is
    False.

    Raises AppError for unreadable files, labels of another scan, and when nothing says what the lesions are.
    """
    if masks is None and lesions_of is None:
        raise AppError(
            f"Nothing says where the lesions of {files[0].name} are.", "Name their labels: --masks LABELS"
        )
    scan = as_said(read_scan(*files, case=case))
    if masks is not None:
        labels = labels_of(scan, masks, format_name, names)
    else:
        assert lesions_of is not None
        labels = lesions_of(scan)
    labels = counted_labels(scan, labels, bone_map=bone_map, by_model=masks is None)
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
        "bstbi_four_frames": {
            **{f"{view.value}_light": getattr(burden.bstbi_display, view.value) for view in ViewName},
            **{f"{view.value}_dark": getattr(burden.bstbi_dark, view.value) for view in ViewName},
            "mean": burden.bstbi_four_frames,
            "lower_level": burden.levels.lower,
            "upper_level_light": burden.levels.upper,
            "upper_level_dark": burden.levels.dark.upper,
        },
        "k": burden.k,
        **burden.values,
        "bsi_weights": index.weights if index else None,
        "bsi_regions": [
            {"region": part.bone.title, "involved_share": part.share, "bsi_percent": part.index_percent}
            for part in index.parts
            if part.lesion_pixels
        ]
        if index
        else [],
        "normalisers": [{"counts": one.counts, "source": one.source} for one in burden.normalisers],
        "eod": burden.eod,
        "lesion_count": burden.lesion_count,
        "left_out": labels.left_out,
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
