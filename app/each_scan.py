"""The same work on each of many scans: in their order, here or by an executor, what fails left out and told.

::

    left_out: list[LeftOut[ScanRow]] = []
    with processes(workers) as executor:
        for row, burden in each_scan(rows, quantified, progress, left_out, executor=executor):
            ...

Any `concurrent.futures.Executor` will do: the processes or threads of this machine, or those of a cluster,
such as `distributed.Client.get_executor()`. What goes to another process has to be picklable.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import AppError
from app.faults import one_of_many
from app.interrupts import deaf_children, postponed
from app.progress import Progress, one_by_one

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 4
"""Scans that are under way per worker: memory does not grow with the cohort."""


@dataclass(frozen=True)
class LeftOut(Generic[Item]):
    """What could not be worked on, and why."""

    item: Item
    error: AppError


def each_scan(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    progress: Progress,
    left_out: list[LeftOut[Item]] | None = None,
    *,
    executor: Executor | None = None,
    ahead: int = AHEAD,
    what: str = "Scan",
    of: str = "",
) -> Iterator[tuple[Item, Result]]:
    """Each item that could be worked on with its result, in their order; the others are added to `left_out`.

    With an `executor` at most `ahead` items are under way. An item is called by its `case` where it has one;
    progress says `what` it is, and `of` which whole. Raises Cancelled when asked to stop, and AppError when
    an item fails and there is no `left_out`, or the executor broke.
    """
    waiting: deque[Future[Result]] = deque()
    todo = iter(items)
    try:
        for item in one_by_one(items, progress, what, of):
            while executor is not None and len(waiting) < ahead and (later := next(todo, None)) is not None:
                waiting.append(executor.submit(_guarded, work, later))
            try:
                result = waiting.popleft().result() if waiting else _guarded(work, item)
            except AppError as error:
                if left_out is None:
                    raise
                left_out.append(LeftOut(item, error))
                continue
            except BrokenExecutor as error:
                raise AppError(
                    "A worker was ended from outside, perhaps for lack of memory.",
                    "Run the same again with fewer workers.",
                ) from error
            yield item, result
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """So many processes of this machine; None for one: then the work is done in this one."""
    if workers <= 1:
        yield None
        return
    context = multiprocessing.get_context("spawn")  # forking a process with threads or a window is not safe
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_serve_its_parent)
    try:
        with deaf_children():
            for _ in range(workers):  # each finds the others busy with their own start, and starts one more
                pool.submit(int)
        yield pool
    finally:
        with postponed():
            pool.shutdown(wait=True, cancel_futures=True)


def _guarded(work: Callable[[Item], Result], item: Item) -> Result:
    with one_of_many(str(getattr(item, "case", item))):
        return work(item)


def _serve_its_parent() -> None:
    """Leave Ctrl+C to it, also in a worker that is started later; and end with it, should it be killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
