"""The one door to the background: work runs on a thread, its outcome arrives on the window's thread.

::

    task = context.tasks.run(
        lambda progress: find_scans(paths, progress),   # no Qt in here
        done=self._show,                                # gets what work returned
        failed=self._could_not,                         # gets an AppError; left out: a banner tells it
        cancelled=self._stopped,                        # the user cancelled; left out: nothing more to do
        progressed=self._bar.show_progress,             # gets (fraction 0-1, message), at most 20 a second
        title="Searching for scans",
        owner=self,                                     # gone: nothing arrives any more
    )
    task.cancel()

Exactly one of done, failed and cancelled is called, never before `run` has returned.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from app.errors import AppError
from app.language import tr
from app.progress import Cancelled, Progress

Result = TypeVar("Result")
log = logging.getLogger(__name__)

_REPORT_EVERY_NS = 50_000_000
_WAIT_MS = 10_000


class BackgroundTask:
    """One piece of work on its way; also the `Progress` that the work reports to."""

    def __init__(self, title: str, report: Callable[[float, str], None] | None) -> None:
        self.title = title
        self.fraction = 0.0
        self.finished = False
        self._report = report
        self._cancelled = False
        self._last_ns = 0

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the work to stop; it stops at its next look at `cancelled`."""
        self._cancelled = True

    def report(self, fraction: float, message: str) -> None:
        """Say how far the work is; called by the work, on its thread."""
        self.fraction = fraction
        now = time.monotonic_ns()
        if self._report is not None and (fraction >= 1.0 or now - self._last_ns >= _REPORT_EVERY_NS):
            self._last_ns = now
            self._report(fraction, message)


class _Errand(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


class Tasks(QObject):
    """Runs work in the background and tells when it is done.

    `failed_unheard` carries an AppError that no `failed` was given for; `running_changed` the number of
    tasks under way.
    """

    failed_unheard = Signal(object)
    running_changed = Signal(int)
    _delivered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(max(2, QThreadPool.globalInstance().maxThreadCount() - 1))
        self._running: set[BackgroundTask] = set()
        self._closed = False
        self._delivered.connect(self._deliver)

    def run(
        self,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None] | None = None,
        *,
        cancelled: Callable[[], None] | None = None,
        progressed: Callable[[float, str], None] | None = None,
        title: str = "",
        owner: QObject | None = None,
        priority: int = 0,
    ) -> BackgroundTask:
        """Start `work` on a thread and call back on this one; a higher `priority` starts sooner."""

        def wanted() -> bool:
            return not self._closed and (owner is None or shiboken6.isValid(owner))

        def tell(fraction: float, message: str) -> None:
            def arrive() -> None:
                if progressed is not None and wanted() and not task.finished:
                    progressed(fraction, message)

            self._post(arrive)

        task = BackgroundTask(title, tell if progressed is not None else None)

        def end(call: Callable[[], None] | None) -> None:
            def arrive() -> None:
                task.finished = True
                self._running.discard(task)
                self.running_changed.emit(len(self._running))
                if call is not None and wanted():
                    call()

            self._post(arrive)

        def errand() -> None:
            try:
                if task.cancelled:
                    raise Cancelled
                result = work(task)
            except Cancelled:
                end(cancelled)
            except AppError as error:
                refused = error
                end(lambda: self._fail(refused, failed))
            except Exception as error:  # the last line of defence of a thread: logged and told
                log.error("Unexpected in the background (%s)", title or "untitled", exc_info=error)
                doing = f" ({title})" if title else ""
                strange = AppError(
                    tr("Something unexpected happened.") + doing, tr("The details are in the log.")
                )
                end(lambda: self._fail(strange, failed))
            else:
                end(lambda: done(result))

        self._running.add(task)
        self.running_changed.emit(len(self._running))
        self._pool.start(_Errand(errand), priority)
        return task

    @property
    def running(self) -> frozenset[BackgroundTask]:
        """The tasks that have not arrived yet."""
        return frozenset(self._running)

    def close(self) -> bool:
        """Cancel everything and wait for the threads; False when some work did not stop in time."""
        self._closed = True
        self._pool.clear()
        for task in self._running:
            task.cancel()
        return self._pool.waitForDone(_WAIT_MS)

    def _fail(self, error: AppError, failed: Callable[[AppError], None] | None) -> None:
        if failed is not None:
            failed(error)
        else:
            self.failed_unheard.emit(error)

    def _post(self, call: Callable[[], None]) -> None:
        """Send a call to the window's thread; nobody is there any more when the window is gone."""
        if shiboken6.isValid(self):
            self._delivered.emit(call)

    def _deliver(self, call: Callable[[], None]) -> None:
        call()
