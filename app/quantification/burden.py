"""Everything that the masks of one scan say: all indices, every lesion, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.geometry import Mask
from app.annotation.masks import label_mask, union
from app.annotation.region import Region
from app.quantification import bstbi as bstbi_index
from app.quantification.bsi import BoneMap, BoneScanIndex, bone_scan_index
from app.quantification.eod import eod_grade
from app.quantification.indices import INDICES, Marked
from app.quantification.lesion_statistics import LesionStatistics, ViewReference, bones_under
from app.quantification.normaliser import Normaliser, normaliser
from app.quantification.pabs import off_skeleton_share
from app.quantification.told_bones import names_beside_table
from app.scan.scan import Scan, View, ViewName
from app.scan.window import Levels

_OFF_BONE = 0.1


@dataclass(frozen=True)
class PerView:
    """One index for each view, None where it is undefined."""

    anterior: float | None
    posterior: float | None
    pooled: float | None
    """From the sums over both views."""

    @property
    def mean(self) -> float | None:
        """The patient's value: the mean of the views."""
        return bstbi_index.mean_of_views([self.anterior, self.posterior])


@dataclass(frozen=True)
class LesionOnView:
    """One lesion where one view shows it; `regions` are bone regions, the main one first."""

    lesion: int
    label: str
    view: ViewName
    regions: tuple[str, ...]
    statistics: LesionStatistics | None
    """None for a point, and where pixels are not counts."""


@dataclass(frozen=True)
class Burden:
    """The indices of one scan; None where the scan or the masks do not give them, `validity` says why."""

    bstbi_count: PerView
    bstbi_display: PerView
    bstbi_dark: PerView
    """The displayed form on the dark copies of the views, at `levels.dark`."""
    levels: Levels
    k: float
    index: BoneScanIndex | None
    values: Mapping[str, float | None]
    """Of every index of `INDICES`, by its key."""
    normalisers: tuple[Normaliser, ...]
    eod: int
    lesion_count: int
    lesions: tuple[LesionOnView, ...]
    validity: tuple[str, ...] = field(default=())

    @property
    def bstbi_four_frames(self) -> float | None:
        """The mean over light and dark copies of both views, as Liu S et al. compare it with ALP."""
        frames = [(each.anterior, each.posterior) for each in (self.bstbi_display, self.bstbi_dark)]
        return bstbi_index.mean_of_views([value for pair in frames for value in pair])


def burden_of(
    scan: Scan,
    annotation: Annotation,
    levels: Levels,
    bones: Mapping[ViewName, BoneMap] | None = None,
    k: float = bstbi_index.K,
) -> Burden:
    """Quantify a scan from its annotation; regions of class metastasis are lesions, bladder is excluded.

    `bones`: uint8 (rows, cols) region map of each view, or None. `levels`: of the displayed form of BSTBI.
    """
    views = {view.name: view for view in scan.views}
    shapes = {name: view.counts.shape for name, view in views.items()}
    lesions = {name: label_mask(annotation, name, METASTASIS, shapes[name]) for name in views}
    bladders = {name: label_mask(annotation, name, BLADDER, shapes[name]) for name in views}
    atlas = {name: codes for name, codes in (bones or {}).items() if name in views}
    index = bone_scan_index(lesions, atlas) if atlas else None
    by = _normalisers(views, lesions, atlas) if scan.quantifiable else {}
    count = len({region.lesion for region in annotation.regions if region.label == METASTASIS})
    measured = scan.quantifiable
    marked = Marked(views, lesions, atlas, by, index)

    def per_view(signals: Mapping[ViewName, np.ndarray]) -> PerView:
        return _per_view(signals if measured else {}, lesions, bladders, k)

    def displayed(at: Levels) -> PerView:
        return per_view({name: bstbi_index.blackness(view.counts, at) for name, view in views.items()})

    return Burden(
        bstbi_count=per_view({name: np.clip(view.counts, 0, None) for name, view in views.items()}),
        bstbi_display=displayed(levels),
        bstbi_dark=displayed(levels.dark),
        levels=levels,
        k=k,
        index=index,
        values={one.key: one.of(marked) for one in INDICES},
        normalisers=tuple(by.values()),
        eod=eod_grade(count, index),
        lesion_count=count,
        lesions=_listed(views, annotation, atlas, measured),
        validity=tuple(_doubts(scan, lesions, bladders, atlas, annotation)),
    )


def _normalisers(
    views: Mapping[ViewName, View], lesions: Mapping[ViewName, Mask], atlas: Mapping[ViewName, BoneMap]
) -> dict[ViewName, Normaliser]:
    found = {
        name: normaliser(name, view.counts, lesions[name], atlas.get(name), view.spacing_mm)
        for name, view in views.items()
    }
    return {name: one for name, one in found.items() if one is not None}


def _per_view(
    signals: Mapping[ViewName, np.ndarray],
    lesions: Mapping[ViewName, Mask],
    bladders: Mapping[ViewName, Mask],
    k: float,
) -> PerView:
    sums = {name: bstbi_index.sums(signal, lesions[name], bladders[name]) for name, signal in signals.items()}
    values = {name: bstbi_index.bstbi(*three, k) for name, three in sums.items()}
    ill, whole, bladder = (sum(each[place] for each in sums.values()) for place in range(3))
    pooled = bstbi_index.bstbi(ill, whole, bladder, k) if sums else None
    return PerView(values.get(ViewName.ANTERIOR), values.get(ViewName.POSTERIOR), pooled)


def _listed(
    views: Mapping[ViewName, View],
    annotation: Annotation,
    atlas: Mapping[ViewName, BoneMap],
    measured: bool,
) -> tuple[LesionOnView, ...]:
    """One row per metastasis and view; the regions of one lesion on one view are measured together."""
    numbers: dict[str, int] = {}
    rows = []
    for name, view in views.items():
        shape = view.counts.shape
        groups: dict[str, list[Region]] = {}
        for region in annotation.on(name):
            if region.label == METASTASIS:
                groups.setdefault(region.lesion, []).append(region)
        reference = ViewReference(view) if groups and measured else None
        everything = union(annotation.on(name), shape)
        for lesion, regions in groups.items():
            number = numbers.setdefault(lesion, len(numbers) + 1)
            mask = union(regions, shape)
            under = bones_under(mask, atlas[name]) if name in atlas else ()
            drawn = tuple(dict.fromkeys(region.bone for region in regions if region.bone))
            named = names_beside_table(regions)
            statistics = reference.statistics(mask, everything) if reference and mask.any() else None
            rows.append(LesionOnView(number, METASTASIS, name, named or under or drawn, statistics))
    return tuple(rows)


def _doubts(
    scan: Scan,
    lesions: Mapping[ViewName, Mask],
    bladders: Mapping[ViewName, Mask],
    atlas: Mapping[ViewName, BoneMap],
    annotation: Annotation,
) -> list[str]:
    doubts = []
    if scan.lossy:
        doubts.append("lossy compression: the pixels are no exact counts, no count is measured")
    if scan.display_only:
        doubts.append("display only: grey values of a picture, no count is measured")
    if scan.needs_confirmation:
        doubts.append("sides assumed: nobody has confirmed which view is which")
    if len(scan.views) < 2:
        doubts.append(f"one view: there is no {_missing(scan).value} view")
    if any(view.spacing_mm is None for view in scan.views):
        doubts.append("no spacing: areas in cm² are not known")
    for name, mask in bladders.items():
        if not mask.any():
            doubts.append(f"no bladder mask on the {name.value} view: BSTBI counts the bladder as background")
    if not atlas:
        doubts.append("no bone region map: BSI and PABS cannot be given, EOD 4 cannot be told from 3")
    elif (share := off_skeleton_share(lesions, atlas)) > _OFF_BONE:
        doubts.append(f"{share:.0%} of the lesion pixels lie outside the mapped bone and do not count in BSI")
    if any(region.is_point for region in annotation.regions):
        doubts.append("points: lesions marked by a point are counted, they have no area and no counts")
    if scan.simulated:
        doubts.append("simulated: made by a simulator, not a patient")
    return doubts


def _missing(scan: Scan) -> ViewName:
    return ViewName.ANTERIOR if scan.anterior is None else ViewName.POSTERIOR
