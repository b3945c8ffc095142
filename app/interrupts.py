"""Ctrl+C goes to every process of a terminal at once: the one started there hears it, its children do not.

They would break off where they stand, say so each for itself, and leave the first one without an answer.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 130
"""The exit status of a program that was stopped by Ctrl+C, or asked to stop as if by it."""
STOPPED_SAID = "scintiread: stopped; what was finished is kept."


def hear_once() -> None:
    """From now on the first Ctrl+C stops the program in order, and no other one disturbs it at that.

    For the main thread. A program that was started in the background, deaf to Ctrl+C, stays so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def postponed() -> Iterator[None]:
    """Ctrl+C that is pressed in this block arrives when it ends, as that of a wait for another thread has to.

    Python 3.11 takes a thread for ended when the wait for it is interrupted, and may then itself never end.
    """
    heard = False

    def hear(_number: int, _frame: FrameType | None) -> None:
        nonlocal heard
        heard = True

    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread is ever interrupted
        return
    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes that are started in this block never hear Ctrl+C: they are born so.

    What is pressed meanwhile arrives afterwards; on Windows it is lost, so that the block should be short.
    """
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32")
        kernel.SetConsoleCtrlHandler(None, True)  # children inherit this, says its documentation
        try:
            yield
        finally:
            kernel.SetConsoleCtrlHandler(None, False)
    else:
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # begun with the first child, it would let the signal through
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
