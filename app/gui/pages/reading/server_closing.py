"""Sends the last answers when a reader of a study on a server has left, beside the window. No Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from app.errors import AppError
from app.gui.background import Background
from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import Curtain
from app.language import tr
from app.progress import Progress
from app.workflows.study.read import OpenedSession

if TYPE_CHECKING:
    from app.gui.messages import Banners

log = logging.getLogger(__name__)

_KEY = "server"
_MOST_SECONDS = 20.0
"""A program that has to end waits no longer; what is kept here is sent when the study is opened again."""


class ServerClosing:
    """One sitting after the other whose last answers are on their way."""

    def __init__(
        self, show_curtain: Callable[[Curtain], None], banners: Banners, background: Background
    ) -> None:
        """`show_curtain` is for a window that waits to be closed; `banners` are seen on every page."""
        self._show_curtain = show_curtain
        self._banners = banners
        self._background = background
        self._close: Callable[[], object] | None = None
        self._finished = Event()
        self._finished.set()

    def let_go(self, opened: OpenedSession) -> None:
        """The reader has left: send what is still here, then give the place back."""
        finished = self._finished = Event()

        def work(_progress: Progress) -> bool:
            try:
                return opened.let_go()
            finally:
                finished.set()

        def done(arrived: bool) -> None:
            if not arrived:
                self._banners.warn(
                    f"{opened.title}: {tr('the server does not answer')}.",
                    tr("Your answers are kept on this computer and sent when you open the study again."),
                    key=_KEY,
                )
            self._over()

        def failed(error: AppError) -> None:
            log.error("The last answers were not sent: %s", error)
            self._banners.error(error, key=_KEY)
            self._over()

        self._background.run(work, done, failed, title=tr("Sending the last answers"))

    def may_close(self, close: Callable[[], object]) -> bool:
        """Whether the window may close now; else it is closed as soon as the answers have arrived, or could
        not be sent. Whoever closes once more does not wait."""
        if self._finished.is_set() or self._close is not None:
            return True
        self._close = close
        self._show_curtain(screens.sending_answers())
        return False

    def wait(self) -> None:
        """Wait until nothing is being sent, for as long as a program that ends can wait."""
        if not self._finished.wait(_MOST_SECONDS):
            log.warning("The last answers were not sent in time; they will be when the study is opened again")

    def _over(self) -> None:
        close, self._close = self._close, None
        if close is not None:
            close()
