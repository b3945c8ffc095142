"""How long a busy machine may take for what a test waits for; a test that passes waits no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 120.0


def until(happened: Callable[[], bool], what: str = "this", every: float = 0.1) -> None:
    """Look again and again until it is true; AssertionError when it never is."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(every)
