"""One driver under everything that works on many scans: order, executors, what fails, who stops it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from app.each_scan import LeftOut, each_scan, processes
from app.errors import AppError
from app.progress import Cancelled, NoProgress

NUMBERS = [16.0, -4.0, 9.0, 0.0, 25.0]


class Elsewhere(Executor):
    """An executor that somebody else wrote, as a cluster's is; it keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append(args[-1])
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except AppError as error:
            future.set_exception(error)
        return future


class After(NoProgress):
    """Stops after some scans."""

    def __init__(self, scans: int) -> None:
        self.said: list[str] = []
        self._scans = scans

    def report(self, fraction: float, message: str) -> None:
        self.said.append(message)

    @property
    def cancelled(self) -> bool:  # type: ignore[override]
        return len(self.said) >= self._scans


@dataclass(frozen=True)
class Case:
    case: str


def ended(number: float) -> float:
    os._exit(int(number))


def test_the_roots_come_in_order_and_what_has_none_is_left_out_wherever_the_work_is_done() -> None:
    with processes(1) as here, processes(2) as others, ThreadPoolExecutor(2) as threads:
        assert here is None
        for executor in (here, others, threads, Elsewhere()):
            left_out: list[LeftOut[float]] = []
            made = each_scan(NUMBERS, math.sqrt, NoProgress(), left_out, executor=executor, ahead=2)
            assert list(made) == [(16.0, 4.0), (9.0, 3.0), (0.0, 0.0), (25.0, 5.0)]
            assert [one.item for one in left_out] == [-4.0]
            assert "-4.0: a fault of the program (ValueError)" in left_out[0].error.message


def test_no_more_is_handed_out_than_was_asked_for() -> None:
    elsewhere = Elsewhere()
    made = each_scan([1.0, 4.0, 9.0, 16.0, 25.0], math.sqrt, NoProgress(), executor=elsewhere, ahead=2)
    assert next(made) == (1.0, 1.0)
    assert elsewhere.given == [1.0, 4.0]
    assert next(made) == (4.0, 2.0)
    assert elsewhere.given == [1.0, 4.0, 9.0]


def test_a_scan_is_called_by_its_case_and_ends_the_work_where_nothing_may_be_left_out() -> None:
    def fail(one: Case) -> None:
        raise IndexError(one.case)

    with pytest.raises(AppError, match="P01: a fault of the program"):
        list(each_scan([Case("P01")], fail, NoProgress()))


def test_who_stops_is_heard_before_the_next_scan() -> None:
    user = After(2)
    made = each_scan([1.0, 4.0, 9.0], math.sqrt, user, what="Root", of=" of three")
    assert [next(made), next(made)] == [(1.0, 1.0), (4.0, 2.0)]
    with pytest.raises(Cancelled):
        next(made)
    assert user.said == ["Root 1 of 3 of three", "Root 2 of 3 of three"]


def test_a_process_that_is_ended_from_outside_is_told_in_a_sentence() -> None:
    with pytest.raises(AppError, match="ended from outside"), processes(2) as executor:
        list(each_scan([1.0], ended, NoProgress(), executor=executor))
