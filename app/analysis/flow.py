"""What became of every case and every read, counted on the record, as STARD 2015 asks (item 19)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from app.analysis.readings import Readings

NOT_READ = "not read"
_OUTSIDE = frozenset({"warm-up case", "training read", "earlier attempt"})


@dataclass(frozen=True)
class LossReason:
    """Why so many cases or reads are not analysed."""

    words: str
    count: int


@dataclass(frozen=True)
class FlowArm:
    """The reads of one arm by truth and call: diseased and normal, each called yes, no, or rated alone."""

    arm: str
    diseased: tuple[int, int, int]
    normal: tuple[int, int, int]

    @property
    def reads(self) -> int:
        """All reads of the arm."""
        return sum(self.diseased) + sum(self.normal)


@dataclass(frozen=True)
class StudyFlow:
    """Cases on record less those left out are analysed; reads of the design less the lost ones too.

    `beside`: presentations that are no reads of the design, as warm-up cases, hidden repeats, and what
    readers read who are not analysed.
    """

    cases: int
    cases_left_out: tuple[LossReason, ...]
    diseased: int
    normal: int
    readers: int
    arms: int
    planned: int
    lost: tuple[LossReason, ...]
    reads: int
    by_arm: tuple[FlowArm, ...]
    beside: tuple[LossReason, ...]


def flow(readings: Readings) -> StudyFlow:
    """Count; a case is left out for its own reason before that of a read of it, a read for the last given."""
    rated = ~np.isnan(readings.rating)
    gone: dict[str, str] = {}
    lost: dict[tuple[str, str, str], str] = {}
    beside: Counter[str] = Counter()
    place = {case: at for at, case in enumerate(readings.cases)}
    for one in readings.exclusions:
        gone_reader = bool(one.reader) and one.reader not in readings.readers
        if one.reason in _OUTSIDE or one.reason.startswith("hidden repeat") or gone_reader:
            beside[one.reason] += 1
        elif one.case not in place:
            gone[one.case] = gone.get(one.case, one.reason) if one.reader else one.reason
        elif not rated[readings.arms.index(one.arm), readings.readers.index(one.reader), place[one.case]]:
            lost[one.arm, one.reader, one.case] = one.reason
    missing = readings.missing
    reasons = Counter(lost.values())
    unread = missing - sum(reasons.values())
    if unread > 0:
        reasons[NOT_READ] = unread
    diseased = int(readings.truth.sum())
    return StudyFlow(
        cases=len(readings.cases) + len(gone),
        cases_left_out=_reasons(Counter(gone.values())),
        diseased=diseased,
        normal=len(readings.cases) - diseased,
        readers=len(readings.readers),
        arms=len(readings.arms),
        planned=readings.reads + sum(reasons.values()),
        lost=_reasons(reasons),
        reads=readings.reads,
        by_arm=tuple(_arm(readings, number) for number in range(len(readings.arms))),
        beside=_reasons(beside),
    )


def _arm(readings: Readings, number: int) -> FlowArm:
    rated, call = ~np.isnan(readings.rating[number]), readings.call[number]
    counted = [
        tuple(int((rated & among & said).sum()) for said in (call == 1.0, call == 0.0, np.isnan(call)))
        for among in (readings.truth, ~readings.truth)
    ]
    (a, b, c), (d, e, f) = counted
    return FlowArm(readings.arms[number], (a, b, c), (d, e, f))


def _reasons(counts: Counter[str]) -> tuple[LossReason, ...]:
    return tuple(LossReason(words, count) for words, count in counts.most_common())
