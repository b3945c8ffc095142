"""What a model does for the annotator: lesions proposed, and its outlines under the pointer; no Qt."""

from __future__ import annotations

from app.annotation.classes import ClassTable
from app.annotation.model_map import ModelMap
from app.annotation.proposed import Proposed
from app.gui.background import Background
from app.gui.job import Job
from app.gui.pages.annotation.annotate_view import AnnotateView
from app.progress import Progress
from app.scan.scan import Scan

SAY_FIRST = "Say first which view is which, above the films."


class ModelHelp:
    """Works on the scan on the screen; `drop` when that is another one."""

    def __init__(self, view: AnnotateView, background: Background) -> None:
        self._view = view
        self._proposing = Job(background, lambda _, running: view.show_proposing(running is not None))
        self._looking = Job(background)

    def drop(self) -> None:
        """Give up what is under way."""
        self._proposing.drop()
        self._looking.drop()

    def propose(self, scan: Scan, classes: ClassTable) -> None:
        """Look for lesions with a model, or without one for bright spots; when that runs already, stop it."""
        if self._proposing.busy:
            self._proposing.drop()
            return
        if scan.needs_confirmation:
            self._view.info(SAY_FIRST)
            return

        def work(progress: Progress) -> Proposed:
            from app.workflows.annotation.propose import (
                propose,  # numerical libraries: not before they are needed
            )

            return propose(scan, classes, progress)

        def found(proposed: Proposed) -> None:
            if proposed.model_map is not None:
                self._view.show_model_map(proposed.model_map)
            self._view.show_proposals(proposed)
            for sentence in proposed.notes:
                self._view.info(sentence)

        self._proposing.start("Proposing lesions", work, found, self._view.error)

    def look(self, scan: Scan) -> None:
        """Have a model look at the scan, so that outlines can be taken from what it sees."""

        def work(progress: Progress) -> ModelMap:
            from app.workflows.annotation.propose import model_map_of

            return model_map_of(scan, progress)

        self._looking.start(
            "Looking with the model",
            work,
            self._view.show_model_map,
            lambda error: self._view.advise(str(error)),
        )
