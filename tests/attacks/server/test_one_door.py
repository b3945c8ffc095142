"""A reader with a database client writes what the program would never write: one door, which refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.cli import run
from app.store.migrations import m0004_questions, m0005_life, m0006_asides
from app.store.migrations.m0003_doors import KINDS
from app.study.events import Event, EventKind
from app.study.protocol import Arm
from app.study.reading import Flags, ReadingDraft
from app.workflows.study.verify import study_verify
from tests.attacks.server.hand import Hand
from tests.postgres_server import Server
from tests.store.server.shared_study import Shared, read_one, share
from tests.study.helpers import NO, START, YES

Forgery = Callable[[Hand], tuple[Sequence[Event], ReadingDraft | None]]


def without_display(hand: Hand) -> tuple[list[Event], ReadingDraft]:
    return [hand.event(kind, 1) for kind in (EventKind.REQUESTED, EventKind.LOCKED)], hand.locked(1, NO)[1]


FORGERIES: dict[str, tuple[Forgery, str]] = {
    "no event at all": (lambda hand: ([], hand.locked(1, NO)[1]), "nothing tells how the answer"),
    "never displayed": (without_display, "was not displayed"),
    "not on the list": (
        lambda hand: (hand.locked(1, NO)[0], hand.draft(99, NO, Flags(locked=True))),
        "place 99 of the list is another",
    ),
    "the arm of the second answer": (
        lambda hand: (hand.locked(1, NO)[0], hand.draft(1, NO, Flags(locked=True), Arm.AIDED)),
        "is not read in the arm aided",
    ),
    "a second answer without a first": (
        lambda hand: ([*hand.opened(1), hand.event(EventKind.SUBMITTED, 1)], hand.draft(1, YES)),
        "the first answer of a sequential study is locked",
    ),
    "a case of another place": (
        lambda hand: ([hand.event(EventKind.REQUESTED, 1, case="C999")], None),
        "is not case C999",
    ),
    "the last place first": (lambda hand: (hand.opened(3), None), "comes before place 3"),
}


@pytest.mark.parametrize(("forgery", "why"), FORGERIES.values(), ids=FORGERIES.keys())
def test_an_answer_that_was_not_given_is_refused(besieged: Shared, forgery: Forgery, why: str) -> None:
    hand = Hand(besieged, "R1")
    with besieged.client("R1") as client, pytest.raises(psycopg.Error, match=why):
        hand.append(client, *forgery(hand))
    assert besieged.owner.readings.readers() == ()


@pytest.fixture(scope="module")
def besieged(
    server: Server, owners_password: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shared]:
    """One study for all attacks that are refused: at the end everybody reads in it."""
    shared = share(tmp_path_factory.mktemp("besieged"), server.make(f"a{uuid4().hex}"))
    yield shared
    goes_on(shared)
    shared.owner.close()


def goes_on(shared: Shared) -> None:
    """What was refused left nothing behind, and everybody reads."""
    assert study_verify(shared.path).ok
    for reader in ("R1", "R2"):
        seat = shared.seat(reader)
        read_one(seat, reader)
        seat.close()
    found = study_verify(shared.path)
    assert found.ok and [chain.readings for chain in found.chains] == [2, 2]


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("kind", "nonsense", "no event is of the kind nonsense"),
        ("utc", "yesterday", "yesterday"),
        ("utc", "2026-03-02T24:00:00.000000Z", "is no moment in UTC"),
        ("payload", "{", "json"),
        ("payload", "[]", "no JSON object"),
        ("payload", "[" * 200_000, "json|stack depth"),
        ("payload", '{"text":"\\u0000"}', "Unicode"),
        ("session", None, "a part of an event is missing"),
        ("sha256", "x", "does not fit the chain"),
        ("monotonic_ns", 2**70, "out of range"),
    ],
)
def test_an_event_that_the_program_cannot_read_is_refused(
    besieged: Shared, part: str, value: object, why: str
) -> None:
    hand = Hand(besieged, "R1")
    batch = hand.batch(hand.opened(1))
    batch["events"][0][part] = value  # type: ignore[index]
    with besieged.client("R1") as client, pytest.raises(psycopg.Error, match=why):
        hand.send(client, batch)
    assert besieged.owner.readings.readers() == ()


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("answer", "{", "json"),
        ("answer", "[]", "no JSON object"),
        ("answer", '"' + "x" * 40_000_000 + '"', "too much for one step"),
        ("ai", "7", "no JSON object"),
        ("flags", '{"outcome":"zzz","locked":false,"amends":""}', "locked|nothing tells"),
        ("times", '{"submitted":{"utc":"yesterday"}}', "yesterday"),
        ("sha256", "x", "does not fit the chain"),
    ],
)
def test_an_answer_that_the_program_cannot_read_is_refused(
    besieged: Shared, part: str, value: str, why: str
) -> None:
    hand = Hand(besieged, "R1")
    batch = hand.batch(*hand.locked(1, NO))
    batch["reading"][part] = value  # type: ignore[index]
    with besieged.client("R1") as client, pytest.raises(psycopg.Error, match=why):
        hand.send(client, batch)
    assert besieged.owner.readings.readers() == ()


def test_a_first_answer_stays_the_unaided_one_after_the_ai_was_seen(shared: Shared, tmp_path: Path) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    first = next(seat.readings.all("R1"))
    seat.close()
    hand = Hand(shared, "R1")
    for flags in (replace(first.flags, amends=first.sha256), Flags(amends=first.sha256), Flags(locked=True)):
        draft = replace(hand.draft(1, YES, flags), identity=first.identity)
        events = [hand.event(kind, 1) for kind in (EventKind.AMENDED, EventKind.LOCKED)]
        with shared.client("R1") as client, pytest.raises(psycopg.Error, match=r"locked first|already"):
            hand.append(client, events, draft)
    assert study_verify(shared.path).ok
    assert run(["study", "export", str(shared.path), "--out", str(tmp_path / "out"), "--formats", "csv"]) == 0
    rows = (tmp_path / "out" / "readings.csv").read_text(encoding="utf-8")
    assert rows.count(",unaided,") == 1


def test_a_chain_begins_where_it_has_to_and_goes_on_where_it_ended(besieged: Shared) -> None:
    hand = Hand(besieged, "R1")
    honest = hand.head
    for head in (
        replace(honest, readings_sha256="x"),
        replace(honest, events=5),
        replace(honest, readings=9),
    ):
        hand.head = head
        with besieged.client("R1") as client, pytest.raises(psycopg.Error, match="go on elsewhere"):
            hand.append(client, *hand.locked(1, NO))
    assert besieged.owner.readings.readers() == ()


def test_the_moment_of_the_freeze_is_the_servers(shared: Shared) -> None:
    with shared.client("R1") as client:
        client.execute("SELECT freeze('garbage')")
    frozen = shared.owner.studies.current().frozen_utc
    assert frozen is not None and frozen > START
    goes_on(shared)


def test_the_door_knows_every_kind_of_event() -> None:
    later = (*m0004_questions.NEW_KINDS, *m0005_life.NEW_KINDS, *m0006_asides.NEW_KINDS)
    assert {*KINDS, *later} == {kind.value for kind in EventKind}
