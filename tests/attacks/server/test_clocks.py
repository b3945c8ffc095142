"""A reader's clock is set ahead to skip the washout: on a server its own clock counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.study.clock import SimulatedClock
from app.study.protocol import Mode
from tests.attacks.server.conftest import Serve
from tests.attacks.server.hand import Hand
from tests.store.server.shared_study import Shared
from tests.store.studies import sit
from tests.study.helpers import DISPLAY, YES, protocol

RULES = protocol(mode=Mode.CROSSOVER, readers=("R1",), washout_days=28.0)


def visit(shared: Shared, now: datetime) -> int:
    """Read all that may be read at this moment of the reader's clock; how many cases that were."""
    seat = shared.seat("R1")
    session, count = sit(seat, SimulatedClock(now), "R1"), 0
    while session.open_next() is not None:
        session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
        session.submit(YES, DISPLAY)
        count += 1
    session.close()
    seat.close()
    return count


def test_a_clock_set_ahead_opens_no_second_visit(serve: Serve) -> None:
    shared = serve(RULES)
    today = datetime.now(UTC)
    assert visit(shared, today) == 3
    assert visit(shared, today + timedelta(days=29)) == 0
    hand = Hand(shared, "R1")
    with shared.client("R1") as client, pytest.raises(psycopg.Error, match="the washout before visit 2"):
        hand.append(client, hand.opened(4, today + timedelta(days=29)))


def test_a_clock_set_back_in_the_first_visit_opens_no_second_one(serve: Serve) -> None:
    shared = serve(RULES)
    today = datetime.now(UTC)
    assert visit(shared, today - timedelta(days=40)) == 3
    assert visit(shared, today) == 0


def test_after_the_washout_by_the_servers_clock_the_second_visit_is_read(serve: Serve) -> None:
    shared = serve(RULES)
    today = datetime.now(UTC)
    assert visit(shared, today) == 3
    with psycopg.connect(shared.url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("UPDATE arrivals SET utc = replace(utc, left(utc, 4), '2020')")
    assert visit(shared, today) == 3
