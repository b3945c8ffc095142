"""Runs native decoders in a process of their own, so that a crash or a hang costs one file, not the program.

Fuzzed files make some of the C and C++ decoders abort or spin. The process is started on first use, kept
for the next file and ends by itself when idle; each call costs a copy through a pipe.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

from app.interrupts import deaf_children

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS = 60.0
MEMORY_BYTES = 4 * 2**30


class IsolatedFailure(Exception):  # noqa: N818  (callers turn it into their own AppError)
    """The function raised, crashed, or took too long; the message says which, without any file content."""


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the window's threads and locks
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True, name="decoder")
        with deaf_children():
            self.process.start()
        theirs.close()

    def close(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


_lock = threading.Lock()
_worker: _Worker | None = None


def run_isolated(seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a module-level function in the decoder process and give its result.

    Raises IsolatedFailure when it raises, ends its process or needs more than `seconds`.
    """
    global _worker
    with _lock:
        for fresh in (False, True):
            if _worker is None:
                _worker, fresh = _Worker(), True
            try:
                _worker.pipe.send((function, args, kwargs))
                if not _worker.pipe.poll(seconds):
                    _drop()
                    raise IsolatedFailure(f"the decoder took longer than {seconds:.0f} s")
                done, result = _worker.pipe.recv()
                break
            except (EOFError, OSError):
                _drop()
                if fresh:  # not an old process that had gone idle: this very input ends it
                    raise IsolatedFailure("the decoder crashed") from None
    if not done:
        raise IsolatedFailure(result)
    return result  # type: ignore[no-any-return]  # what the pipe carries has no type


def _drop() -> None:
    global _worker
    if _worker is not None:
        _worker.close()
        _worker = None


def _serve(pipe: Connection) -> None:
    """The child: answer calls until the pipe closes or nothing has come for a while."""
    _silence()
    while pipe.poll(IDLE_SECONDS):
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        try:
            answer = (True, function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  whatever it was, the parent is told its kind
            answer = (False, f"the decoder failed with {type(error).__name__}")
        pipe.send(answer)


def _silence() -> None:
    """Keep native complaints off the terminal, and the memory of a bad file bounded."""
    import os

    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(sink, stream)
    if sys.platform == "win32":
        from app.scan.windows_job import bound_memory

        bound_memory(MEMORY_BYTES)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
