"""The ledger of bundles, in the background; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.gui.pages.study import commands
from app.gui.pages.study.bundle_operations import Start
from app.gui.pages.study.steps import Step
from app.gui.speaker import Speaker

if TYPE_CHECKING:
    from app.bundles.ledger import LedgerRow
    from app.workflows.study.protocol import StudyFacts


class LedgerView(Speaker, Protocol):
    """What is asked to be drawn."""

    def show_ledger(self, rows: Sequence[Sequence[str]], overdue: int) -> None:
        """Where every bundle is, and how many are overdue."""

    def copy_text(self, text: str) -> None:
        """Put a text on the clipboard."""

    def show_command(self, name: str, text: str) -> None:
        """An operation as a command."""


class LedgerOperations:
    """What is asked of the ledger of the open study."""

    def __init__(self, view: LedgerView, start: Start) -> None:
        self._view = view
        self._start = start
        self._path: Path | None = None

    def use(self, facts: StudyFacts | None) -> None:
        """Work on this study from now on."""
        self._path = facts.path if facts else None
        self._view.show_command("ledger", commands.on_study("ledger", self._path))
        if facts is None:
            self._show(())

    def look(self) -> None:
        """Read the ledger anew."""
        if (path := self._path) is None:
            return

        def work(_: object) -> tuple[LedgerRow, ...]:
            from app.workflows.bundles.ledger import bundle_ledger

            return bundle_ledger(path)

        self._start(Step.PROGRESS, "Reading the ledger", work, self._show)

    def mark_sent(self, reader: str) -> None:
        """Note that the latest bundle of a reader has left."""
        if (path := self._asked_of(reader)) is None:
            return

        def work(_: object) -> tuple[LedgerRow, ...]:
            from app.workflows.bundles.ledger import mark_sent

            return mark_sent(path, [reader])

        self._start(Step.PROGRESS, "Noting it", work, self._show)

    def invite(self, reader: str) -> None:
        """Put the invitation on the clipboard."""

        def text(path: Path) -> str:
            from app.workflows.bundles.ledger import invitation_for

            return invitation_for(path, reader)

        self._copy(reader, text, "The invitation")

    def remind(self, reader: str) -> None:
        """Put a reminder on the clipboard."""

        def text(path: Path) -> str:
            from app.workflows.bundles.ledger import reminder_for

            return reminder_for(path, reader)

        self._copy(reader, text, "The reminder")

    def _copy(self, reader: str, text: Callable[[Path], str], name: str) -> None:
        if (path := self._asked_of(reader)) is None:
            return

        def copied(made: str) -> None:
            self._view.copy_text(made)
            self._view.info(f"{name} to {reader} is on the clipboard.", "Nothing was sent.")

        self._start(Step.PROGRESS, "Writing the text", lambda _: text(path), copied)

    def _asked_of(self, reader: str) -> Path | None:
        if self._path is not None and not reader:
            self._view.error("Choose a line of the ledger first.")
        return self._path if reader else None

    def _show(self, rows: Sequence[LedgerRow]) -> None:
        today = datetime.now(UTC).date()
        late = sum(bool(row.overdue(today)) for row in rows)
        self._view.show_ledger([row.cells(today) for row in rows], late)
