"""Facts of a report out of a scan, its labels and its burden; nothing is invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields

from app.annotation.annotation import Annotation
from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.masks import union
from app.annotation.region import Region
from app.annotation.report_regions import REPORT_REGIONS
from app.quantification.bsi import BoneMap
from app.quantification.burden import Burden, LesionOnView, PerView
from app.quantification.told_bones import names_beside_table
from app.report.bone_scan.facts import (
    LETTERS,
    UNPLACED,
    Indices,
    Lesion,
    ModelFacts,
    Prior,
    Procedure,
    ReportFacts,
    Sighting,
)
from app.report.bone_scan.regions import bones_of_votes, regions_of_votes, votes_of, votes_of_names
from app.scan.hashing import view_hash
from app.scan.scan import Scan, ViewName

_ENOUGH_COUNTS = 1.5e6
"""Counts of a whole-body view that guidelines ask for (SNM bone scintigraphy)."""
_NOT_SAID = frozenset({BLADDER, METASTASIS, "kidney", "injection site", "physiological", "artefact"})
"""Classes of marks that are no finding beside metastasis."""


def gather(
    scan: Scan,
    annotation: Annotation,
    burden: Burden,
    bones: Mapping[ViewName, BoneMap],
    *,
    source: str,
    notes: tuple[str, ...] = (),
    question: str = "",
    date: str = "",
    model: ModelFacts | None = None,
    prior: Prior | None = None,
    located: tuple[str, ...] = (),
) -> ReportFacts:
    """The facts of one report; `bones`: uint8 (rows, cols) region map of each view, empty without one.

    `located`: the regions that a model has named, in place of those of the map.
    """
    lesions = _lesions(scan, annotation, burden, bones)
    marked = {region.lesion: region.label for region in annotation.regions if region.label not in _NOT_SAID}
    return ReportFacts(
        case=scan.case,
        simulated=scan.simulated,
        procedure=_procedure(scan, date),
        limits=tuple(_limits(scan)),
        lesions=lesions,
        others=dict(sorted(Counter(marked.values()).items())),
        indices=_indices(burden, lesions),
        levels=(burden.levels.lower, burden.levels.upper),
        validity=(*burden.validity, *notes),
        source=source,
        fingerprints={view.name.value: view_hash(view) for view in scan.views},
        question=question.strip(),
        model=model,
        prior=prior,
        located=located if lesions else (),
    )


def _procedure(scan: Scan, date: str) -> Procedure:
    made = scan.acquisition
    return Procedure(
        views=tuple(view.name.value for view in scan.views),
        agent=made.radiopharmaceutical,
        activity_mbq=made.activity_mbq,
        hours=made.injected_to_scan_h,
        velocity_mm_s=made.velocity_mm_s,
        camera=" ".join(word for word in (made.manufacturer, made.model) if word),
        date=date,
        counts=tuple(float(view.counts.sum()) for view in scan.views) if scan.quantifiable else (),
        file_format=made.file_format,
    )


def _limits(scan: Scan) -> list[str]:
    limits = []
    if len(scan.views) < 2:
        limits.append("one view only")
    if scan.display_only:
        limits.append("grey values of a picture, no counts")
    elif scan.lossy:
        limits.append("lossy compression")
    else:
        limits += [
            f"{view.counts.sum() / 1e6:.1f} million counts in the {view.name.value} view"
            for view in scan.views
            if view.counts.sum() < _ENOUGH_COUNTS
        ]
    if scan.needs_confirmation:
        limits.append("sides assumed, not confirmed")
    return limits


def _lesions(
    scan: Scan, annotation: Annotation, burden: Burden, bones: Mapping[ViewName, BoneMap]
) -> tuple[Lesion, ...]:
    """The lesions in the order of their regions, from head to foot within one; named by letter and number."""
    shapes = {view.name: view.counts.shape for view in scan.views}
    counts = {view.name: view.counts for view in scan.views}
    marks: dict[str, dict[ViewName, list[Region]]] = {}
    for view in shapes:  # in the order in which the burden numbers lesions
        for region in annotation.on(view):
            if region.label == METASTASIS:
                marks.setdefault(region.lesion, {}).setdefault(view, []).append(region)
    rows = {(row.lesion, row.view): row for row in burden.lesions}
    found = []
    for number, (key, by_view) in enumerate(marks.items(), start=1):
        masks = {view: union(regions, shapes[view]) for view, regions in by_view.items()}
        every = [region for regions in by_view.values() for region in regions]
        drawn = tuple(dict.fromkeys(region.bone for region in every if region.bone))
        votes = votes_of(masks, counts, bones) or votes_of_names(drawn)
        titles = names_beside_table(every) or tuple(bone.title for bone in bones_of_votes(votes)) or drawn
        ratings = [region.rating for region in every if region.rating is not None]
        lesion = Lesion(
            name="",
            key=key,
            regions=regions_of_votes(votes),
            bones=titles,
            sightings=tuple(
                _sighting(view, regions, rows.get((number, view))) for view, regions in by_view.items()
            ),
            rating=max(ratings) if ratings else None,
        )
        found.append((min(float(region.vertices[:, 1].min()) for region in every), lesion))
    return _named(found)


def _named(found: list[tuple[float, Lesion]]) -> tuple[Lesion, ...]:
    from dataclasses import replace

    order = (*REPORT_REGIONS, UNPLACED)
    ranked = sorted(found, key=lambda pair: (order.index(pair[1].regions[0]), pair[0]))
    numbers: Counter[str] = Counter()
    named = []
    for _, lesion in ranked:
        region = lesion.regions[0]
        numbers[region] += 1
        named.append(replace(lesion, name=f"{LETTERS[region]}{numbers[region]}"))
    return tuple(named)


def _sighting(view: ViewName, regions: list[Region], row: LesionOnView | None) -> Sighting:
    outlines = tuple(
        tuple((round(float(x), 2), round(float(y), 2)) for x, y in region.vertices) for region in regions
    )
    known = row.statistics if row is not None else None
    if row is None or known is None:
        return Sighting(view.value, row.regions if row else (), outlines)
    mirrored, around = known.to_contralateral, known.to_background
    return Sighting(
        view=view.value,
        bones=row.regions,
        outlines=outlines,
        pixels=known.pixels,
        area_cm2=known.area_cm2,
        counts=known.counts,
        maximum=known.maximum,
        mean=known.mean,
        ratio=mirrored.value if mirrored else None,
        ratio_error=mirrored.error if mirrored else None,
        to_background=around.value if around else None,
    )


def _indices(burden: Burden, lesions: tuple[Lesion, ...]) -> Indices:
    def three(values: PerView) -> tuple[float | None, float | None, float | None]:
        return values.anterior, values.posterior, values.mean

    first = {item.name for item in fields(Indices)}
    return Indices(
        bstbi_count=three(burden.bstbi_count),
        bstbi_display=three(burden.bstbi_display),
        k=burden.k,
        bsi_weights=burden.index.weights if burden.index else "",
        eod=burden.eod,
        lesions=burden.lesion_count,
        in_regions=dict(Counter(lesion.regions[0] for lesion in lesions)),
        more={key: value for key, value in burden.values.items() if key not in first},
        **{key: value for key, value in burden.values.items() if key in first},
    )
