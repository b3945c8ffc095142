"""What the other annotators of a folder drew on the scan on the screen: only when somebody asks; no Qt."""

from __future__ import annotations

from app.annotation.agreement.adjudication import Dispute, disputes
from app.annotation.annotation import Annotation
from app.annotation.label_set import sizes_of, spacing_of
from app.gui.background import Background
from app.gui.pages.annotation.annotate_view import AnnotateView
from app.progress import Progress
from app.scan.scan import Scan
from app.workflows.annotation.annotate import AnnotationFolder

_Seen = tuple[dict[str, Annotation], tuple[Dispute, ...], tuple[str, ...]]


class OtherPeople:
    """`wanted`: whether they are to be shown; `shown`: what they drew on the scan that is."""

    def __init__(self, view: AnnotateView, background: Background) -> None:
        self._view, self._background = view, background
        self._scan: Scan | None = None
        self.wanted = False
        self.shown: dict[str, Annotation] = {}

    def show(self, folder: AnnotationFolder | None, scan: Scan | None) -> None:
        """Show what the others drew on a scan, if that is wanted; otherwise nothing of theirs."""
        self.shown, self._scan = {}, scan
        self._view.show_others(self.shown, ())
        if not self.wanted or folder is None or scan is None:
            return

        def look(_: Progress) -> _Seen:
            others, told = folder.others(scan)
            found = disputes(others, sizes_of(scan), folder.classes, spacing_of(scan))
            return others, found, told

        def found(seen: _Seen) -> None:
            if not self.wanted or self._scan is not scan:
                return
            self.shown, disputed, told = seen
            self._view.show_others(self.shown, disputed)
            for sentence in told if self.shown or told else ("Nobody else has annotated this scan.",):
                self._view.info(sentence)

        self._background.run(look, found, self._view.error)
