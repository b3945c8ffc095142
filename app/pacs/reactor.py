"""Holds the library's own reader of messages back while this program reads the answers itself.

pynetdicom pauses that reader for each question, but asks whether it is paused in a moment in which it may
just be going on; it then takes the answer away, and the question ends in a time-out or in silence. Seen
once in some hundred questions with a PACS that answers within a millisecond.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pynetdicom.association import Association

_LOOK_S = 0.05


class _Gate(threading.Event):
    """Stays shut, whatever the library sets and clears, until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.somebody_waits = threading.Event()
        self._opened = False

    def set(self) -> None:
        if self._opened:
            super().set()

    def clear(self) -> None:
        if self._opened:
            super().clear()

    def wait(self, timeout: float | None = None) -> bool:
        if not self._opened:
            self.somebody_waits.set()
        return super().wait(timeout)

    def open(self) -> None:
        """Let everybody pass from now on."""
        self._opened = True
        super().set()


@contextmanager
def reading_ourselves(assoc: Association) -> Iterator[None]:
    """For the time of the block, only this program reads what comes on the connection."""
    gate = _Gate()
    assoc._reactor_checkpoint = gate
    while assoc.is_alive() and not gate.somebody_waits.wait(_LOOK_S):
        pass
    try:
        yield
    finally:
        gate.open()
