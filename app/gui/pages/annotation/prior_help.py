"""The patient's earlier scan beside the one on the screen: only when somebody asks; no Qt."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.background import Background
from app.gui.canvas.prepared import PreparedScan, prepare
from app.gui.job import Job
from app.gui.pages.annotation.annotate_view import AnnotateView
from app.progress import Progress
from app.scan.scan import Scan
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.prior import PriorScan
from app.workflows.scans.confirmed_views import ConfirmedViews
from app.workflows.scans.scan_row import ScanRow


class PriorHelp:
    """`wanted`: whether the prior is to be shown, from case to case."""

    def __init__(self, view: AnnotateView, background: Background, confirmed: ConfirmedViews) -> None:
        self._view, self._confirmed = view, confirmed
        self._job = Job(background)
        self.wanted = False

    def show(
        self, folder: AnnotationFolder | None, rows: Sequence[ScanRow], place: int, scan: Scan | None
    ) -> None:
        """Show the prior of the scan on the screen, if that is wanted; otherwise none."""
        self._job.drop()
        self._view.show_prior(None)
        if not self.wanted or folder is None or scan is None or not 0 <= place < len(rows):
            return

        def look(progress: Progress) -> tuple[PriorScan, PreparedScan]:
            from app.workflows.annotation.prior import prior_of  # registration: not before it is needed

            found = prior_of(folder, rows, rows[place], scan, self._confirmed.of, progress)
            return found, prepare(found.scan)

        def found(seen: tuple[PriorScan, PreparedScan]) -> None:
            self._view.show_prior(*seen)
            for sentence in seen[0].notes:
                self._view.info(sentence)

        self._job.start("Looking for the prior", look, found, lambda error: self._view.advise(str(error)))
