"""The PACS page without a screen: nothing goes out unasked, and what cannot be done is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app import paths
from app.errors import AppError
from app.gui.background import Running
from app.gui.pages.pacs.presenter import Destination, PacsPresenter
from app.pacs.node import Node
from app.pacs.query import FoundStudy, Query
from app.settings import SettingsStore
from app.workflows.pacs.nodes import keep_node
from tests.gui.inline import Inline


class Page:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.nodes: tuple[str, ...] = ()
        self.studies: tuple[FoundStudy, ...] = ()
        self.errors: list[str] = []
        self.busy = ""
        self.form_closed = False

    def show_nodes(self, nodes: Sequence[Node], chosen: str) -> None:
        self.nodes = tuple(node.name for node in nodes)

    def show_studies(self, studies: Sequence[FoundStudy], words: str) -> None:
        self.studies = tuple(studies)

    def show_busy(self, title: str, running: Running | None) -> None:
        self.busy = title

    def show_progress(self, fraction: float, message: str) -> None:
        """Nothing to remember."""

    def show_outcome(self, words: str, remarks: Sequence[str]) -> None:
        """Nothing to remember."""

    def close_form(self) -> None:
        self.form_closed = True

    def open_library(self, files: Sequence[Path]) -> None:
        """Nothing to remember."""

    def info(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def error(self, text: AppError, hint: str = "") -> None:
        self.errors.append(str(text))

    def warn(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def wrote(self, text: str, folder: Path) -> None:
        """Nothing to remember."""


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def tasks() -> Inline:
    return Inline()


@pytest.fixture
def settings(home: Path) -> SettingsStore:
    return SettingsStore(paths.user_config() / "settings.json")


@pytest.fixture
def presenter(page: Page, tasks: Inline, settings: SettingsStore) -> PacsPresenter:
    keep_node(settings, Node("hospital", "127.0.0.1", 9, "PACS"))
    keep_node(settings, Node("web", url="http://127.0.0.1:9/dicom-web"))
    return PacsPresenter(page, tasks, settings)


def test_opening_choosing_and_entering_ask_nothing_of_the_network(
    presenter: PacsPresenter, page: Page, tasks: Inline
) -> None:
    presenter.start()
    presenter.choose_node("web")
    presenter.save_node(Node("third", "127.0.0.1", 9, "PACS"), "")
    assert page.nodes == ("hospital", "web", "third")
    assert page.form_closed
    assert tasks.waiting == []


def test_while_one_thing_is_under_way_no_other_begins(presenter: PacsPresenter, tasks: Inline) -> None:
    presenter.start()
    presenter.test()
    presenter.search(Query())
    presenter.send([Path("scan.dcm")])
    assert len(tasks.waiting) == 1


def test_what_failed_is_said_and_the_page_is_free_again(
    presenter: PacsPresenter, page: Page, tasks: Inline
) -> None:
    presenter.start()
    presenter.search(Query(date_from="31.3.2026"))
    tasks.go()
    assert page.errors == ["31.3.2026 is no date. Write it as 2026-03-31 or 20260331."]
    assert page.busy == ""
    assert not presenter.busy


def test_another_pacs_takes_the_list_of_the_first_away(presenter: PacsPresenter, page: Page) -> None:
    presenter.start()
    presenter._list((FoundStudy("1.2"),), "1 study found.")
    presenter.choose_node("web")
    assert page.studies == ()


def test_a_folder_that_is_no_study_is_told_before_anything_is_fetched(
    presenter: PacsPresenter, page: Page, tasks: Inline, tmp_path: Path
) -> None:
    presenter.start()
    presenter._list((FoundStudy("1.2"),), "1 study found.")
    presenter.fetch([0], Destination(study=str(tmp_path)))
    assert "is no study" in page.errors[0]
    assert tasks.waiting == []


def test_without_a_pacs_the_page_says_how_to_enter_one(page: Page, tasks: Inline, home: Path) -> None:
    presenter = PacsPresenter(page, tasks, SettingsStore(home / "none.json"))
    presenter.start()
    presenter.test()
    assert page.errors == ["No PACS is entered. Enter one first: Add…"]
