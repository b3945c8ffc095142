"""Making bundles and merging results, in the background; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.gui.pages.study import commands
from app.gui.pages.study.bundle_wish import BundleWish
from app.gui.pages.study.steps import Step
from app.gui.speaker import Speaker
from app.progress import Progress
from app.wording import counted

if TYPE_CHECKING:
    from app.study.merge_report import MergeReport
    from app.workflows.bundles.make import BundleMade
    from app.workflows.study.protocol import StudyFacts

Result = TypeVar("Result")


class BundleView(Speaker, Protocol):
    """What is asked to be drawn."""

    def show_bundles(self, words: str, rows: Sequence[Sequence[str]]) -> None:
        """What was made or merged: file, reader, outcome and words."""

    def show_bundle_readers(self, readers: Sequence[str]) -> None:
        """Whose bundles can be made."""

    def show_command(self, name: str, text: str) -> None:
        """An operation as a command."""


class Start(Protocol):
    """Runs work for a step, unless something is under way there already."""

    def __call__(
        self,
        step: Step,
        title: str,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        stopped: str = ...,
    ) -> bool:
        """Whether it was started."""


class BundleOperations:
    """What can be done with bundles of the open study; `changed` is called when the study did."""

    def __init__(self, view: BundleView, start: Start, changed: Callable[[], None]) -> None:
        self._view = view
        self._start = start
        self._changed = changed
        self._facts: StudyFacts | None = None

    def use(self, facts: StudyFacts | None) -> None:
        """Work on this study from now on."""
        other = facts is None or self._facts is None or facts.path != self._facts.path
        self._facts = facts
        self._view.show_bundle_readers(facts.protocol.readers if facts else ())
        if other:
            self._view.show_bundles("", ())
            self.describe(BundleWish())

    def describe(self, wish: BundleWish) -> None:
        """Show both operations as commands."""
        path = self._facts.path if self._facts else None
        self._view.show_command("bundle", commands.bundle(path, wish))
        self._view.show_command("merge", commands.merge(path))

    def make(self, wish: BundleWish) -> None:
        """Make the bundles."""
        if self._facts is None:
            return
        if not wish.folder:
            self._view.error("Choose a folder for the bundles.")
            return
        path, folder = self._facts.path, Path(wish.folder)

        def work(progress: Progress) -> tuple[BundleMade, ...]:
            from app.workflows.bundles.make import make_all_bundles
            from app.workflows.bundles.scans import Assurance

            return make_all_bundles(
                path,
                folder,
                passphrase=wish.passphrase or None,
                progress=progress,
                assurance=Assurance(wish.no_burned_in_text, wish.codes_name_nobody),
                readers=(wish.reader,) if wish.reader else (),
            )

        def made(bundles: tuple[BundleMade, ...]) -> None:
            rows = [
                (
                    each.file.name,
                    each.reader,
                    "made",
                    f"{counted(each.cases, 'case')}, {each.size_bytes / 1e6:.1f} MB"
                    + (f", {counted(each.sealed, 'sealed AI result')}" if each.sealed else "")
                    + (", behind the passphrase" if each.locked else ""),
                )
                for each in bundles
            ]
            words = f"{counted(len(bundles), 'bundle')} in {folder}, signed with {bundles[0].fingerprint}."
            self._view.show_bundles(words, rows)
            hint = "Send each reader one file; a passphrase goes another way." if wish.passphrase else ""
            self._view.info(f"{counted(len(bundles), 'bundle is', 'bundles are')} made.", hint)
            self._changed()

        stopped = "Stopped; bundles that were finished are there."
        self._start(Step.PROGRESS, "Making bundles", work, made, stopped)

    def merge(self, files: Sequence[Path]) -> None:
        """Take over what came back."""
        if self._facts is None or not files:
            return
        path = self._facts.path

        def work(progress: Progress) -> MergeReport:
            from app.workflows.bundles.merge import merge_bundles

            return merge_bundles(path, files, progress)

        def merged(report: MergeReport) -> None:
            rows = [(file.file, file.reader, file.outcome.value, file.text) for file in report.files]
            rows += [(each.file, each.reader, "conflict", each.of_reader) for each in report.conflicts]
            self._view.show_bundles(report.sentence, rows)
            if report.ok:
                self._view.info(report.sentence)
            else:
                self._view.warn(report.trouble, f"{report.hint} {report.added}")
            self._changed()

        self._start(Step.PROGRESS, "Merging", work, merged, "Stopped; files that were finished are merged.")
