from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.gui.canvas.prepared import PreparedScan
from app.gui.pages.scans.filters import ShownScans
from app.gui.pages.scans.presenter import LibraryPresenter
from app.scan.scan import ViewEvidence
from app.workflows.scans.confirmed_views import ConfirmedViews
from app.workflows.scans.scan_row import ScanRow
from tests.gui.inline import Inline


class Page:
    """A view that remembers what it was asked to show."""

    def __init__(self) -> None:
        self.rows: list[ScanRow] = []
        self.numbers: dict[ShownScans, int] = {}
        self.progress: list[float] = []
        self.searching = False
        self.scans: list[tuple[PreparedScan, ScanRow]] = []
        self.notes: list[str] = []
        self.errors: list[AppError] = []

    def show_rows(self, rows: Sequence[ScanRow], numbers: dict[ShownScans, int]) -> None:
        self.rows, self.numbers = list(rows), numbers

    def show_progress(self, fraction: float, message: str) -> None:
        self.searching = True
        self.progress.append(fraction)

    def hide_progress(self) -> None:
        self.searching = False

    def show_scan(self, prepared: PreparedScan, row: ScanRow) -> None:
        self.scans.append((prepared, row))

    def show_summary(self, text: str) -> None:
        self.notes.append(text)

    def error(self, text: AppError, hint: str = "") -> None:
        self.errors.append(text)

    def info(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def warn(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def wrote(self, text: str, folder: Path) -> None:
        """Nothing to remember."""

    def row(self, case: str) -> ScanRow:
        return next(row for row in self.rows if row.case == case)


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def background() -> Inline:
    return Inline()


@pytest.fixture
def presenter(page: Page, background: Inline, tmp_path: Path) -> LibraryPresenter:
    return LibraryPresenter(page, background, ConfirmedViews(tmp_path / "confirmed.json"))


@pytest.fixture
def filled(presenter: LibraryPresenter, background: Inline, folder: Path) -> LibraryPresenter:
    presenter.add([folder])
    background.go()
    return presenter


def test_a_folder_gives_every_file_a_row_and_a_summary(filled: LibraryPresenter, page: Page) -> None:
    assert page.numbers == {
        ShownScans.ALL: 7,
        ShownScans.USABLE: 4,
        ShownScans.CONFIRM: 1,
        ShownScans.WARNINGS: 1,
        ShownScans.UNUSABLE: 3,
    }
    assert page.notes == ["4 scans, 1 with views to confirm, 3 files that cannot be used."]
    assert not page.searching
    assert not filled.searching


def test_every_row_that_cannot_be_used_says_why(filled: LibraryPresenter, page: Page) -> None:
    filled.filter(ShownScans.UNUSABLE, "")
    assert {row.case for row in page.rows} == {"z_copy", "letter", "short"}
    assert all(row.reason for row in page.rows)


def test_rows_are_there_before_their_pixels_were_read(
    presenter: LibraryPresenter, page: Page, background: Inline, folder: Path
) -> None:
    presenter.add([folder])
    background.waiting.pop(0)()
    assert len(page.rows) == 7
    assert presenter.searching


def test_the_filter_finds_by_case_file_and_reason(filled: LibraryPresenter, page: Page) -> None:
    filled.filter(ShownScans.ALL, "LETTER")
    assert [row.case for row in page.rows] == ["letter"]
    filled.filter(ShownScans.USABLE, "letter")
    assert page.rows == []
    filled.filter(ShownScans.ALL, "same image")
    assert [row.case for row in page.rows] == ["z_copy"]


def test_what_is_added_later_joins_what_is_there(
    presenter: LibraryPresenter, page: Page, background: Inline, folder: Path
) -> None:
    presenter.add([folder / "a.dcm"])
    background.go()
    presenter.add([folder / "b.dcm", folder / "a.dcm"])
    background.go()
    assert [row.case for row in page.rows] == ["a", "b"]


def test_a_search_that_is_stopped_keeps_what_was_found(
    presenter: LibraryPresenter, page: Page, background: Inline, folder: Path
) -> None:
    presenter.add([folder])
    background.waiting.pop(0)()
    presenter.stop()
    background.go()
    assert len(page.rows) == 7
    assert page.notes == []
    assert not presenter.searching


def test_a_path_that_does_not_exist_is_told_and_forgotten(
    presenter: LibraryPresenter, page: Page, background: Inline, folder: Path
) -> None:
    presenter.add([folder / "nothing"])
    background.go()
    assert "does not exist" in page.errors[0].message
    presenter.add([folder / "a.dcm"])
    background.go()
    assert [row.case for row in page.rows] == ["a"]


def test_opening_shows_the_scan_and_an_unusable_row_its_reason(
    filled: LibraryPresenter, page: Page, background: Inline
) -> None:
    filled.open(page.row("a"))
    background.go()
    assert page.scans[0][0].scan.case == "a"
    filled.open(page.row("letter"))
    assert page.errors[0].message == page.row("letter").reason


def test_the_scan_opened_last_is_the_one_that_shows(
    filled: LibraryPresenter, page: Page, background: Inline
) -> None:
    filled.open(page.row("a"))
    filled.open(page.row("b"))
    background.go()
    assert [row.case for _, row in page.scans] == ["b"]


def test_stepping_goes_over_what_can_be_used_and_ends_at_the_ends(
    filled: LibraryPresenter, page: Page
) -> None:
    cases = [row.case for row in page.rows if row.usable]
    walked = [cases[0]]
    row: ScanRow | None = page.row(cases[0])
    while row is not None and (row := filled.neighbour(row, 1)) is not None:
        walked.append(row.case)
    assert walked == cases
    assert filled.neighbour(page.row(cases[0]), -1) is None


def test_a_persons_word_settles_the_views_and_is_remembered(
    filled: LibraryPresenter, page: Page, background: Inline, folder: Path, tmp_path: Path
) -> None:
    guessed = page.row("guess")
    assert guessed.needs_confirmation
    filled.confirm(guessed, as_shown=True)
    background.go()
    settled = page.row("guess")
    assert not settled.needs_confirmation
    assert set(settled.evidence) == {ViewEvidence.PERSON}
    again = LibraryPresenter(page, background, ConfirmedViews(tmp_path / "confirmed.json"))
    again.add([folder])
    background.go()
    assert page.row("guess").confirmed is True


def test_swapping_exchanges_the_films_and_swapping_again_brings_them_back(
    filled: LibraryPresenter, page: Page, background: Inline
) -> None:
    filled.open(page.row("guess"))
    background.go()
    before = page.scans[-1][0].scan
    filled.confirm(page.row("guess"), as_shown=False)
    background.go()
    swapped = page.scans[-1][0].scan
    assert before.anterior is not None and swapped.posterior is not None
    np.testing.assert_array_equal(swapped.posterior.counts, before.anterior.counts)
    filled.confirm(page.row("guess"), as_shown=False)
    background.go()
    back = page.scans[-1][0].scan
    assert back.anterior is not None
    np.testing.assert_array_equal(back.anterior.counts, before.anterior.counts)


def test_a_confirmation_that_cannot_be_kept_holds_for_now_and_is_told(
    page: Page, background: Inline, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "blocked").write_text("")
    presenter = LibraryPresenter(page, background, ConfirmedViews(tmp_path / "blocked" / "confirmed.json"))
    presenter.add([folder])
    background.go()
    presenter.confirm(page.row("guess"), as_shown=True)
    background.go()
    assert not page.row("guess").needs_confirmation
    assert "cannot be kept" in page.errors[0].message


def test_clearing_forgets_the_rows_and_touches_no_file(
    filled: LibraryPresenter, page: Page, folder: Path
) -> None:
    filled.clear()
    assert page.rows == []
    assert len(list(folder.iterdir())) == 7
