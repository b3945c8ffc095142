"""The earlier scan of the same patient in an annotated folder, laid on the one that is annotated now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from app.annotation.annotation import Annotation
from app.annotation.masks import outlines, union
from app.annotation.region import ProposedBy, Region, RegionSource
from app.annotation.since_prior import PRIOR
from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.quantification.registration.laid import LaidView, laid_on
from app.scan.identity import same_person
from app.scan.read import open_source
from app.scan.scan import Scan, View, ViewName
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.scans.confirmed_views import Confirm
from app.workflows.scans.library import load_scan
from app.workflows.scans.scan_row import ScanRow


@dataclass(frozen=True, eq=False)
class PriorScan:
    """`scan`: the earlier scan as it lies on the current one; `regions`: what was drawn on it, there.

    `date`: when it was made, YYYY-MM-DD; `case`: what it is called in the folder.
    """

    case: str
    date: str
    scan: Scan
    regions: tuple[Region, ...]
    notes: tuple[str, ...] = ()

    @property
    def proposals(self) -> tuple[Region, ...]:
        """Its lesions as they are proposed on the current scan."""
        by = ProposedBy(PRIOR, self.date)
        return tuple(replace(each, source=RegionSource.AI, proposed_by=by) for each in self.regions)


def prior_row(rows: Sequence[ScanRow], current: ScanRow, scan: Scan) -> tuple[ScanRow, str]:
    """The latest earlier scan of the patient among the rows of a folder, and its date.

    By Patient ID and examination date of the files; nobody's name is shown. Raises AppError where they do not
    say, or there is none.
    """
    person = same_person(current.files)
    if not person or not scan.date:
        raise AppError(
            f"The files of {current.code} do not say whose scan it is, or of which day.",
            "A prior is found by Patient ID and date of DICOM files.",
        )
    earlier = [
        (date, row)
        for row in rows
        if row.case != current.case and (date := _date(row)) and date < scan.date
        if same_person(row.files) == person
    ]
    if not earlier:
        raise AppError(f"The folder has no earlier scan of the patient of {current.code}.")
    date, row = max(earlier, key=lambda each: each[0])
    return row, date


def prior_of(
    folder: AnnotationFolder,
    rows: Sequence[ScanRow],
    current: ScanRow,
    scan: Scan,
    confirm: Confirm | None = None,
    progress: Progress | None = None,
) -> PriorScan:
    """The prior of a scan with what was drawn on it.

    Raises AppError as `prior_row` does, and where it cannot be laid on the scan.
    """
    progress = progress or NoProgress()
    progress.report(0.0, "Looking for the prior")
    row, date = prior_row(rows, current, scan)
    earlier = load_scan(row, confirm)
    progress.report(0.2, "Laying the prior on this scan")
    laid: dict[ViewName, LaidView] = {}
    views: dict[ViewName, View] = {}
    for view in scan.views:
        before = earlier.view(view.name)
        lies = laid_on(before, view) if before is not None else None
        check_cancelled(progress)
        if before is not None and lies is not None:
            laid[view.name] = lies
            views[view.name] = View(view.name, lies.counts(before.counts), view.spacing_mm)
    if not views:
        raise AppError(f"{row.code} and {current.code} have no view that can be laid on each other.")
    drawn, told = folder.drawn_on(earlier)
    shown = replace(
        earlier, anterior=views.get(ViewName.ANTERIOR), posterior=views.get(ViewName.POSTERIOR), warnings=()
    )
    return PriorScan(row.case, date, shown, tuple(_laid(drawn, earlier, laid)), told)


def _laid(drawn: Annotation, earlier: Scan, laid: dict[ViewName, LaidView]) -> Iterator[Region]:
    """Outlines as they lie on the current scan; points, and parts that fall off the image, are left out."""
    for region in drawn.regions:
        lies, view = laid.get(region.view), earlier.view(region.view)
        if lies is not None and view is not None and not region.is_point:
            for outline in outlines(lies.mask(union([region], view.counts.shape))):
                yield replace(region, vertices=outline, uuid=uuid4().hex, rating=None)


def _date(row: ScanRow) -> str:
    for file in row.files:
        try:
            date = open_source(file).date
        except AppError:
            continue
        if date:
            return date
    return ""
