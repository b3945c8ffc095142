"""How long work tells how far it is, and learns that nobody wants it any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Cancelled(Exception):  # noqa: N818  (not an error: somebody asked for it)
    """The user cancelled the work; what was finished stays finished."""


class Progress(Protocol):
    """Receives the progress of one piece of work."""

    def report(self, fraction: float, message: str) -> None:
        """Say how far the work is: `fraction` 0-1 and what is being done."""

    @property
    def cancelled(self) -> bool:
        """Whether the user asked to stop."""


class NoProgress:
    """Listens to nothing and never cancels."""

    cancelled = False

    def report(self, fraction: float, message: str) -> None:
        """Ignore the report."""


class Part:
    """One stretch of a longer piece of work, from `start` to `end` of the whole, both 0-1."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole = whole
        self._start = start
        self._length = end - start

    @property
    def cancelled(self) -> bool:
        """Whether the whole was cancelled."""
        return self._whole.cancelled

    def report(self, fraction: float, message: str) -> None:
        """Say how far this stretch is."""
        self._whole.report(self._start + self._length * fraction, message)


def one_by_one(items: Collection[Item], progress: Progress, what: str, of: str = "") -> Iterator[Item]:
    """The items, each told before it comes: `what` 1 of 3; raises Cancelled when asked to stop."""
    for place, item in enumerate(items):
        check_cancelled(progress)
        progress.report(place / len(items), f"{what} {place + 1} of {len(items)}{of}")
        yield item


def check_cancelled(progress: Progress) -> None:
    """Raise `Cancelled` when the user asked to stop."""
    if progress.cancelled:
        raise Cancelled
