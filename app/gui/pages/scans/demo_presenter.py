"""Decides what the demo's guide shows: how far it is prepared, and the study when it is; no Qt."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.gui.background import Background, Running
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
        self._background = background
        self._home = home
        self._running: Running | None = None
        self.study: Path | None = None

    def prepare(self, wish: DemoWish) -> None:
        """Prepare a demo, or open the one that is there; a wish on its way is not begun twice."""
        if self._running is not None:
            return
        self.study = None
        self._view.show_preparing(0.0, "")

        def work(progress: Progress) -> Path:
            return window_demo(wish, self._home, progress)

        self._running = self._background.run(
            work,
            self._ready,
            self._failed,
            cancelled=self._stopped,
            progressed=self._view.show_preparing,
            title="Preparing the demo",
        )

    def stop(self) -> None:
        """Nobody waits for the demo any more."""
        if self._running is not None:
            self._running.cancel()

    def _ready(self, study: Path) -> None:
        self._running = None
        self.study = study
        self._view.show_ready()

    def _failed(self, error: AppError) -> None:
        self._running = None
        self._view.show_failed(error)

    def _stopped(self) -> None:
        self._running = None
