"""One reader sits down at a study: the session, its images, and the lock that keeps others out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol as Interface

from app import __version__
from app.errors import AppError
from app.scan.hashing import view_hash
from app.scan.scan import Scan
from app.store.folder import StudyFolder
from app.store.lock import NameLock
from app.store.mirror import Mirror
from app.store.opening import ARRIVAL_SECONDS, OpenStudy, open_study
from app.store.readings import ReaderJournal
from app.store.server.sitting_lock import SittingLock
from app.store.server.waiting import OnTheWay, WaitingJournal
from app.store.sitting import take_place
from app.study.ai_result import AiResult
from app.study.answer import ScreenRecord
from app.study.aside_rules import Moment, clinical_fields
from app.study.assignment import Assignment
from app.study.canonical import JsonValue
from app.study.case import StudyCase
from app.study.clock import Clock, SystemClock
from app.study.events import REHEARSAL, EventKind
from app.study.journal import ReaderHistory
from app.study.protocol import Arm, Mode, Protocol
from app.study.question import Question
from app.study.questionnaire import Occasion, questions
from app.study.reader_texts import TextKind, confirmation, unconfirmed
from app.study.reading import AiShown
from app.study.session import ReadingSession, Sitting
from app.study.truth import read_truth
from app.wording import counted
from app.workflows.study.ai_results import StudyAi
from app.workflows.study.beginning import begun, known_reader
from app.workflows.study.case_scan import read_case
from app.workflows.study.kept_prior import prior_of
from app.workflows.study.panel import told_to_adjudicator
from app.workflows.study.series import LoadedSeries, read_series

_CASES_AT_ONCE = 20
"""Cases that a server is asked for at once."""


class SessionAi(Interface):
    """Where a session's AI results come from; `StudyAi` takes them from the study's database."""

    def result(self, assignment: Assignment) -> AiResult | None:
        """What is shown beside a case, once it may be; None when there is nothing to show."""

    def shown(self, assignment: Assignment) -> AiShown | None:
        """What the record of the aided answer says of it."""


@dataclass(frozen=True, eq=False)
class LoadedCase:
    """A case ready to be shown; the scan carries the case's code and no file name."""

    scan: Scan
    image_hashes: dict[str, str]
    load_seconds: float
    clinical_information: str = ""
    fields: tuple[str, ...] = ()
    """Clinical facts as readers see them, those that are shown from the start."""
    prior: Scan | None = None
    """An earlier scan laid on this one, where it is shown from the start."""
    series: tuple[LoadedSeries, ...] = ()


@dataclass(frozen=True, eq=False)
class Later:
    """What is shown of a case once its first answer is locked."""

    fields: tuple[str, ...] = ()
    prior: Scan | None = None


class OpenedSession:
    """A session with everything a page needs beside it; close it when the reader leaves."""

    def __init__(
        self,
        study: OpenStudy,
        lock: NameLock | SittingLock,
        session: ReadingSession,
        journal: ReaderJournal | WaitingJournal,
        reader: str,
        ai: SessionAi,
        left: Callable[[], None] = lambda: None,
        bundle: str = "",
        history: ReaderHistory | None = None,
    ) -> None:
        """`left` is called once everything is given back; `bundle` is the file that is sent back then.

        `history`: what the reader did before this session.
        """
        history = history or ReaderHistory(())
        self.session = session
        self.title = session.protocol.title
        self.reader = reader
        self._study = study
        self._lock = lock
        self._journal = journal
        self._ai = ai
        self._left = left
        self.bundle = bundle
        self._told = [event.payload for event in history.beside if event.kind is EventKind.QUESTIONNAIRE]
        self.rehearsed = any(event.payload.get("site") == REHEARSAL for event in history.beside)
        """Whether simulated readers have read this study, as far as this reader may know."""
        self._asks = bool(history.plan)
        self._history = history
        self._done_before = session.snapshot.done
        self._cases: dict[str, StudyCase] = {}
        self.far = isinstance(journal, WaitingJournal)
        """Whether the study is on a server: answers are kept here first, and the server reveals the AI."""

    def load(self, assignment: Assignment) -> LoadedCase:
        """Read a case's images; may run in another thread. Raises AppError when they cannot be shown."""
        case = self._case(assignment.case)
        loaded = load_case(self._study.folder.path, case, self.session.protocol)
        if self.reader != self.session.protocol.adjudicator:
            return loaded
        # a bundle brings what the others said with the case, a study knows it
        told = told_to_adjudicator(self._study, self.reader, assignment.case) or case.clinical_information
        return replace(loaded, clinical_information=told)

    def ai_result(self, assignment: Assignment) -> AiResult | None:
        """What the AI says of a case; ask only when it may be shown. Raises AppError when it is damaged.

        Of a study on a server it waits until that has what was read: not for the window's own thread.
        """
        return self._ai.result(assignment)

    def later(self, assignment: Assignment) -> Later:
        """What is shown once the first answer is locked; ask only then, as `ai_result`. Raises AppError."""
        self._study.put_on_record()
        case, protocol = self._study.studies.case(assignment.case), self.session.protocol
        facts = _facts(case, protocol, later=True)
        return Later(facts, _prior(self._study.folder.path, case, protocol, Moment.AFTER))

    def questions(self, occasion: Occasion) -> tuple[Question, ...]:
        """What the reader has to be asked now, beside the cases; empty when nothing, or once it was answered.

        The last questionnaire is due when nothing is left in any visit.
        """
        protocol = self.session.protocol
        asked = questions(protocol.questionnaire, occasion, Arm.AIDED in protocol.arms)
        if not asked:
            return ()
        if not self._asks or (occasion is Occasion.LAST and self._left_over):
            return ()
        return () if any(told.get("occasion") == occasion.value for told in self._told) else asked

    def texts(self) -> tuple[TextKind, ...]:
        """The protocol's texts that the reader has to confirm before going on."""
        return unconfirmed(self.session.protocol.texts, self._told)

    @property
    def _left_over(self) -> bool:
        """Whether anything is left of the reader's whole list, of cases that are not out."""
        history = self._history.without(self._study.out)
        ended = len(history.finished) + self.session.snapshot.done - self._done_before
        return ended < len(history.plan)

    def confirm(self, kind: TextKind, language: str = "") -> None:
        """Keep for good that the reader has confirmed this text in a language; raises AppError as
        `answer_questions`."""
        self._tell(kind.value, confirmation(self.session.protocol.texts.of(kind, language)))

    def answer_questions(self, occasion: Occasion, answers: Mapping[str, str]) -> None:
        """Keep the answers for good; raises AppError when they cannot be made durable, and keeps them for the
        next time the session is written."""
        self._tell(occasion.value, dict(answers))

    def _tell(self, occasion: str, answers: JsonValue) -> None:
        self.session.note(EventKind.QUESTIONNAIRE, occasion=occasion, answers=answers)
        self.session.tick()
        self._told.append({"occasion": occasion, "answers": answers})

    @property
    def on_the_way(self) -> OnTheWay | None:
        """What is kept on this computer and not on the server yet; None for a study in a file."""
        return self._journal.on_the_way if isinstance(self._journal, WaitingJournal) else None

    @property
    def copy_problem(self) -> str:
        """Why the second copy could not be written last time; the answers themselves are durable."""
        return self._journal.copy_problem

    def feedback(self, assignment: Assignment) -> str | None:
        """What a reader in training is told of the truth; None in every other mode."""
        if self.session.protocol.mode is not Mode.TRAINING:
            return None
        truth = read_truth(self._study.folder.truth).get(assignment.case)
        return truth.sentence if truth else None

    def close(self) -> None:
        """Leave: the open attempt's time is kept, a backup made, the lock given back."""
        try:
            self.end()
        finally:
            self.let_go()

    def end(self) -> None:
        """Keep the open attempt's time and that the reader has left; `let_go` has to follow."""
        self.session.close()

    def let_go(self) -> bool:
        """Make a backup and give the lock back, on any thread; whether all is where it belongs.

        A study on a server is sent what it lacks first, unless that is away. Raises AppError when it refuses.
        """
        try:
            arrived = (
                self._journal.close(ARRIVAL_SECONDS) if isinstance(self._journal, WaitingJournal) else True
            )
            self._study.back_up()
            return arrived
        finally:
            self._lock.release()
            self._study.close()
            self._left()

    def _case(self, code: str) -> StudyCase:
        """A case; a server is asked for several at once."""
        if not self.far:
            return self._study.studies.case(code)
        if code not in self._cases:
            coming = (code, *(item.case for item in self.session.upcoming(_CASES_AT_ONCE)))
            self._cases |= {case.code: case for case in self._study.studies.some_cases(coming)}
        if code not in self._cases:
            raise AppError(f"The study has no case {code}.", "Check the case list.")
        return self._cases[code]


def open_session(
    study: Path | str,
    reader: str,
    *,
    screen: ScreenRecord | None = None,
    clock: Clock | None = None,
    site: str = "",
    second_copy: Path | None = None,
    ai: Callable[[OpenStudy, Protocol], SessionAi] = StudyAi,
    mirror: Callable[[OpenStudy], Mirror] | None = None,
    left: Callable[[], None] = lambda: None,
    bundle: str = "",
    begin: bool = True,
) -> OpenedSession:
    """Sit the reader down; the protocol is frozen from here on.

    Without `begin` a study that nobody has read is left as it is, and NotBegun is raised.

    `mirror` makes another second copy than the study's own; `left` is called when the reader has left;
    `bundle` names the file that the reader sends back.

    Raises AppError for an unknown reader, a study that is damaged or in use, or a folder that cannot be
    written; nothing is left behind then.
    """
    folder = StudyFolder(Path(study))
    folder.require()
    clock = clock or SystemClock()
    opened = open_study(study)
    lock: NameLock | SittingLock | None = None
    try:
        version = opened.studies.current()
        lock = take_place(opened, known_reader(opened, version.protocol, reader))
        version = begun(opened, reader, version, clock, begin)
        history = opened.readings.history(reader)
        journal = opened.session_journal(reader, second_copy, mirror(opened) if mirror else None, history)
        if isinstance(journal, WaitingJournal) and journal.took_over:
            history = opened.readings.history(reader)
        results = ai(opened, version.protocol)
        session = ReadingSession(
            version.protocol,
            history.without(opened.out),
            journal,
            clock,
            Sitting(
                study=version.protocol.code,
                protocol_sha256=version.sha256,
                app_version=__version__,
                reader=reader,
                screen=screen or ScreenRecord(),
                site=site,
                copied=second_copy is None and mirror is None and folder.second_copy is not None,
                truth=_seal(folder),
            ),
            results.shown,
            opened.cases_out,
        )
        return OpenedSession(opened, lock, session, journal, reader, results, left, bundle, history)
    except BaseException:
        if lock is not None:
            lock.release()
        opened.close()
        raise


def load_case(study: Path, case: StudyCase, protocol: Protocol) -> LoadedCase:
    """A case's scan as it may be shown; raises AppError, without a file name, when it cannot be."""
    started = time.perf_counter()
    try:
        scan = read_case(study, case)
    except AppError as error:
        raise _cannot_show(case, "its images cannot be read") from error
    hashes = {view.name.value: view_hash(view) for view in scan.views}
    if case.image_hashes and hashes != dict(case.image_hashes):
        raise _cannot_show(case, "its images are not those that the study was made with")
    if len(scan.views) < 2 and not protocol.allow_missing_view:
        raise _cannot_show(case, "one of its views is missing")
    shown = protocol.screen.clinical_information
    return LoadedCase(
        scan=replace(scan, case=case.code, files=(), warnings=()),
        image_hashes=hashes,
        load_seconds=time.perf_counter() - started,
        clinical_information=case.clinical_information if shown else "",
        fields=_facts(case, protocol, later=False),
        prior=_prior(study, case, protocol, Moment.START),
        series=_series(study, case, protocol),
    )


def _series(study: Path, case: StudyCase, protocol: Protocol) -> tuple[LoadedSeries, ...]:
    try:
        return read_series(study, case, protocol.beside)
    except AppError as error:
        raise _cannot_show(case, "a further series of it cannot be read") from error


def _prior(study: Path, case: StudyCase, protocol: Protocol, moment: Moment) -> Scan | None:
    """The earlier scan of a case where it is shown from this moment on; raises AppError as `load_case`."""
    try:
        return prior_of(study, case) if protocol.beside.prior is moment else None
    except AppError as error:
        raise _cannot_show(case, "its prior scan cannot be read, or was changed") from error


def _facts(case: StudyCase, protocol: Protocol, *, later: bool) -> tuple[str, ...]:
    """What is known of the protocol's fields, in their order."""
    rules, known = protocol.beside, case.beside
    asked = [field for field in clinical_fields(rules) if field.later is later]
    facts = [field.said(known.fields[field.key]) for field in asked if field.key in known.fields]
    shown = rules.prior is (Moment.AFTER if later else Moment.START)
    if shown and rules.prior_interval and known.prior and known.prior.days is not None:
        facts.append(f"Prior scan {counted(known.prior.days, 'day')} earlier")
    return tuple(facts)


def _seal(folder: StudyFolder) -> str:
    """The seal of the truth, which tells nothing of it; empty where there is none."""
    try:
        return folder.truth_seal.read_text(encoding="ascii").strip()[:64]
    except (OSError, UnicodeDecodeError):
        return ""


def _cannot_show(case: StudyCase, why: str) -> AppError:
    return AppError(
        f"Case {case.code} cannot be shown: {why}.",
        "Record a technical problem and go on; `scintiread study check` tells the coordinator more.",
    )
