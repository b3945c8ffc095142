"""Drawn lists: complete, repeatable, balanced, and with the repeats far enough apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.study.assignment import Assignment
from app.study.order import draw_addition, draw_order, order_problems
from app.study.protocol import Allocation, Arm, Mode, Protocol
from tests.study.helpers import cases, protocol

READERS = st.integers(1, 6).map(lambda count: tuple(f"R{number}" for number in range(1, count + 1)))


@st.composite
def studies(draw: st.DrawFn) -> tuple[Protocol, list[str]]:
    readers = draw(READERS)
    count = draw(st.integers(1, 40))
    groups = draw(st.integers(1, len(readers)))
    warm_up = draw(st.integers(0, min(3, count - 1)))
    rules = protocol(
        mode=draw(st.sampled_from(list(Mode))),
        readers=readers,
        seed=draw(st.integers(0, 2**31)),
        allocation=Allocation.SPLIT_PLOT if groups > 1 else Allocation.CROSSED,
        split_plot_groups=groups,
        warm_up_cases=tuple(cases(count)[:warm_up]),
        repeats=draw(st.integers(0, 6)),
        repeat_distance=draw(st.integers(0, 12)),
    )
    return rules, cases(count)


@given(studies(), st.randoms())
def test_the_same_seed_draws_the_same_list_whatever_the_order_of_the_files(
    study: tuple[Protocol, list[str]], random: object
) -> None:
    rules, codes = study
    assume(not order_problems(rules, codes))
    shuffled = list(codes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw_order(rules, codes, "R1") == draw_order(rules, shuffled, "R1")


@given(studies())
def test_every_list_is_complete_and_counts_its_positions(study: tuple[Protocol, list[str]]) -> None:
    rules, codes = study
    assume(not order_problems(rules, codes))
    union: set[str] = set()
    for reader in rules.readers:
        plan = draw_order(rules, codes, reader)
        assert [item.position for item in plan] == list(range(1, len(plan) + 1))
        firsts = [item for item in plan if item.repeat_of is None and not item.warm_up]
        arms = len(rules.arms) if rules.mode is Mode.CROSSOVER else 1
        assert set(Counter(item.case for item in firsts).values()) <= {arms}
        union |= {item.case for item in firsts}
        for visit in {item.visit for item in plan}:
            of_visit = [item for item in plan if item.visit == visit]
            warm = [item.case for item in of_visit if item.warm_up]
            assert warm in ([], list(rules.warm_up_cases))
            assert [item.warm_up for item in of_visit] == sorted((i.warm_up for i in of_visit), reverse=True)
    assert union == set(codes) - set(rules.warm_up_cases)


@given(studies())
def test_repeats_show_the_same_case_in_the_same_arm_far_enough_apart(
    study: tuple[Protocol, list[str]],
) -> None:
    rules, codes = study
    assume(not order_problems(rules, codes))
    for reader in rules.readers:
        plan = {item.position: item for item in draw_order(rules, codes, reader)}
        repeats = [item for item in plan.values() if item.repeat_of is not None]
        assert len(repeats) == rules.repeats
        for item in repeats:
            assert item.repeat_of is not None
            first = plan[item.repeat_of]
            assert (first.case, first.arm, first.visit) == (item.case, item.arm, item.visit)
            assert item.position - first.position - 1 >= rules.repeat_distance


@given(st.integers(1, 60), st.integers(0, 1000), st.sampled_from([2, 4, 6, 8]))
def test_a_crossover_gives_every_case_each_arm_once_in_different_visits_and_balances_readers(
    count: int, seed: int, readers: int
) -> None:
    codes = tuple(f"R{number}" for number in range(readers))
    rules = protocol(mode=Mode.CROSSOVER, readers=codes, seed=seed)
    first_arm: Counter[tuple[str, Arm]] = Counter()
    for reader in codes:
        by_case: dict[str, list[Assignment]] = {}
        for item in draw_order(rules, cases(count), reader):
            by_case.setdefault(item.case, []).append(item)
        for case, items in by_case.items():
            assert {item.arm for item in items} == {Arm.UNAIDED, Arm.AIDED}
            assert sorted(item.visit for item in items) == [1, 2]
            first_arm[case, next(item.arm for item in items if item.visit == 1)] += 1
    assert set(first_arm.values()) == {readers // 2}


def test_readers_of_a_crossover_begin_their_visits_with_different_arms() -> None:
    rules = protocol(mode=Mode.CROSSOVER, readers=("R1", "R2", "R3", "R4"))
    begin = [draw_order(rules, cases(10), reader)[0].arm for reader in rules.readers]
    assert Counter(begin) == {Arm.UNAIDED: 2, Arm.AIDED: 2}


def test_split_plot_groups_share_the_cases_evenly_without_overlap() -> None:
    rules = protocol(readers=("R1", "R2", "R3", "R4"), allocation=Allocation.SPLIT_PLOT, split_plot_groups=2)
    parts = [{item.case for item in draw_order(rules, cases(21), reader)} for reader in rules.readers]
    assert parts[0] == parts[2]
    assert parts[1] == parts[3]
    assert not parts[0] & parts[1]
    assert abs(len(parts[0]) - len(parts[1])) <= 1
    assert parts[0] | parts[1] == set(cases(21))


def test_readers_get_different_orders_and_other_readers_do_not_change_one() -> None:
    two = protocol(readers=("R1", "R2"))
    three = protocol(readers=("R1", "R2", "R3"))
    first = [item.case for item in draw_order(two, cases(30), "R1")]
    assert first != [item.case for item in draw_order(two, cases(30), "R2")]
    assert first == [item.case for item in draw_order(three, cases(30), "R1")]


def test_too_many_repeats_and_unknown_warm_up_cases_are_named() -> None:
    assert "repeats = 5" in str(order_problems(protocol(repeats=5, repeat_distance=8), cases(10))[0])
    assert "X1" in str(order_problems(protocol(warm_up_cases=("X1",)), cases(3))[0])
    with pytest.raises(ValueError, match="X1"):
        draw_order(protocol(warm_up_cases=("X1",)), cases(3), "R1")


def test_added_cases_are_appended_without_touching_what_was_drawn() -> None:
    rules = protocol(mode=Mode.CROSSOVER, repeats=2, repeat_distance=2)
    old = draw_order(rules, cases(10), "R1")
    new = draw_addition(replace(rules, version=2), ["N1", "N2", "N3"], "R1", len(old) + 1)
    assert [item.position for item in new] == list(range(len(old) + 1, len(old) + 7))
    assert Counter(item.case for item in new) == {"N1": 2, "N2": 2, "N3": 2}
    assert all(item.repeat_of is None and not item.warm_up for item in new)
