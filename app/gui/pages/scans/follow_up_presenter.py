"""Compares the scan on the screen with an earlier one, away from the window's thread; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import AppError
from app.gui.background import Background
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.progress import Progress
from app.scan.scan import Scan, View, ViewName

if TYPE_CHECKING:
    from app.annotation.label_set import LabelSet
    from app.gui.canvas.prepared import PreparedScan
    from app.workflows.reports.follow_up import FollowUp

LesionsOf = Callable[[Scan], "LabelSet"]

MOST_Z = 10.0
"""The colours of the difference map end here; 0 is in the middle."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What is shown: the prior scan laid on the current one and scaled, the current one, their difference.

    The counts of `difference` are z + MOST_Z, so that they begin at 0.
    """

    found: FollowUp
    prior: PreparedScan
    current: PreparedScan
    difference: PreparedScan


class FollowUpPage(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_comparison(self, comparison: Comparison) -> None:
        """Show two scans side by side."""

    def show_comparing(self, message: str) -> None:
        """Say that the comparison is under way; empty when it is over."""


class FollowUpPresenter:
    """Starts and stops one comparison at a time."""

    def __init__(self, page: FollowUpPage, background: Background) -> None:
        self._page = page
        self._job = Job(background, lambda words, _: page.show_comparing(words))

    def compare(self, current: Scan, files: tuple[Path, ...]) -> None:
        """Compare with the earlier scan in these files: one, or two with a view each."""
        self._job.drop()
        if len(files) > 2:
            self._page.error(
                AppError("More than two files were chosen.", "Choose the one earlier scan to compare with.")
            )
            return
        self._start("Comparing with the earlier scan…", partial(comparison_of, current, files))

    def with_lesions(self, shown: Comparison, folder: Path | None) -> None:
        """Compare once more with the lesions of both scans: drawn, in a folder, or (None) by the model."""
        self._job.drop()
        words = "Comparing the lesions…" if folder else "Finding the lesions of both scans…"
        self._start(words, partial(comparison_with, shown.found, folder))

    def _start(self, words: str, work: Callable[[Progress], Comparison]) -> None:
        self._job.start(words, work, self._page.show_comparison, self._page.error)

    def stop(self) -> None:
        """Give up what is under way; nothing of it arrives any more."""
        self._job.drop()


def comparison_of(current: Scan, files: tuple[Path, ...], progress: Progress) -> Comparison:
    """Read the earlier scan, compare, and make ready what will be shown; raises AppError as `compare`."""
    from app.scan.read import read_scan
    from app.workflows.reports.follow_up import compare
    from app.workflows.scans.confirmed_views import as_said

    prior = as_said(read_scan(*files))
    return _shown(compare(prior, current, progress=progress))


def comparison_with(found: FollowUp, folder: Path | None, progress: Progress) -> Comparison:
    """The same two scans with their lesions, from a folder or by the model; raises AppError as `compare`."""
    from app.workflows.annotation.labels import labels_of
    from app.workflows.reports.follow_up import compare
    from app.workflows.reports.model import finder_of

    lesions_of: LesionsOf | None = partial(labels_of, path=folder) if folder else finder_of()
    if lesions_of is None:
        raise AppError("No model that draws lesions is installed.", "Choose a folder with drawn lesions.")
    prior, current = found.prior, found.current
    return _shown(compare(prior, current, lesions_of(prior), lesions_of(current), found.days, progress))


def _shown(found: FollowUp) -> Comparison:
    import numpy as np

    from app.gui.canvas.prepared import prepare
    from app.quantification.registration.scan_fit import sampled

    prior, current = found.prior, found.current
    laid: dict[ViewName, View] = {}
    changed: dict[ViewName, View] = {}
    for view in found.views:
        earlier = prior.view(view.name)
        assert earlier is not None
        counts = view.reference.scale * sampled(earlier.counts, view.rows, view.columns)
        laid[view.name] = View(view.name, np.asarray(counts, np.float32), view.spacing_mm)
        z = np.clip(view.z, -MOST_Z, MOST_Z) + np.float32(MOST_Z)
        changed[view.name] = View(view.name, z.astype(np.float32), view.spacing_mm)
    return Comparison(
        found, *(prepare(each) for each in (_with(prior, laid), current, _with(current, changed)))
    )


def _with(scan: Scan, views: dict[ViewName, View]) -> Scan:
    return replace(
        scan, anterior=views.get(ViewName.ANTERIOR), posterior=views.get(ViewName.POSTERIOR), warnings=()
    )
