"""Opens a bundle for the reading page: asks for its passphrase, unpacks it in the background. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import AppError
from app.gui.background import Background
from app.gui.job import Job
from app.gui.pages.reading import screens
from app.gui.pages.reading.bundle_closing import BundleClosing
from app.gui.pages.reading.curtain import Choice, Curtain
from app.gui.pages.reading.form import ReaderForm, passphrase_form
from app.language import tr
from app.progress import Cancelled, Progress

if TYPE_CHECKING:
    from app.workflows.bundles.open import OpenBundle
    from app.workflows.study.read import OpenedSession


class OpeningView(Protocol):
    """What is shown while a bundle is being opened."""

    def show_curtain(self, curtain: Curtain) -> None:
        """Some words and choices."""

    def show_form(self, form: ReaderForm) -> None:
        """Some questions."""

    def leave(self) -> None:
        """Show where studies are chosen."""


class BundleOpening:
    """One attempt after the other to open one bundle."""

    def __init__(
        self,
        view: OpeningView,
        background: Background,
        sit: Callable[[], Callable[[OpenBundle], OpenedSession]],
        begin: Callable[[OpenedSession, str], None],
        closing: BundleClosing,
    ) -> None:
        """`sit` gives what opens a session, on any thread; `begin` gets it, and the code of its reader."""
        self._closing = closing
        self._view = view
        self._job = Job(background)
        self._sit = sit
        self._begin = begin
        self.file: Path | None = None

    def open(self, file: Path, passphrase: str | None = None, trusted: str = "") -> None:
        """Open this bundle, if it is signed with a key that is known or `trusted`; what is wrong is said on
        the screen."""
        self.file = file
        self._view.show_curtain(
            screens.opening_bundle(file.name, tr("Checking what is in it …"), self._cancel())
        )

        sit = self._sit()

        def work(progress: Progress) -> OpenedSession | None:
            from app.workflows.bundles.open import behind_passphrase, open_bundle

            self._closing.wait()  # it may be this one
            if passphrase is None and behind_passphrase(file):
                return None
            bundle = open_bundle(file, passphrase=passphrase, progress=progress, trusted=trusted)
            if progress.cancelled:
                bundle.close()
                raise Cancelled
            return sit(bundle)

        def done(opened: OpenedSession | None) -> None:
            if opened is None:
                self._view.show_form(passphrase_form(file.name, partial(self.open, file), self._back()))
            else:
                self._begin(opened, opened.reader)

        self._job.start(
            tr("Opening {name}", name=file.name),
            work,
            done,
            partial(self._refused, file, passphrase),
            dropped=lambda opened: opened.close() if opened is not None else None,
        )

    @property
    def busy(self) -> bool:
        """Whether a bundle is being opened."""
        return self._job.busy

    def forget(self) -> None:
        """The page is left: nothing is opened any more; a session that arrives nevertheless is closed."""
        self.file = None
        self._job.drop()

    def _refused(self, file: Path, passphrase: str | None, error: AppError) -> None:
        if passphrase is not None and "passphrase" in error.message:
            form = passphrase_form(file.name, partial(self.open, file), self._back(), str(error))
            self._view.show_form(form)
            return
        from app.workflows.bundles.signers import UnfamiliarSigner

        if isinstance(error, UnfamiliarSigner):
            go_on = Choice(tr("Open it"), partial(self.open, file, passphrase, error.signer))
            self._view.show_curtain(screens.whose_bundle(error.message, error.hint, (go_on, self._back())))
            return
        again = Choice(tr("Try again"), partial(self.open, file, passphrase))
        self._view.show_curtain(screens.not_opened(error.message, error.hint, (again, self._back())))

    def _cancel(self) -> Choice:
        return Choice(tr("Cancel"), self._stop)

    def _stop(self) -> None:
        self.forget()
        self._view.leave()

    def _back(self) -> Choice:
        return Choice(tr("Go to the library"), self._view.leave)
