"""Decides what the library shows: searching, filtering, opening a scan, confirming its sides; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import AppError
from app.gui.background import Background
from app.gui.job import Job
from app.gui.pages.scans.filters import ShownScans, counts, filtered
from app.gui.speaker import Speaker
from app.progress import Progress
from app.wording import counted
from app.workflows.scans.confirmed_views import ConfirmedViews
from app.workflows.scans.scan_row import ScanRow, ScanTable

if TYPE_CHECKING:
    from app.gui.canvas.prepared import PreparedScan


class LibraryView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_rows(self, rows: Sequence[ScanRow], numbers: dict[ShownScans, int]) -> None:
        """Show these rows, and how many each choice of the filter has."""

    def show_progress(self, fraction: float, message: str) -> None:
        """Show how far the search is."""

    def hide_progress(self) -> None:
        """The search is over."""

    def show_scan(self, prepared: PreparedScan, row: ScanRow) -> None:
        """Show one scan."""

    def show_summary(self, text: str) -> None:
        """Say in one line what there is."""


class LibraryPresenter:
    """The library's rows and what is done with them."""

    def __init__(self, view: LibraryView, background: Background, confirmed: ConfirmedViews) -> None:
        self._view = view
        self._background = background
        self._confirmed = confirmed
        self._roots: tuple[Path, ...] = ()
        self._search, self._opening = Job(background), Job(background)
        self._show = ShownScans.ALL
        self._text = ""
        self.rows: tuple[ScanRow, ...] = ()

    @property
    def searching(self) -> bool:
        """Whether files are being searched or checked."""
        return self._search.busy

    def add(self, paths: Sequence[Path]) -> None:
        """Search more files and folders: first their headers, which is quick, then their pixels."""
        self._roots = tuple(dict.fromkeys((*self._roots, *(path.absolute() for path in paths))))
        self.stop()
        self._start(decode=False)

    def clear(self) -> None:
        """Forget everything that was added; no file is touched."""
        self.stop()
        self._roots = ()
        self._take(ScanTable())

    def stop(self) -> None:
        """Stop searching; what was found stays."""
        if self._search.busy:
            self._search.drop()
            self._view.hide_progress()

    def filter(self, show: ShownScans, text: str) -> None:
        """Show only some of the rows."""
        self._show, self._text = show, text
        self._refresh()

    def open(self, row: ScanRow) -> None:
        """Show a scan; one that cannot be used says why."""
        if not row.usable:
            self._view.error(AppError(row.reason))
            return
        self._opening.drop()
        self._opening.start(
            "Opening a scan",
            lambda _: _ready(row),
            lambda prepared: self._view.show_scan(prepared, row),
            self._view.error,
        )

    def neighbour(self, row: ScanRow, step: int) -> ScanRow | None:
        """The usable row so many steps after this one among those shown, if there is one."""
        usable = [each for each in filtered(self.rows, self._show, self._text) if each.usable]
        files = [each.files for each in usable]
        if row.files not in files:
            return None
        at = files.index(row.files) + step
        return usable[at] if 0 <= at < len(usable) else None

    def confirm(self, row: ScanRow, as_shown: bool) -> None:
        """Take a person's word for which view is which: right as shown, or to be exchanged."""
        self._background.run(
            lambda _: self._confirm(row, as_shown),
            lambda outcome: self._take_confirmed(row, *outcome),
            title="Confirming the views",
        )

    def _confirm(self, row: ScanRow, as_shown: bool) -> tuple[ScanRow, PreparedScan, AppError | None]:
        from app.gui.canvas.prepared import prepare
        from app.scan.pairing import confirm_views
        from app.scan.read import read_scan

        guessed = read_scan(*row.files, case=row.case)
        kept = as_shown if row.confirmed is None else as_shown == row.confirmed  # a second thought
        scan = confirm_views(guessed, as_shown=kept)
        unsaved = None
        try:
            self._confirmed.remember(guessed, kept)
        except AppError as error:
            unsaved = error
        changed = replace(
            row,
            views=tuple(view.name for view in scan.views),
            evidence=tuple(view.evidence for view in scan.views),
            warnings=scan.warnings,
            confirmed=kept,
        )
        return changed, prepare(scan), unsaved

    def _take_confirmed(
        self, row: ScanRow, changed: ScanRow, prepared: PreparedScan, unsaved: AppError | None
    ) -> None:
        self.rows = tuple(changed if each.files == row.files else each for each in self.rows)
        self._refresh()
        self._view.show_scan(prepared, changed)
        if unsaved is not None:
            self._view.error(unsaved)

    def _start(self, decode: bool) -> None:
        roots = self._roots

        def search(progress: Progress) -> ScanTable:
            from app.workflows.scans.library import find_scans

            return find_scans(roots, progress, confirm=self._confirmed.of, decode=decode)

        self._search.start(
            "Searching for scans",
            search,
            partial(self._found, decode),
            self._failed,
            progressed=self._view.show_progress,
        )

    def _found(self, decode: bool, table: ScanTable) -> None:
        self._take(table)
        if not decode:
            self._start(decode=True)
            return
        self._view.hide_progress()
        self._view.show_summary(_summary(table))

    def _failed(self, error: AppError) -> None:
        self._roots = tuple(path for path in self._roots if path.exists())
        self._view.hide_progress()
        self._view.error(error)

    def _take(self, table: ScanTable) -> None:
        self.rows = table.rows
        self._refresh()

    def _refresh(self) -> None:
        self._view.show_rows(filtered(self.rows, self._show, self._text), counts(self.rows))


def _ready(row: ScanRow) -> PreparedScan:
    from app.gui.canvas.prepared import prepare
    from app.workflows.scans.library import load_scan

    return prepare(load_scan(row))


def _summary(table: ScanTable) -> str:
    number = counts(table.rows)
    if not table.rows:
        return "No files were found there."
    parts = [counted(number[ShownScans.USABLE], "scan")]
    if number[ShownScans.CONFIRM]:
        parts.append(f"{number[ShownScans.CONFIRM]} with views to confirm")
    if number[ShownScans.UNUSABLE]:
        parts.append(
            counted(number[ShownScans.UNUSABLE], "file that cannot be used", "files that cannot be used")
        )
    return ", ".join(parts) + "."
