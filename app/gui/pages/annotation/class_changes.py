"""Changes the classes of a folder: asked with what is drawn, kept for all annotators; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.annotation.classes import ClassTable
from app.gui.background import Background
from app.gui.job import Job
from app.gui.pages.annotation.annotate_view import AnnotateView
from app.progress import Progress
from app.workflows.annotation.annotate import AnnotationFolder


class ClassChanges:
    """`flush`: have everything on the disk, False when that fails; `reopen`: show the case anew."""

    def __init__(
        self,
        view: AnnotateView,
        background: Background,
        flush: Callable[[], bool],
        reopen: Callable[[], None],
    ) -> None:
        self._view, self._flush, self._reopen = view, flush, reopen
        self._looking, self._keeping = Job(background), Job(background)

    def ask(self, folder: AnnotationFolder | None) -> None:
        """Ask for other classes, with the number of cases on which each is drawn."""
        if folder is None or self._looking.busy or not self._flush():
            return

        def look(_: Progress) -> Mapping[str, int]:
            return folder.cases_of_classes()

        def found(used: Mapping[str, int]) -> None:
            self._view.ask_classes(folder.classes, used)

        self._looking.start("Looking for classes in use", look, found, self._view.error)

    def keep(self, folder: AnnotationFolder | None, table: ClassTable) -> None:
        """Keep other classes; what was drawn goes on under the new names."""
        if folder is None or table is folder.classes or self._keeping.busy or not self._flush():
            return

        def kept(_: None) -> None:
            self._view.show_classes(table)
            self._reopen()

        self._keeping.start(
            "Keeping the classes", lambda _: folder.keep_classes(table), kept, self._view.error
        )
