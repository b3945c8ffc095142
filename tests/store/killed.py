"""A process that is killed at a moment of somebody's choice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable


def killed_life(work: Callable[[int], None], seconds: float, *, begun: bool = True) -> list[str]:
    """Fork a process that does `work` with a pipe to write to, kill it, and give the lines that it had said.

    It is killed so long after its first line, or after the fork where it need not have `begun`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        lines = [said.readline()] if begun else []
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [*lines, *said.readlines()]
