"""Decides what the demo's guide shows: how far it is prepared, and the study when it is; no Qt."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.gui.background import Background
from app.gui.job import Job
from app.progress import Progress
from app.window_request import DemoWish
from app.workflows.rehearsal.demo import window_demo


class DemoView(Protocol):
    """What the presenter asks of the guide."""

    def show_preparing(self, fraction: float, message: str) -> None:
        """Show how far the demo is prepared."""

    def show_ready(self) -> None:
        """The demo can be read now."""

    def show_failed(self, error: AppError) -> None:
        """The demo cannot be prepared."""


class DemoPresenter:
    """Prepares one demo at a time in the background; `study` is there when it is ready."""

    def __init__(self, view: DemoView, background: Background, home: Path) -> None:
        self._view = view
        self._home = home
        self._job = Job(background)
        self.study: Path | None = None

    def prepare(self, wish: DemoWish) -> None:
        """Prepare a demo, or open the one that is there; a wish on its way is not begun twice."""
        if self._job.busy:
            return
        self.study = None
        self._view.show_preparing(0.0, "")

        def work(progress: Progress) -> Path:
            return window_demo(wish, self._home, progress)

        self._job.start(
            "Preparing the demo",
            work,
            self._ready,
            self._view.show_failed,
            progressed=self._view.show_preparing,
        )

    def stop(self) -> None:
        """Nobody waits for the demo any more."""
        self._job.stop()

    def _ready(self, study: Path) -> None:
        self.study = study
        self._view.show_ready()
