"""Puts the answers into a bundle when its reader has left, in the background, and says how it went. No Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from app.errors import AppError
from app.gui.background import Background
from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import Choice, Curtain
from app.language import tr
from app.progress import Progress

if TYPE_CHECKING:
    from app.gui.messages import Banners
    from app.workflows.bundles.open import OpenBundle

log = logging.getLogger(__name__)

_KEY = "bundle"
_MOST_SECONDS = 60.0
"""A program that has to end waits no longer; the next opening writes what is missing."""


class BundleClosing:
    """One bundle after the other that was read in this window."""

    def __init__(
        self, show_curtain: Callable[[Curtain], None], banners: Banners, background: Background
    ) -> None:
        """`show_curtain` is for a window that waits to be closed; `banners` are seen on every page."""
        self._show_curtain = show_curtain
        self._banners = banners
        self._background = background
        self._writing: Path | None = None
        self._close: Callable[[], object] | None = None
        self._finished = Event()
        self._finished.set()

    def put_back(self, bundle: OpenBundle) -> None:
        """The reader has left: write the answers into the bundle and let others open it."""
        finished = self._finished = Event()
        self._writing = bundle.file
        name = bundle.file.name
        self._banners.warn(tr("Leave the disk in."), tr("{file} is being written.", file=name), key=_KEY)

        def work(progress: Progress) -> bool:
            try:
                return bundle.close(progress)
            finally:
                finished.set()

        def arrived() -> None:
            if self._finished is finished:  # no other bundle followed meanwhile
                self._writing = None

        def done(written: bool) -> None:
            arrived()
            self._done(name, written, bundle.problem)

        def failed(error: AppError) -> None:
            arrived()
            self._done(name, False, error)

        self._background.run(work, done, failed, title=tr("Writing the answers into the bundle"))

    def may_close(self, close: Callable[[], object]) -> bool:
        """Whether the window may close now; else it is closed as soon as the bundle is written. Whoever
        closes once more does not wait."""
        if self._writing is None or self._close is not None:
            return True
        self._close = close
        self._show_curtain(screens.writing_bundle(self._writing.name))
        return False

    def wait(self) -> None:
        """Wait until nothing is being written, for as long as a program that ends can wait."""
        if not self._finished.wait(_MOST_SECONDS):
            log.warning("A bundle was not written in time; it will be when it is opened again")

    def _done(self, name: str, written: bool, problem: AppError | None) -> None:
        close, self._close = self._close, None
        if problem is not None and close is not None:
            self._show_curtain(screens.answers_beside(problem, Choice(tr("Close"), lambda: _do(close))))
        elif problem is not None:
            self._banners.error(problem, key=_KEY)
        elif written and close is None:
            self._banners.info(
                tr("Your answers are in {file}.", file=name), tr("Send that file back."), key=_KEY
            )
        else:
            self._banners.dismiss(_KEY)
            if close is not None:
                close()


def _do(close: Callable[[], object]) -> None:
    close()
