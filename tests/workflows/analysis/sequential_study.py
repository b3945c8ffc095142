"""A sequential study that two readers read, with an AI and with times that are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.protocol import AiRules, Mode
from app.workflows.study.ai_import import import_ai
from app.workflows.study.read import open_session
from tests.study.helpers import START, protocol
from tests.workflows.studies import DISPLAY, make_study

CASES = 12


@dataclass
class SequentialStudy:
    """The study, and what was answered after how many seconds by (reader, case): locked, then final."""

    path: Path
    rules: AiRules
    answers: dict[tuple[str, str], tuple[Answer, Answer]] = field(default_factory=dict)
    seconds: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)


def sequential_study(
    folder: Path,
    rules: AiRules | None = None,
    cases: int = CASES,
    readers: tuple[str, ...] = ("R1", "R2"),
    **changes: object,
) -> SequentialStudy:
    """An unread one; odd cases are diseased, and the AI (threshold 0.5) errs on the third and sixth."""
    rules = rules or AiRules(model="net 2.0")
    designed = protocol(mode=Mode.SEQUENTIAL, readers=readers, ai=rules, **changes)
    made = SequentialStudy(make_study(folder, designed, count=cases, truth=True).path, rules)
    rows = ["case,probability,model,version,threshold,training_data"]
    rows += [f"C{n},{probability(n)},net,2.0,0.5,simulated scans" for n in range(1, cases + 1)]
    (folder / "ai.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_ai(made.path, folder / "ai.csv")
    return made


def probability(number: int) -> float:
    """What the AI says of case number so."""
    right = number % 2 == 1
    said = right if number not in (3, 6) else not right
    return round((0.75 if said else 0.15) + 0.01 * number, 2)


def advice(rules: AiRules, number: int) -> bool | None:
    """What a reader is shown of case number so, as a call; None where the AI is planned absent."""
    if f"C{number}" in rules.absent_cases:
        return None
    return (probability(number) >= 0.5) != (f"C{number}" in rules.wrong_cases)


def read(study: SequentialStudy, reader: str, most: int | None = None, seed: int = 1) -> None:
    """One sitting of a simulated person who knows little and follows the AI on two cases out of three."""
    rng = np.random.default_rng([seed, int(reader[1:])])
    clock = SimulatedClock(START)
    sitting = open_session(study.path, reader, clock=clock)
    while sitting.session.snapshot.done < (most or sitting.session.snapshot.total):
        assignment = sitting.session.open_next()
        assert assignment is not None
        case, number = assignment.case, int(assignment.case[1:])
        ill = (number % 2 == 1) if rng.random() < 0.7 else number % 2 == 0
        first = Answer(ill, int(rng.integers(51, 99) if ill else rng.integers(1, 49)), no_lesion=True)
        sitting.session.displayed(DISPLAY, sitting.load(assignment).image_hashes, 0.1)
        before, after = float(rng.integers(8, 40)), float(rng.integers(2, 15))
        clock.advance(before)
        sitting.session.lock(first, DISPLAY)
        sitting.session.reveal()
        told = advice(study.rules, number)
        call = told if told is not None and rng.random() < 0.67 else ill
        second = Answer(call, int(rng.integers(51, 99) if call else rng.integers(1, 49)), no_lesion=True)
        clock.advance(after)
        sitting.session.submit(second, DISPLAY)
        study.answers[reader, case], study.seconds[reader, case] = (first, second), (before, after)
    sitting.close()
