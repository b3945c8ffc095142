"""Which cases a reader reads in which order, drawn once from the stored seed.

Every list is drawn with numpy's PCG64 seeded by the study's seed and a hash of the reader's code, so that
neither the other readers nor the order in which cases were added change it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.study.assignment import Assignment
from app.study.protocol import Allocation, Arm, Mode, Protocol
from app.study.protocol_problems import Problem
from app.tables.ids import explained
from app.wording import counted


@dataclass(frozen=True)
class Block:
    """Cases read one after the other in one arm of one visit; `repeats` of them twice, `distance` apart."""

    visit: int
    arm: Arm
    cases: tuple[str, ...]
    repeats: int = 0
    distance: int = 0

    @property
    def room(self) -> int:
        """How many of the cases come early enough to be repeated."""
        return max(0, len(self.cases) - self.distance)


def order_problems(protocol: Protocol, cases: Sequence[str]) -> tuple[Problem, ...]:
    """Why no order can be drawn for these cases; empty when one can."""
    problems = []
    batches = {protocol.version: _study_cases(protocol, cases)}
    known = frozenset(cases)
    for key, named in (
        ("warm_up_cases", protocol.warm_up_cases),
        ("ai.wrong_cases", protocol.ai.wrong_cases),
        ("ai.absent_cases", protocol.ai.absent_cases),
    ):
        unknown = [case for case in named if case not in known]
        if unknown:
            problems.append(
                Problem(key, f"names cases that the study does not have: {explained(unknown, cases)}.")
            )
    if protocol.mode is Mode.PANEL and len(protocol.readers) - bool(protocol.adjudicator) < 2:
        problems.append(Problem("mode", '= "panel" needs at least two readers beside the adjudicator.'))
    for reader in protocol.readers:
        for block in _blocks(protocol, batches, reader):
            if block.repeats > block.room:
                size, room = counted(len(block.cases), "case"), counted(block.room, "repeat")
                apart = counted(protocol.repeat_distance, "case")
                fits = f"a block of {size} has room for {room} at least {apart} apart."
                problems.append(Problem("repeats", f"= {protocol.repeats} does not fit: {fits}"))
                return tuple(problems)
    return tuple(problems)


def no_list(protocol: Protocol, reader: str) -> bool:
    """Whether a reader gets no list before the others are done: the adjudicator of a truth panel."""
    return bool(protocol.adjudicator) and reader == protocol.adjudicator


def draw_order(
    protocol: Protocol, cases: Sequence[str], reader: str, came_with: Mapping[str, int] | None = None
) -> tuple[Assignment, ...]:
    """The whole list of one reader: warm-up first, then the blocks of each visit.

    `came_with`: the protocol version that a case came with, where that was an earlier one; for a reader who
    joins later, such cases stay in the groups and halves in which the first readers got them.

    Raises ValueError when `order_problems` has something to say, or for an unknown reader.
    """
    problems = order_problems(protocol, cases)
    if problems:
        raise ValueError(str(problems[0]))
    if no_list(protocol, reader):
        return ()
    batches: dict[int, list[str]] = {}
    for case in _study_cases(protocol, cases):
        batches.setdefault((came_with or {}).get(case, protocol.version), []).append(case)
    blocks = _blocks(protocol, dict(sorted(batches.items())), reader)
    return _list(blocks, protocol.warm_up_cases, _generator(protocol, reader), reader, 1)


def draw_addition(
    protocol: Protocol, added: Sequence[str], reader: str, first_position: int, begun_visit: int = 1
) -> tuple[Assignment, ...]:
    """What a new protocol version appends to a reader's list: the added cases, without repeats.

    `begun_visit` is the latest visit that the reader has begun. Cases that come when the second visit of a
    crossover is under way or over get a pair of visits of their own, 3 and 4, so that a washout lies between
    their arms too.
    """
    if no_list(protocol, reader):
        return ()
    shift = begun_visit // 2 * 2
    blocks = [
        Block(block.visit + shift, block.arm, block.cases)
        for block in _blocks(protocol, {protocol.version: sorted(added)}, reader)
    ]
    return _list(blocks, (), _generator(protocol, reader), reader, first_position)


def _list(
    blocks: Sequence[Block],
    warm_up: Sequence[str],
    generator: np.random.Generator,
    reader: str,
    first_position: int,
) -> tuple[Assignment, ...]:
    drawn: list[Assignment] = []
    visits_begun: set[int] = set()
    for block in blocks:
        if block.visit not in visits_begun:
            visits_begun.add(block.visit)
            for case in warm_up:
                position = first_position + len(drawn)
                drawn.append(Assignment(reader, position, case, block.arm, block.visit, warm_up=True))
        start = first_position + len(drawn)
        for index, (case, first_index) in enumerate(_with_repeats(block, generator)):
            repeat_of = None if first_index is None else start + first_index
            drawn.append(Assignment(reader, start + index, case, block.arm, block.visit, False, repeat_of))
    return tuple(drawn)


def _with_repeats(block: Block, generator: np.random.Generator) -> list[tuple[str, int | None]]:
    """The block's cases in random order with its hidden repeats; a repeat carries the index of its first."""
    order = [block.cases[i] for i in generator.permutation(len(block.cases))]
    if not block.repeats:
        return [(case, None) for case in order]
    chosen = sorted(int(i) for i in generator.choice(block.room, block.repeats, replace=False))
    gaps = {i: int(generator.integers(i + block.distance + 1, len(order) + 1)) for i in chosen}
    merged: list[tuple[str, int | None]] = []
    first_at: dict[int, int] = {}
    for gap in range(len(order) + 1):
        merged.extend((order[i], first_at[i]) for i in chosen if gaps[i] == gap)
        if gap < len(order):
            first_at[gap] = len(merged)
            merged.append((order[gap], None))
    return merged


def _blocks(protocol: Protocol, batches: Mapping[int, Sequence[str]], reader: str) -> list[Block]:
    """The blocks of one reader, before shuffling; `batches` are the cases by the version they came with."""
    distance, repeats = protocol.repeat_distance, protocol.repeats
    parts = {version: _allocated(protocol, version, cases, reader) for version, cases in batches.items()}
    if protocol.mode is not Mode.CROSSOVER:
        mine = tuple(case for part in parts.values() for case in part)
        return [Block(1, protocol.arms[0], mine, repeats, distance)]
    halves = _halves(protocol, parts)
    rank = protocol.readers.index(reader) // _groups(protocol)
    unaided_half, aided_half = halves if rank % 2 == 0 else halves[::-1]
    arms = (Arm.UNAIDED, Arm.AIDED) if (rank // 2) % 2 == 0 else (Arm.AIDED, Arm.UNAIDED)
    shares = (repeats - repeats // 2, repeats // 2)
    blocks = []
    for visit, by_arm in (
        (1, {Arm.UNAIDED: unaided_half, Arm.AIDED: aided_half}),
        (2, {Arm.UNAIDED: aided_half, Arm.AIDED: unaided_half}),
    ):
        for arm, share in zip(arms, shares, strict=True):
            blocks.append(Block(visit, arm, by_arm[arm], share if visit == 1 else 0, distance))
    return blocks


def _halves(
    protocol: Protocol, parts: Mapping[int, Sequence[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cases in two halves, the same for all readers; which comes first in which arm alternates."""
    first: list[str] = []
    second: list[str] = []
    for version, cases in parts.items():
        shuffled = _shuffled(protocol, version, "halves", cases)
        middle = (len(shuffled) + 1) // 2
        first += shuffled[:middle]
        second += shuffled[middle:]
    return tuple(first), tuple(second)


def _study_cases(protocol: Protocol, cases: Sequence[str]) -> list[str]:
    warm_up = set(protocol.warm_up_cases)
    return sorted(case for case in cases if case not in warm_up)


def _groups(protocol: Protocol) -> int:
    return protocol.split_plot_groups if protocol.allocation is Allocation.SPLIT_PLOT else 1


def group_of(protocol: Protocol, reader: str) -> int:
    """Which group of a split plot a reader is in, from 0; 0 in every other design."""
    return protocol.readers.index(reader) % _groups(protocol)


def _allocated(protocol: Protocol, version: int, cases: Sequence[str], reader: str) -> list[str]:
    """The part of the cases that the reader's group reads."""
    shuffled = _shuffled(protocol, version, "groups", sorted(cases))
    return sorted(shuffled[group_of(protocol, reader) :: _groups(protocol)])


def _shuffled(protocol: Protocol, version: int, purpose: str, cases: Sequence[str]) -> list[str]:
    generator = _generator(replace(protocol, version=version), f"study {purpose}")
    return [cases[i] for i in generator.permutation(len(cases))]


def _generator(protocol: Protocol, purpose: str) -> np.random.Generator:
    """Readers' codes have no space, so that a study's own draws never share a stream with a reader's."""
    word = int.from_bytes(hashlib.sha256(purpose.encode("utf-8")).digest()[:8], "little")
    return np.random.Generator(np.random.PCG64([protocol.seed, word, protocol.version]))
