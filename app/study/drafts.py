"""How a reading's record is put together from an attempt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.study.answer import Answer, DisplayState, ScreenRecord
from app.study.attempt import Attempt
from app.study.checks import contradicts
from app.study.clock import Instant
from app.study.protocol import Arm, Protocol
from app.study.reading import AiShown, Flags, Identity, Outcome, Reading, ReadingDraft
from app.study.snapshot import Sitting


@dataclass(frozen=True)
class Ending:
    """How a presentation ended."""

    outcome: Outcome = Outcome.ANSWERED
    reason: str = ""
    locked: bool = False
    deviations: tuple[str, ...] = ()


def answer_draft(
    attempt: Attempt,
    answer: Answer,
    identity: Identity,
    screen: ScreenRecord,
    at_submit: tuple[DisplayState | None, Instant],
    ending: Ending,
    shown: AiShown | None,
) -> ReadingDraft:
    """The record of an answer; `at_submit` is how the images stood and when the key was pressed."""
    display, end = at_submit
    second_answer = attempt.locked is not None
    times = attempt.times(end, second_answer)
    return ReadingDraft(
        identity=identity,
        answer=answer,
        times=times,
        display=attempt.display(screen, display, times),
        flags=Flags(
            outcome=ending.outcome,
            reason=ending.reason,
            contradiction=contradicts(answer, identity.scale),
            rating_touched=answer.rating is not None,
            locked=ending.locked,
            resumed=bool(attempt.earlier),
            deviations=ending.deviations,
        ),
        ai=attempt.exposure(shown, answer, end) if identity.arm is Arm.AIDED else None,
    )


def identity_of(
    attempt: Attempt, arm: Arm, sitting: Sitting, protocol: Protocol, days: float | None
) -> Identity:
    """Which presentation an answer belongs to; `days` since the reader's session before."""
    assignment = attempt.assignment
    return Identity(
        study=sitting.study,
        protocol_version=protocol.version,
        protocol_sha256=sitting.protocol_sha256,
        app_version=sitting.app_version,
        site=sitting.site,
        reader=sitting.reader,
        session=sitting.uuid,
        days_since_last_session=days,
        arm=arm,
        case=assignment.case,
        image_hashes=attempt.image_hashes,
        position=assignment.position,
        visit=assignment.visit,
        seed=protocol.seed,
        attempt=attempt.number,
        scale=protocol.answer.scale,
        repeat_of=assignment.repeat_of,
        warm_up=assignment.warm_up,
        clinical_information_shown=protocol.screen.clinical_information,
    )


def amendment_draft(
    reading: Reading, answer: Answer, reason: str, session: str, amended: datetime
) -> ReadingDraft:
    """The record that replaces an answer: times and display stay those of the reading itself."""
    return ReadingDraft(
        identity=replace(reading.identity, session=session),
        answer=replace(answer, amendment_reason=reason),
        times=reading.times,
        display=reading.display,
        flags=replace(
            reading.flags,
            amends=reading.sha256,
            amended_utc=amended,
            reason=reason,
            contradiction=contradicts(answer, reading.identity.scale),
        ),
        ai=reading.ai and replace(reading.ai, changed=_changed(reading, answer)),
    )


def _changed(reading: Reading, answer: Answer) -> bool:
    exposure = reading.ai
    if exposure is None or exposure.call_before is None:
        return False
    return (exposure.call_before, exposure.rating_before) != (answer.call, answer.rating)
