"""One reader sits down at a study: the session, its images, and the lock that keeps others out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol as Interface

from app import __version__
from app.errors import AppError
from app.scan.hashing import view_hash
from app.scan.scan import Scan
from app.store.folder import StudyFolder
from app.store.life import retired
from app.store.lock import NameLock
from app.store.mirror import Mirror
from app.store.opening import OpenStudy, open_study
from app.store.readings import ReaderJournal
from app.store.server.sitting_lock import SittingLock
from app.store.server.waiting import WaitingJournal
from app.store.sitting import take_place
from app.study.ai_result import AiResult
from app.study.answer import ScreenRecord
from app.study.aside_rules import Moment, clinical_fields
from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.clock import Clock, SystemClock
from app.study.events import EventKind
from app.study.protocol import Arm, Mode, Protocol
from app.study.question import Question
from app.study.questionnaire import Occasion, questions
from app.study.reader_texts import TextKind, confirmation, unconfirmed
from app.study.reading import AiShown
from app.study.session import ReadingSession, Sitting
from app.study.truth import read_truth
from app.wording import counted
from app.workflows.study.ai_results import StudyAi
from app.workflows.study.case_scan import read_case
from app.workflows.study.kept_prior import prior_of
from app.workflows.study.panel import told_to_adjudicator
from app.workflows.study.protocol import refresh_protocol
from app.workflows.study.series import LoadedSeries, read_series


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
    ) -> None:
        """`left` is called once everything is given back; `bundle` is the file that is sent back then."""
        self.session = session
        self.title = session.protocol.title
        self.reader = reader
        self._study = study
        self._lock = lock
        self._journal = journal
        self._ai = ai
        self._left = left
        self.bundle = bundle

    def load(self, assignment: Assignment) -> LoadedCase:
        """Read a case's images; may run in another thread. Raises AppError when they cannot be shown."""
        case = self._study.studies.case(assignment.case)
        loaded = load_case(self._study.folder.path, case, self.session.protocol)
        if self.reader != self.session.protocol.adjudicator:
            return loaded
        # a bundle brings what the others said with the case, a study knows it
        told = told_to_adjudicator(self._study, self.reader, assignment.case) or case.clinical_information
        return replace(loaded, clinical_information=told)

    def ai_result(self, assignment: Assignment) -> AiResult | None:
        """What the AI says of a case; ask only when it may be shown. Raises AppError when it is damaged."""
        return self._ai.result(assignment)

    def later(self, assignment: Assignment) -> Later:
        """What is shown once the first answer is locked; ask only then. Raises AppError as `load` does."""
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
        history = self._study.readings.history(self.reader).without(retired(self._study.database).cases)
        if not history.plan:
            return ()
        if occasion is Occasion.LAST and len(history.finished) < len(history.plan):
            return ()
        told = self._study.readings.questionnaires(self.reader)
        return () if any(event.payload.get("occasion") == occasion.value for event in told) else asked

    def texts(self) -> tuple[TextKind, ...]:
        """The protocol's texts that the reader has to confirm before going on."""
        told = self._study.readings.questionnaires(self.reader)
        return unconfirmed(self.session.protocol.texts, [event.payload for event in told])

    def confirm(self, kind: TextKind) -> None:
        """Keep for good that the reader has confirmed this text; raises AppError as `answer_questions`."""
        kept = confirmation(self.session.protocol.texts.of(kind))
        self.session.note(EventKind.QUESTIONNAIRE, occasion=kind.value, answers=kept)
        self.session.tick()

    def answer_questions(self, occasion: Occasion, answers: Mapping[str, str]) -> None:
        """Keep the answers for good; raises AppError when they cannot be made durable, and keeps them for the
        next time the session is written."""
        self.session.note(EventKind.QUESTIONNAIRE, occasion=occasion.value, answers=dict(answers))
        self.session.tick()

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
            self.session.close()
            if isinstance(self._journal, WaitingJournal):
                self._journal.try_to_send(at_once=True)
            self._study.back_up()
        finally:
            self._study.close()
            self._lock.release()
            self._left()


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
) -> OpenedSession:
    """Sit the reader down; the protocol is frozen from here on.

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
        lock = take_place(opened, _known_reader(opened, reader))
        refresh_protocol(opened)
        _known_reader(opened, reader)
        version = opened.studies.freeze(clock.now().utc)
        journal = opened.session_journal(reader, second_copy, mirror(opened) if mirror else None)
        results = ai(opened, version.protocol)
        out = _cases_out(opened)
        session = ReadingSession(
            version.protocol,
            opened.readings.history(reader).without(out()),
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
            out,
        )
        return OpenedSession(opened, lock, session, journal, reader, results, left, bundle)
    except BaseException:
        opened.close()
        if lock is not None:
            lock.release()
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


def _known_reader(study: OpenStudy, reader: str) -> str:
    readers = study.studies.current().protocol.readers
    if reader not in readers:
        raise AppError(f"The study has no reader {reader}.", f"It has: {', '.join(readers)}.")
    if reader in retired(study.database).readers:
        raise AppError(f"Reader {reader} was withdrawn from the study.", "Ask its coordinator.")
    return reader


def _seal(folder: StudyFolder) -> str:
    """The seal of the truth, which tells nothing of it; empty where there is none."""
    try:
        return folder.truth_seal.read_text(encoding="ascii").strip()[:64]
    except (OSError, UnicodeDecodeError):
        return ""


def _cases_out(study: OpenStudy) -> Callable[[], Collection[str]]:
    """Tells the cases that are out by now; while the database does not answer, those that were known last."""
    known: frozenset[str] = frozenset()

    def out() -> frozenset[str]:
        nonlocal known
        with suppress(AppError):
            known = retired(study.database).cases
        return known

    return out


def _cannot_show(case: StudyCase, why: str) -> AppError:
    return AppError(
        f"Case {case.code} cannot be shown: {why}.",
        "Record a technical problem and go on; `scintiread study check` tells the coordinator more.",
    )
