"""A shared study on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.store.server.passwords import VARIABLE
from tests.postgres_server import WHY_NOT, Server, available


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of its own."""
    pytest.importorskip("psycopg")
    if not available():
        pytest.skip(WHY_NOT)
    running = Server()
    yield running
    running.stop()


@pytest.fixture(autouse=True, scope="module")
def owners_password() -> Iterator[None]:
    """What the coordinator's computer knows: no URL in a study's folder tells it."""
    with pytest.MonkeyPatch.context() as computer:
        computer.setenv(VARIABLE, "owner")
        yield


@pytest.fixture
def new_database(server: Server) -> Callable[[str], str]:
    """Makes an empty database of that name; gives its URL."""
    return server.make
