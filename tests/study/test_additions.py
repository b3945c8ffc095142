"""Cases and readers that join a study while it is being read keep its design."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.study.journal import ReaderHistory
from app.study.order import draw_addition, draw_order
from app.study.protocol import Allocation, Arm, Enforcement, Mode, Protocol
from app.study.visit import plan_visit
from tests.study.helpers import START, cases, protocol

LATER = ["N1", "N2", "N3", "N4", "N5"]
DAY = timedelta(days=1)


def grown(mode: Mode, groups: int, readers: int, seed: int) -> tuple[Protocol, Protocol]:
    """The first version and the second, which has five more cases and one more reader per group."""
    first = protocol(
        mode=mode,
        readers=tuple(f"R{number}" for number in range(1, readers + 1)),
        seed=seed,
        allocation=Allocation.SPLIT_PLOT if groups > 1 else Allocation.CROSSED,
        split_plot_groups=groups,
    )
    more = tuple(f"S{number}" for number in range(1, groups + 1))
    return first, replace(first, version=2, readers=(*first.readers, *more))


@given(st.sampled_from(list(Mode)), st.integers(1, 3), st.integers(3, 6), st.integers(0, 9999))
def test_who_joins_later_gets_the_part_of_the_cases_that_the_group_has(
    mode: Mode, groups: int, readers: int, seed: int
) -> None:
    first, second = grown(mode, groups, readers, seed)
    came_with = dict.fromkeys(cases(12), 1)
    parts: dict[int, set[frozenset[str]]] = {}
    for rank, reader in enumerate(second.readers):
        if reader in first.readers:
            plan = draw_order(first, cases(12), reader)
            plan += draw_addition(second, LATER, reader, len(plan) + 1)
        else:
            plan = draw_order(second, [*cases(12), *LATER], reader, came_with)
        parts.setdefault(rank % groups, set()).add(frozenset(item.case for item in plan))
        per_case = Counter(item.case for item in plan)
        assert set(per_case.values()) == {2 if mode is Mode.CROSSOVER else 1}
    assert all(len(each) == 1 for each in parts.values())
    union = Counter(case for (part,) in parts.values() for case in part)
    assert union == Counter([*cases(12), *LATER])


def test_who_joins_a_crossover_later_gets_its_halves_and_not_new_ones() -> None:
    first, second = grown(Mode.CROSSOVER, 1, 2, 5)
    second = replace(second, readers=(*second.readers, "S2"))

    def half(plan: object) -> frozenset[str]:
        return frozenset(i.case for i in plan if (i.visit, i.arm) == (1, Arm.UNAIDED))  # type: ignore[attr-defined]

    old = {half(draw_order(first, cases(12), reader)) for reader in first.readers}
    came_with = dict.fromkeys(cases(12), 1)
    new = {half(draw_order(second, cases(12), reader, came_with)) for reader in ("S1", "S2")}
    assert old == new


def history(begun_visit: int, read_added: bool = False) -> tuple[Protocol, ReaderHistory]:
    """A crossover with cases added when `begun_visit` was under way; its own cases are all read."""
    rules = protocol(mode=Mode.CROSSOVER, washout=Enforcement.HARD)
    plan = draw_order(rules, cases(4), "R1")
    added = draw_addition(replace(rules, version=2), LATER, "R1", len(plan) + 1, begun_visit)
    finished = {item.position for item in plan if item.visit <= begun_visit}
    ended = {visit: START + 30 * (visit - 1) * DAY for visit in range(1, begun_visit + 1)}
    if read_added:
        opening = min(item.visit for item in added)
        finished |= {item.position for item in added if item.visit == opening}
        ended[opening] = START + 31 * DAY
    return rules, ReaderHistory((*plan, *added), frozenset(finished), visit_ended=ended)


def test_cases_that_come_before_the_second_visit_join_both_visits() -> None:
    rules, reader = history(begun_visit=1)
    assert {item.visit for item in reader.plan} == {1, 2}
    now = plan_visit(rules, reader, START + DAY)
    assert (now.number, len(now.queue), now.opens_utc) == (1, len(LATER), None)


def test_cases_that_come_during_the_second_visit_are_read_at_once_in_a_visit_of_their_own() -> None:
    rules, reader = history(begun_visit=2)
    assert {item.visit for item in reader.plan} == {1, 2, 3, 4}
    now = plan_visit(rules, reader, START + 31 * DAY)
    assert (now.number, len(now.queue)) == (3, len(LATER))


def test_the_washout_lies_between_both_arms_of_cases_that_were_added_late() -> None:
    rules, reader = history(begun_visit=2, read_added=True)
    early = plan_visit(rules, reader, START + 58 * DAY)
    assert (early.number, early.queue, early.opens_utc) == (4, (), START + 59 * DAY)
    exactly = plan_visit(rules, reader, START + 59 * DAY)
    assert len(exactly.queue) == len(LATER)


def test_the_second_visit_opens_at_the_very_moment_the_washout_ends_and_not_before() -> None:
    rules = protocol(mode=Mode.CROSSOVER)
    plan = draw_order(rules, cases(4), "R1")
    finished = frozenset(item.position for item in plan if item.visit == 1)
    reader = ReaderHistory(plan, finished, visit_ended={1: START})
    assert plan_visit(rules, reader, START + 28 * DAY - timedelta(microseconds=1)).queue == ()
    assert len(plan_visit(rules, reader, START + 28 * DAY).queue) == 4
