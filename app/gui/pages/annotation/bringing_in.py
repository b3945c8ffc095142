"""The way of labels from elsewhere into the folder on the page: asked, looked at, named, taken over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.gui.file_dialogs import choose_files, choose_folder
from app.gui.page import Page, PageContext
from app.gui.pages.annotation.bring_in_sheet import FROM_FILE, VIEWS_ONLY, BringInSheet
from app.gui.pages.annotation.names_sheet import NamesSheet
from app.gui.pages.annotation.presenter import AnnotatePresenter
from app.scan.told_sides import ToldSides
from app.workflows.annotation.bring_in import BroughtIn, LabelsSeen, bring_in, look_at_labels
from app.workflows.annotation.import_map import ImportMap, keep_import_map, read_import_map

_MOST_SAID = 3


class BringingIn:
    """What is said is kept with the folder; the folder opens anew afterwards."""

    def __init__(self, page: Page, context: PageContext, presenter: AnnotatePresenter) -> None:
        self._page, self._tasks, self._presenter = page, context.tasks, presenter

    def ask(self) -> None:
        """Ask which view is which, and for the labels."""
        folder = self._presenter.folder
        if folder is None or not self._presenter.flush():
            return
        try:
            kept = read_import_map(folder.target.parent)
        except AppError as error:
            self._page.error(error)
            return
        sheet = BringInSheet(kept.sides, folder.annotator, self._page)
        sheet.wanted.connect(self._go_on)
        sheet.open_sheet()

    def _go_on(self, sides: ToldSides, what: str) -> None:
        folder = self._presenter.folder
        if folder is None:
            return
        try:
            kept = read_import_map(folder.target.parent)
            if sides != kept.sides:
                keep_import_map(folder.target.parent, replace(kept, sides=sides))
        except AppError as error:
            self._page.error(error)
            return
        if what == VIEWS_ONLY:
            self._open_anew()
        elif what == FROM_FILE:
            choose_files(self._page, "Labels to bring in", lambda files: self._look(files[0]))
        else:
            choose_folder(self._page, "Labels to bring in", self._look)

    def _look(self, source: Path) -> None:
        folder = self._presenter.folder
        if folder is None:
            return

        def seen(labels: LabelsSeen) -> None:
            self._name(source, labels)

        self._tasks.run(
            lambda progress: look_at_labels(folder, source, progress=progress),
            seen,
            self._page.error,
            title="Looking at the labels",
            owner=self._page,
        )

    def _name(self, source: Path, seen: LabelsSeen) -> None:
        """Ask what numbers and names mean, where that is not known."""
        folder = self._presenter.folder
        if folder is None:
            return
        numbers = {f"number {number}": number for number in seen.numbers}
        labels = {f"number {number}": meant for number, meant in seen.numbers.items()}
        labels |= dict.fromkeys(seen.unknown, "")
        if not labels:
            self._take(source, ImportMap())
            return

        def named(chosen: dict[str, str]) -> None:
            self._take(
                source,
                ImportMap(
                    numbers={numbers[label]: name for label, name in chosen.items() if label in numbers},
                    names={label: name for label, name in chosen.items() if label not in numbers},
                ),
            )

        words = f"{seen.cases} cases. What do these mean? The answer is kept with the folder."
        sheet = NamesSheet(labels, folder.classes, self._page, words=words, button="Bring them in")
        sheet.named.connect(named)
        sheet.open_sheet()

    def _take(self, source: Path, more: ImportMap) -> None:
        folder = self._presenter.folder
        if folder is None:
            return

        def done(made: BroughtIn) -> None:
            self._page.info(f"{made.said}.")
            for note in made.notes[:_MOST_SAID]:
                self._page.info(note)
            if len(made.notes) > _MOST_SAID:
                self._page.info(f"{len(made.notes) - _MOST_SAID} more remarks like these.")
            self._open_anew()

        self._tasks.run(
            lambda progress: bring_in(folder, source, more, progress=progress),
            done,
            self._page.error,
            title="Bringing in labels",
            owner=self._page,
        )

    def _open_anew(self) -> None:
        folder = self._presenter.folder
        if folder is not None:
            self._presenter.open_folder(folder.folder, folder.annotator)
