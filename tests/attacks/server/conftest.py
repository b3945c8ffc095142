"""A real server to attack, and a study on it that is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.study.protocol import Protocol
from tests.store.server.conftest import new_database, owners_password, server
from tests.store.server.shared_study import RULES, Shared, share

__all__ = ["new_database", "owners_password", "server"]

Serve = Callable[..., Shared]


@pytest.fixture
def serve(tmp_path: Path, new_database: Callable[[str], str]) -> Iterator[Serve]:
    """Makes a study on the server: `serve(rules, count)`."""
    made: list[Shared] = []

    def make(rules: Protocol = RULES, count: int = 3) -> Shared:
        made.append(share(tmp_path / uuid4().hex, new_database(f"a{uuid4().hex}"), rules, count))
        return made[-1]

    yield make
    for each in made:
        each.owner.close()


@pytest.fixture
def shared(serve: Serve) -> Shared:
    """A sequential study of two readers and three cases."""
    return serve()
