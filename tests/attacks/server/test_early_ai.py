"""A reader with a database client wants what the AI says before the own answer, and to leave no trace."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from app.store.server.passwords import VARIABLE
from app.study.events import EventKind
from app.study.protocol import Mode
from app.workflows.study.verify import study_verify
from tests.attacks.server.conftest import Serve
from tests.attacks.server.hand import Client, Hand
from tests.postgres_server import Server
from tests.store.server.shared_study import Shared, read_one, share
from tests.study.helpers import NO, protocol

AI = "SELECT case_code FROM ai_results ORDER BY 1"


def one_transaction(shared: Shared) -> Client:
    client = shared.client("R1")
    client.autocommit = False
    return client


@pytest.mark.parametrize("savepoint", [False, True], ids=["transaction", "savepoint"])
def test_a_locked_answer_that_is_rolled_back_reveals_nothing(shared: Shared, savepoint: bool) -> None:
    hand = Hand(shared, "R1")
    with one_transaction(shared) as client:
        if savepoint:
            client.execute("SAVEPOINT before")
        hand.append(client, *hand.locked(1, NO))
        with psycopg.connect(shared.url.replace("+psycopg", ""), autocommit=True) as other:
            for _ in range(20):  # later transactions that end meanwhile
                other.execute("SELECT pg_current_xact_id()")
        assert client.execute("SELECT count(*) FROM readings").fetchall() == [(1,)]
        assert client.execute(AI).fetchall() == []
        client.rollback()
    assert study_verify(shared.path).ok
    assert shared.owner.readings.readers() == ()


def test_on_a_server_that_counted_its_transactions_round_nothing_more_is_revealed(tmp_path: Path) -> None:
    """A row tells 32 bits of its transaction's number."""
    server = Server()
    try:
        server.age(3)
        with pytest.MonkeyPatch.context() as computer:
            computer.setenv(VARIABLE, "owner")
            shared = share(tmp_path, server.make("old"))
        hand = Hand(shared, "R1")
        with one_transaction(shared) as client:
            client.execute("SAVEPOINT before")
            hand.append(client, *hand.locked(1, NO))
            assert client.execute(AI).fetchall() == []
            client.commit()
            assert len(client.execute(AI).fetchall()) == 1
        shared.owner.close()
    finally:
        server.stop()


def test_a_case_displayed_beside_the_ai_that_is_rolled_back_reveals_nothing(serve: Serve) -> None:
    shared = serve(protocol(mode=Mode.CONCURRENT, readers=("R1", "R2")))
    hand = Hand(shared, "R1")
    with one_transaction(shared) as client:
        hand.append(client, hand.opened(1))
        assert client.execute(AI).fetchall() == []
        client.rollback()
    hand = Hand(shared, "R1")
    with shared.client("R1") as client:
        hand.append(client, hand.opened(1))
        assert client.execute(AI).fetchall() == [(shared.owner.studies.plan("R1")[0].case,)]


def test_an_answer_that_stays_reveals_its_own_case_alone(shared: Shared) -> None:
    seat = shared.seat("R1")
    case = read_one(seat, "R1")
    seat.close()
    with one_transaction(shared) as client:
        assert client.execute(AI).fetchall() == [(case,)]
        assert client.execute("SELECT committed('3'::xid)").fetchall() == [(True,)]


def test_nobody_opens_a_case_before_its_turn_to_see_what_the_ai_says(serve: Serve) -> None:
    shared = serve(protocol(mode=Mode.CONCURRENT, readers=("R1", "R2")))
    hand = Hand(shared, "R1")
    with shared.client("R1") as client:
        with pytest.raises(psycopg.Error, match="place 1 of the list comes before place 2"):
            hand.append(client, hand.opened(2))
        with pytest.raises(psycopg.Error, match="place 1 of the list was not opened"):
            hand.append(client, [hand.event(EventKind.DISPLAYED, 1)])
        assert client.execute(AI).fetchall() == []
