"""Decides what the PACS page does; nothing goes over the network before somebody presses a button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from app.errors import AppError
from app.gui.background import Background, Running
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.pacs.node import Node
from app.pacs.query import FoundStudy, Query
from app.pacs.search import Found
from app.progress import Part, Progress
from app.scan.deidentify_elements import DeidentifyOptions
from app.settings import SettingsStore
from app.workflows.pacs.fetch import Fetched, fetch_found, fetch_from_pacs
from app.workflows.pacs.find import find_on_pacs, with_plain_dates
from app.workflows.pacs.nodes import echo_node, keep_node, nodes_of, remove_node
from app.workflows.pacs.send import Sending, send_to_pacs
from app.workflows.pacs.study import check_study, folder_beside, put_into_study

Result = TypeVar("Result")
NOTHING_FOUND = "Widen the dates, or take out “only whole-body scans”."


@dataclass(frozen=True)
class Destination:
    """Where fetched scans go: a folder, and from there into a study or the library."""

    folder: str = ""
    study: str = ""
    library: bool = False
    deidentify: bool = True
    no_burned_in_text: bool = False


class PacsView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_nodes(self, nodes: Sequence[Node], chosen: str) -> None:
        """Offer these PACS."""

    def show_studies(self, studies: Sequence[FoundStudy], words: str) -> None:
        """List what was found."""

    def show_busy(self, title: str, running: Running | None) -> None:
        """Work is under way, or has ended (None)."""

    def show_progress(self, fraction: float, message: str) -> None:
        """How far it is."""

    def show_outcome(self, words: str, remarks: Sequence[str]) -> None:
        """What became of a transfer."""

    def close_form(self) -> None:
        """The form of a PACS has done its work."""

    def open_library(self, files: Sequence[Path]) -> None:
        """Show the fetched scans in the library."""


class PacsPresenter:
    """The page without its widgets."""

    def __init__(self, view: PacsView, tasks: Background, settings: SettingsStore) -> None:
        self._view, self._settings = view, settings
        self._job = Job(tasks, view.show_busy)
        self.node: Node | None = None
        self.studies: tuple[FoundStudy, ...] = ()
        self.query = Query()

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job.busy

    def start(self) -> None:
        """Offer the PACS of the settings."""
        self._offer(self.node.name if self.node else "")

    def choose_node(self, name: str) -> None:
        """Speak to this PACS from now on; what another one had is no longer listed."""
        found = next((node for node in nodes_of(self._settings.current) if node.name == name), None)
        if found != self.node:
            self.node = found
            self._list((), "")

    def save_node(self, node: Node, password: str) -> None:
        """Enter a PACS, or change it; a change of name makes another one."""
        try:
            kept = keep_node(self._settings, node, password)
        except AppError as error:
            self._view.error(error)
            return
        self._view.close_form()
        self._offer(kept.name)

    def remove_node(self) -> None:
        """Forget the chosen PACS and its password."""
        if self.node is None:
            return
        name = self.node.name
        try:
            remove_node(self._settings, name)
        except AppError as error:
            self._view.error(error)
            return
        self._offer("")
        self._view.info(f"{name} is forgotten.")

    def test(self) -> None:
        """Ask the PACS whether it answers."""
        if (node := self._ready()) is not None:
            self._run(f"Testing {node.name}", lambda progress: echo_node(node, progress), self._view.info)

    def search(self, query: Query) -> None:
        """List the studies that fit."""
        if (node := self._ready()) is None:
            return
        self.query = with_plain_dates(query)

        def done(found: Found) -> None:
            self._list(found.studies, found.words if found.studies else f"{found.words} {NOTHING_FOUND}")

        self._run(f"Searching {node.name}", lambda progress: find_on_pacs(node, query, progress), done)

    def fetch(self, rows: Sequence[int], to: Destination) -> None:
        """Fetch the chosen studies, and put them where they should go."""
        node = self._ready()
        chosen = [self.studies[row] for row in sorted(set(rows)) if row < len(self.studies)]
        if node is None:
            return
        try:
            folder = _folder(chosen, to)
        except AppError as error:
            self._view.error(error)
            return
        options = DeidentifyOptions(no_burned_in_text=to.no_burned_in_text) if to.deidentify else None
        wish = replace(fetch_found(chosen, self.query), options=options)

        def work(progress: Progress) -> tuple[Fetched, str]:
            share = 0.8 if to.study else 1.0
            fetched = fetch_from_pacs(node, wish, folder, Part(progress, 0.0, share))
            if not to.study or not fetched.files:
                return fetched, ""
            rest = Part(progress, share, 1.0)
            return fetched, put_into_study(Path(to.study), fetched, to.no_burned_in_text, rest)

        def done(outcome: tuple[Fetched, str]) -> None:
            fetched, added = outcome
            self._view.show_outcome(f"{fetched.words} {added}".strip(), fetched.remarks)
            if to.library and fetched.files:
                self._view.open_library(fetched.files)

        self._run(f"Fetching from {node.name}", work, done)

    def send(self, paths: Sequence[Path]) -> None:
        """Send files to the PACS."""
        if (node := self._ready()) is None:
            return

        def done(sending: Sending) -> None:
            remarks = [sent.reason or sent.remark for sent in sending.files if sent.reason or sent.remark]
            self._view.show_outcome(sending.words, remarks)

        self._run(f"Sending to {node.name}", lambda progress: send_to_pacs(node, paths, progress), done)

    def stop(self) -> None:
        """Stop what is under way; what has arrived stays."""
        self._job.stop()

    def _ready(self) -> Node | None:
        if self.busy:
            return None
        if self.node is None:
            self._view.error(AppError("No PACS is entered.", "Enter one first: Add…"))
        return self.node

    def _run(self, title: str, work: Callable[[Progress], Result], done: Callable[[Result], None]) -> None:
        view = self._view
        self._job.start(
            title,
            work,
            done,
            view.error,
            stopped=lambda: view.info("Stopped; what has arrived is kept.", "Fetch again to get the rest."),
            progressed=view.show_progress,
        )

    def _offer(self, name: str) -> None:
        nodes = nodes_of(self._settings.current)
        chosen = name or (nodes[0].name if nodes else "")
        self._view.show_nodes(nodes, chosen)
        self.choose_node(chosen)

    def _list(self, studies: tuple[FoundStudy, ...], words: str) -> None:
        self.studies = studies
        self._view.show_studies(studies, words)


def _folder(chosen: Sequence[FoundStudy], to: Destination) -> Path:
    """Where the files go; raises AppError when something is missing."""
    if not chosen:
        raise AppError("No study is chosen.", "Choose rows of the table; Ctrl+A takes all.")
    if to.study:
        check_study(Path(to.study))
    if to.folder:
        return Path(to.folder).expanduser()
    if not to.study:
        raise AppError("Where should the scans go?", "Choose a folder, or a study.")
    return folder_beside(Path(to.study))
