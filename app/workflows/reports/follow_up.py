"""Compare a scan with an earlier one of the same patient: indices, lesions, and where uptake has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.class_names import ClassNames
from app.annotation.classes import METASTASIS
from app.annotation.label_set import LabelSet, sizes_of
from app.annotation.masks import label_mask, outlines, union
from app.annotation.region import Region
from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.quantification.burden import Burden, burden_of
from app.quantification.followup import ViewChange, reference_bone, view_change
from app.quantification.indices import INDICES
from app.quantification.lesion_statistics import bones_under
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from app.scan.window import auto_level
from app.wording import counted
from app.workflows.annotation.counted_labels import counted_labels
from app.workflows.annotation.labels import labels_of
from app.workflows.scans.confirmed_views import as_said

FLARE_DAYS = 183
"""Within half a year of effective therapy lesions may shine more (EANM guideline, EJNMMI 2016;43:1723)."""


@dataclass(frozen=True)
class IndexChange:
    """One index on both scans; `unit` may be empty."""

    name: str
    unit: str
    prior: float
    current: float

    @property
    def change(self) -> float:
        """Current minus prior."""
        return self.current - self.prior


@dataclass(frozen=True)
class LesionChange:
    """One lesion of the current scan on one view: its bones, its median z, whether it was there before.

    `drawn`: its regions on that view.
    """

    lesion: int
    view: ViewName
    regions: tuple[str, ...]
    z: float
    new: bool
    drawn: tuple[Region, ...] = ()


@dataclass(frozen=True, eq=False)
class FollowUp:
    """Two scans compared; `days` None where no date is known. Indices and lesions need labels of both.

    `before`: the lesions of the prior scan, laid on the current one.
    """

    prior: Scan
    current: Scan
    days: int | None
    views: tuple[ViewChange, ...]
    changes: tuple[IndexChange, ...]
    lesions: tuple[LesionChange, ...]
    validity: tuple[str, ...]
    before: tuple[Region, ...] = ()

    @property
    def new_lesions(self) -> frozenset[int]:
        """The numbers of the lesions that were there before on none of their views."""
        seen = {each.lesion for each in self.lesions if not each.new}
        return frozenset(each.lesion for each in self.lesions) - seen


def follow_up(
    prior_file: Path,
    current_file: Path,
    prior_masks: Path | None = None,
    current_masks: Path | None = None,
    days: int | None = None,
    names: ClassNames | None = None,
) -> FollowUp:
    """Read both scans, and their labels where given, and compare them; raises AppError as `compare` does.

    `names`: what the classes of labels mean, those of the settings by default.
    """
    prior, current = as_said(read_scan(prior_file)), as_said(read_scan(current_file))
    return compare(
        prior,
        current,
        labels_of(prior, prior_masks, "", names) if prior_masks else None,
        labels_of(current, current_masks, "", names) if current_masks else None,
        days,
    )


def compare(
    prior: Scan,
    current: Scan,
    prior_labels: LabelSet | None = None,
    current_labels: LabelSet | None = None,
    days: int | None = None,
    progress: Progress | None = None,
) -> FollowUp:
    """Compare two scans of one patient; bone regions are fitted where the labels have none.

    Raises AppError for scans without counts, a prior that is later, and views that do not fit each other.
    """
    progress = progress or NoProgress()
    for scan in (prior, current):
        if not scan.quantifiable:
            raise AppError(
                f"{scan.case} has no exact counts, so it cannot be compared.", "Use the original DICOM files."
            )
    days = current.days_after(prior) if days is None else days
    if days is not None and days < 0:
        raise AppError(f"{prior.case} was made after {current.case}.", "Name the earlier scan first.")
    progress.report(0.1, "Finding the bones")
    before, now = _labelled(prior, prior_labels), _labelled(current, current_labels)
    check_cancelled(progress)
    progress.report(0.5, "Laying the scans on each other")
    diseased = _diseased(before) | _diseased(now)
    views = tuple(_views(before, now, prior, current, diseased))
    if not views:
        raise AppError(
            f"{prior.case} and {current.case} have no view that can be laid on each other.",
            "Compare two whole-body scans of one patient.",
        )
    check_cancelled(progress)
    both = prior_labels is not None and current_labels is not None
    changes = tuple(_changes(_burden(prior, before), _burden(current, now))) if both else ()
    lesions = tuple(_lesions(before, now, views)) if both else ()
    notes = _notes(prior, current, before, now, days, views, both=both)
    earlier = tuple(_laid(before, views)) if both else ()
    return FollowUp(prior, current, days, views, changes, lesions, tuple(dict.fromkeys(notes)), earlier)


def _labelled(scan: Scan, labels: LabelSet | None) -> LabelSet:
    known = labels or LabelSet(Annotation(scan.case, "", ()), sizes_of(scan))
    return counted_labels(scan, known)


def _diseased(labels: LabelSet) -> frozenset[str]:
    """The bones that carry lesions."""
    found: set[str] = set()
    for view, bones in labels.bones.items():
        for region in labels.annotation.on(view):
            if region.label == METASTASIS:
                found.update(bones_under(union([region], bones.shape), bones))
    return frozenset(found)


def _views(
    before: LabelSet, now: LabelSet, prior: Scan, current: Scan, diseased: frozenset[str]
) -> Iterator[ViewChange]:
    for view in current.views:
        earlier = prior.view(view.name)
        if earlier is None or view.name not in before.bones or view.name not in now.bones:
            continue
        maps = before.bones[view.name], now.bones[view.name]
        reference = reference_bone(earlier, view, *maps, diseased) or reference_bone(earlier, view, *maps)
        changed = view_change(earlier, view, reference) if reference else None
        if changed is not None:
            yield changed


def _burden(scan: Scan, labels: LabelSet) -> Burden:
    levels = auto_level([view.counts for view in scan.views])
    return burden_of(scan, labels.annotation, levels, labels.bones)


def _changes(before: Burden, now: Burden) -> Iterator[IndexChange]:
    pairs: tuple[tuple[str, str, float | None, float | None], ...] = (
        ("BSTBI (counts)", "", before.bstbi_count.mean, now.bstbi_count.mean),
        *((one.name, one.unit, before.values[one.key], now.values[one.key]) for one in INDICES),
        ("Extent of disease", "", before.eod, now.eod),
        ("Lesions", "", before.lesion_count, now.lesion_count),
    )
    for name, unit, one, other in pairs:
        if one is not None and other is not None:
            yield IndexChange(name, unit, float(one), float(other))


def _lesions(before: LabelSet, now: LabelSet, views: tuple[ViewChange, ...]) -> Iterator[LesionChange]:
    numbers: dict[str, int] = {}
    for view in views:
        shape = view.z.shape
        was = view.laid(label_mask(before.annotation, view.name, METASTASIS, before.shape(view.name)))
        regions = [region for region in now.annotation.on(view.name) if region.label == METASTASIS]
        for lesion in dict.fromkeys(region.lesion for region in regions):
            mask = union([region for region in regions if region.lesion == lesion], shape)
            if mask.any():
                number = numbers.setdefault(lesion, len(numbers) + 1)
                where = bones_under(mask, now.bones[view.name])
                z = float(np.median(view.z[mask]))
                drawn = tuple(region for region in regions if region.lesion == lesion)
                yield LesionChange(number, view.name, where, z, not (was & mask).any(), drawn)


def _laid(before: LabelSet, views: tuple[ViewChange, ...]) -> Iterator[Region]:
    """The prior lesions as they lie on the current scan; a part that falls off the image is left out."""
    for view in views:
        shape = before.shape(view.name)
        for region in before.annotation.on(view.name):
            if region.label == METASTASIS:
                for outline in outlines(view.laid(union([region], shape))):
                    yield replace(region, vertices=outline, uuid=uuid4().hex)


def _notes(
    prior: Scan,
    current: Scan,
    before: LabelSet,
    now: LabelSet,
    days: int | None,
    views: tuple[ViewChange, ...],
    *,
    both: bool,
) -> Iterator[str]:
    if days is None:
        yield "no dates: the days between the scans are not known"
    elif days <= FLARE_DAYS:
        yield (
            f"flare: {counted(days, 'day')} {'is' if days == 1 else 'are'} within 6 months, "
            "a rise after effective therapy is no proof of progression"
        )
    shown = {view.name for view in views}
    for name in ViewName:
        if name not in shown:
            yield f"no difference on the {name.value} view: it is not seen on both scans"
    yield "bladder, kidneys, injection site and limbs that lie otherwise differ without any disease"
    if not both:
        yield "no labels of both scans: indices and lesions are not compared"
    for labels in (before, now):
        if labels.made_by is not None:
            yield f"lesions drawn by {labels.made_by.title}, not by a person"
    yield from before.notes
    yield from now.notes
    if prior.simulated or current.simulated:
        yield "simulated: made by a simulator, not a patient"
