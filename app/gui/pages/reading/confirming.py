"""Shows a reader the protocol's texts that are not confirmed yet, one after the other; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.errors import AppError
from app.gui.pages.reading import screens
from app.gui.pages.reading.curtain import Choice, Curtain
from app.language import in_use, tr
from app.study.reader_texts import TextKind, paragraphs
from app.workflows.study.read import OpenedSession


class ConfirmingView(Protocol):
    """What a text is shown on."""

    def show_curtain(self, curtain: Curtain) -> None:
        """Some words and choices."""

    def leave(self) -> None:
        """Show where studies are chosen."""


def confirm(view: ConfirmingView, opened: OpenedSession, then: Callable[[], None]) -> None:
    """Ask for what is due, and go on with `then`, at once when nothing is."""
    due = opened.texts()
    if not due:
        then()
        return
    _show(view, opened, due[0], then, "")


def _show(
    view: ConfirmingView, opened: OpenedSession, kind: TextKind, then: Callable[[], None], wrong: str
) -> None:
    def kept() -> None:
        try:
            opened.confirm(kind, in_use())
        except AppError as error:
            _show(view, opened, kind, then, tr("NOT SAVED. {error}", error=error))
            return
        confirm(view, opened, then)

    text = paragraphs(opened.session.protocol.texts.of(kind, in_use()))
    lines = (*text, *((wrong,) if wrong else ()))
    if kind is TextKind.CONSENT:
        choices = Choice(tr("I agree and take part"), kept), Choice(tr("I do not take part"), view.leave)
    else:
        choices = Choice(tr("I have read this"), kept), Choice(tr("Back to the library"), view.leave)
    view.show_curtain(screens.reader_text(kind, lines, choices))
