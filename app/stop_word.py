"""How one process asks another one of this program to stop, on every system: by a word on its standard input.

Windows has no signal for it that leaves the other one time to keep what it has: to terminate is to kill.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from subprocess import Popen

_ASKED_BY_WORD = "SCINTIREAD_STOPS_BY_WORD"
_STOP = b"stop\n"


def stoppable() -> Mapping[str, str]:
    """The environment in which a child listens for the word; its standard input is a pipe of its own."""
    return {**os.environ, _ASKED_BY_WORD: "1"}


def ask_to_stop(child: Popen[bytes]) -> None:
    """Send the word on the child's unbuffered standard input, unless it has ended."""
    if child.poll() is None and child.stdin is not None:
        try:
            child.stdin.write(_STOP)
        except OSError:
            return  # it ends at this moment


def listen_for_stop() -> None:
    """In a child that is stopped so: on the word, do in the main thread what Ctrl+C does there.

    A program started in the background may have been told to ignore Ctrl+C, which its children inherit.
    """
    if os.environ.get(_ASKED_BY_WORD):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=_listen, name="stop-word", daemon=True).start()


def _listen() -> None:
    import _thread

    said = b""
    try:
        while piece := os.read(0, 64):  # not `sys.stdin`, whose lock would hold up the end of the program
            said += piece
            if _STOP in said:
                _thread.interrupt_main()
                return
    except OSError:
        return  # the pipe is gone with whoever held it
