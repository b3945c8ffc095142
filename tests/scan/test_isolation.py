"""Work in the decoder process: results come back, failures and crashes stay there, hangs end."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest

from app.scan import isolation
from app.scan.isolation import IsolatedFailure, run_isolated
from tests.patience import PATIENCE_S


def doubled(values: np.ndarray) -> np.ndarray:
    return 2 * values


def failing() -> None:
    raise ValueError("Somebody^Secret")


def crashing() -> None:
    os.abort()


def hanging() -> None:
    time.sleep(2 * PATIENCE_S)


def identity() -> int:
    return os.getpid()


def test_results_come_back_from_another_process() -> None:
    values = np.arange(300_000)
    assert np.array_equal(run_isolated(PATIENCE_S, doubled, values), 2 * values)
    assert run_isolated(PATIENCE_S, identity) != os.getpid()


def test_the_process_is_kept_for_the_next_call() -> None:
    assert run_isolated(PATIENCE_S, identity) == run_isolated(PATIENCE_S, identity)


def test_an_exception_is_told_by_kind_without_its_text() -> None:
    with pytest.raises(IsolatedFailure, match="ValueError") as caught:
        run_isolated(PATIENCE_S, failing)
    assert "Secret" not in str(caught.value)


def test_a_crash_costs_one_call() -> None:
    with pytest.raises(IsolatedFailure, match="crashed"):
        run_isolated(PATIENCE_S, crashing)
    assert run_isolated(PATIENCE_S, identity) != os.getpid()


def test_a_hang_ends_at_its_limit() -> None:
    with pytest.raises(IsolatedFailure, match="took longer"):
        run_isolated(0.2, hanging)
    assert run_isolated(PATIENCE_S, identity) != os.getpid()


def test_a_process_that_has_ended_meanwhile_is_started_anew() -> None:
    first = run_isolated(PATIENCE_S, identity)
    assert isolation._worker is not None
    os.kill(first, signal.SIGTERM)
    isolation._worker.process.join()
    assert run_isolated(PATIENCE_S, identity) != first
