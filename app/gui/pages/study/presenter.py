"""What the coordinator's page decides: which study is open, what may be done with it, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Protocol as Interface

from app.gui.background import Background
from app.gui.pages.study import commands
from app.gui.pages.study.ai_operations import AiOperations, AiView
from app.gui.pages.study.bundle_operations import BundleOperations, BundleView
from app.gui.pages.study.draft import ProtocolDraft, tidy
from app.gui.pages.study.ledger_operations import LedgerOperations, LedgerView
from app.gui.pages.study.life_operations import LifeOperations, LifeView
from app.gui.pages.study.operations import Operations
from app.gui.pages.study.operations_view import OperationsView
from app.gui.pages.study.steps import Step
from app.gui.pages.study.words import day
from app.progress import Progress
from app.study.protocol import Protocol
from app.study.protocol_file import protocol_text, read_protocol
from app.study.protocol_problems import Problem, protocol_problems
from app.window_request import WindowRequest
from app.wording import counted
from app.workflows.study.protocol import StudyFacts, set_protocol, study_facts, write_protocol

if TYPE_CHECKING:
    from app.workflows.study.new import NewStudy


@dataclass(frozen=True)
class DesignState:
    """What the design step offers: a study to be made, one that can be changed, or a frozen one."""

    new: bool
    frozen: bool
    words: str


class CoordinatorView(OperationsView, BundleView, LifeView, LedgerView, AiView, Interface):
    """What the presenter asks to be drawn."""

    def show_header(self, title: str, state: str, folder: Path | None) -> None:
        """Which study is open."""

    def show_study_open(self, is_open: bool) -> None:
        """Whether the steps after the design have a study to work on."""

    def go_to(self, step: Step) -> None:
        """Show a step."""

    def show_design(self, state: DesignState) -> None:
        """What the design step offers."""

    def show_protocol(self, protocol: Protocol, frozen: bool) -> None:
        """Fill the form."""

    def show_files(self, draft: ProtocolDraft) -> None:
        """Fill the fields for paths of a new study."""

    def clear_messages(self) -> None:
        """What was wrong before is not any more."""

    def remember(self, study: Path) -> None:
        """This study stands among the recent ones."""

    def show_problems(self, problems: Sequence[Problem], told: Collection[str]) -> None:
        """What is missing or wrong; under its field for those in `told`."""

    def show_text(self, text: str, sha256: str) -> None:
        """The protocol as text and the hash that freezes it."""


class CoordinatorPresenter:
    """Knows the open study or the draft of a new one; all work on files is done in the background."""

    def __init__(
        self, view: CoordinatorView, background: Background, open_page: Callable[[WindowRequest], None]
    ) -> None:
        self._view = view
        self._open_page = open_page
        self.draft = ProtocolDraft()
        self.facts: StudyFacts | None = None
        self._told: set[str] = set()
        self._protocol = self.draft.protocol
        self.operations = Operations(view, background)
        self.life = LifeOperations(view, self.operations.start, self.refresh)
        self.ledger = LedgerOperations(view, self.operations.start)
        self.operations.counted = self.ledger.look
        self.bundles = BundleOperations(view, self.operations.start, self.refresh)
        self.ai = AiOperations(view, self.operations.start, self.refresh)

    @property
    def protocol(self) -> Protocol:
        """The protocol in the form."""
        return self._protocol

    def new_study(self) -> None:
        """Show the draft of a new study; what was typed before is still there."""
        self.facts = None
        self._told.clear()
        self._show()
        self._view.show_files(self.draft)
        self._view.go_to(Step.DESIGN)

    def open(self, path: Path, step: Step = Step.PROGRESS) -> None:
        """Open an existing study and show how it stands."""

        def opened(facts: StudyFacts) -> None:
            self._take(facts)
            self._view.go_to(step)

        self.operations.start(Step.DESIGN, "Opening the study", lambda _: study_facts(path), opened)

    def refresh(self) -> None:
        """Look at the open study again; a protocol that is being changed stays in the form."""
        if self.facts is None:
            return
        path = self.facts.path

        def seen(facts: StudyFacts) -> None:
            edited = self._protocol if self.facts and self._protocol != self.facts.protocol else None
            self._take(facts)
            if edited is not None and facts.frozen is None:
                self._protocol = edited
                self._view.show_protocol(edited, frozen=False)
                self._show_judgement()

        self.operations.start(Step.DESIGN, "Looking at the study", lambda _: study_facts(path), seen)

    def edit(self, protocol: Protocol, path: str) -> None:
        """The field at `path` was changed in the form."""
        self._told.add(path)
        tidied = tidy(protocol)
        self._protocol = tidied
        if self.facts is None:
            self.draft = replace(self.draft, protocol=tidied)
        if tidied != protocol:
            self._view.show_protocol(tidied, frozen=False)
        self._show_judgement()

    def edit_files(self, draft: ProtocolDraft, name: str) -> None:
        """A path or an option of the new study was changed; `draft` carries them, not the protocol."""
        self._told.add(name)
        self.draft = replace(draft, protocol=self._protocol)
        self._show_judgement()

    def create(self) -> None:
        """Make the new study, or say under each field what is missing."""
        problems = self.draft.problems()
        if problems:
            self._told |= {each.path for each in problems}
            self._show_judgement()
            wrong = counted(len({each.path for each in problems}), "field is", "fields are")
            self._view.error(f"The study cannot be made yet: {wrong} missing or wrong.")
            return
        draft = self.draft
        self._view.clear_messages()

        def made(study: NewStudy) -> None:
            self.draft = ProtocolDraft()
            words = f"The study is made: {counted(study.cases, 'case')}."
            self._tell_made(study, words, "Check every case before anybody reads.")
            self._view.remember(study.path)
            self.open(study.path, Step.PREFLIGHT)

        self.operations.start(
            Step.DESIGN, "Making the study", draft.make, made, "Stopped; no study was made."
        )

    def save(self) -> None:
        """Keep the changed protocol of a study that is not frozen yet."""
        if self.facts is None:
            return
        path, protocol = self.facts.path, self._protocol

        def saved(facts: StudyFacts) -> None:
            self._take(facts)
            self._view.info("The protocol is saved; every reader's list was drawn anew.")

        self.operations.start(
            Step.DESIGN, "Saving the protocol", lambda _: set_protocol(path, protocol), saved
        )

    def load(self, path: str) -> None:
        """Fill the form from a protocol file; the version of the open study stays."""

        def loaded(protocol: Protocol) -> None:
            version = self.facts.protocol.version if self.facts else 1
            self._view.show_protocol(replace(protocol, version=version), frozen=False)
            self.edit(replace(protocol, version=version), "title")

        self.operations.start(Step.DESIGN, "Loading", lambda _: read_protocol(Path(path)), loaded)

    def save_copy(self, path: str) -> None:
        """Keep the protocol in the form as a file."""
        protocol = self._protocol

        def saved(_: None) -> None:
            self._view.info(f"The protocol is saved as {Path(path).name}.")

        self.operations.start(Step.DESIGN, "Saving", lambda _: write_protocol(Path(path), protocol), saved)

    def extend(self, scans: tuple[str, ...], readers: tuple[str, ...]) -> None:
        """Add cases or readers to a frozen study as a new protocol version."""
        if self.facts is None:
            return
        if not scans and not readers:
            self._view.error("Name scans or reader codes to add.")
            return
        path = self.facts.path

        def work(progress: Progress) -> tuple[StudyFacts, NewStudy]:
            from app.workflows.study.add import add_to_study

            made = add_to_study(path, [Path(each) for each in scans], readers, progress)
            return study_facts(path), made

        def added(outcome: tuple[StudyFacts, NewStudy]) -> None:
            facts, made = outcome
            self._take(facts)
            self._tell_made(made, f"Version {facts.protocol.version} is in force.")

        self.operations.start(Step.DESIGN, "Adding to the study", work, added)

    def describe_extension(self, scans: tuple[str, ...], readers: tuple[str, ...]) -> None:
        """Show what would be added to a frozen study as a command."""
        if self.facts is not None:
            self._view.show_command("design", commands.add(self.facts.path, scans, readers))

    def read_as(self, reader: str) -> None:
        """Go to the reading page as this reader."""
        if self.facts is not None:
            self._open_page(WindowRequest(page="reading", study=self.facts.path, reader=reader))

    def _tell_made(self, made: NewStudy, words: str, then: str = "") -> None:
        """Say that it is done; what was left out or does not fit comes first, and alone is a warning."""
        left_out = f"{counted(len(made.unused), 'file')} could not be used." if made.unused else ""
        wrong = " ".join([left_out, *made.notes]).strip()
        if wrong:
            self._view.warn(wrong, " ".join([*(row.reason for row in made.unused[:3]), words, *made.told]))
        else:
            self._view.info(" ".join([words, *made.told]), then)

    def _take(self, facts: StudyFacts) -> None:
        self.facts = facts
        self._protocol = facts.protocol
        self._told.clear()
        self._show()

    def _show(self) -> None:
        facts = self.facts
        frozen = facts is not None and facts.frozen is not None
        self._protocol = facts.protocol if facts else self.draft.protocol
        self._view.show_protocol(self._protocol, frozen)
        self.describe_extension((), ())
        self._view.show_design(DesignState(facts is None, frozen, _design_words(facts)))
        self._view.show_study_open(facts is not None)
        if facts is None:
            self._view.show_header("New study", "Not made yet", None)
        else:
            self._view.show_header(facts.protocol.title, _state_words(facts), facts.path)
        self.operations.use(facts)
        self.bundles.use(facts)
        self.life.use(facts)
        self.ledger.use(facts)
        self.ai.use(facts)
        self._show_judgement()

    def _show_judgement(self) -> None:
        facts = self.facts
        problems = protocol_problems(self._protocol) if facts else self.draft.problems()
        self._view.show_problems(problems, self._told)
        unchanged = facts is not None and facts.protocol == self._protocol
        self._view.show_text(protocol_text(self._protocol), facts.sha256 if facts and unchanged else "")
        if facts is None:
            self._view.show_command("design", commands.new(self.draft))


def _state_words(facts: StudyFacts) -> str:
    frozen = f"frozen {day(facts.frozen)}" if facts.frozen else "not frozen yet"
    version = f"version {facts.protocol.version}, {frozen}"
    rehearsal = "REHEARSAL, read by simulated readers · " if facts.rehearsed else ""
    return f"{rehearsal}{facts.protocol.code} · {version} · {counted(facts.cases, 'case')} · {facts.path}"


def _design_words(facts: StudyFacts | None) -> str:
    if facts is None:
        return (
            "Say where the scans are and how they are read. Nothing is written before you create the study."
        )
    if facts.frozen is None:
        return (
            "No reading session was opened yet: the protocol can still be changed. "
            "Opening the first one freezes it."
        )
    return (
        "The first reading session was opened, so this protocol is frozen. Cases and readers can be added "
        "as a new version; anything else needs a new study."
    )
