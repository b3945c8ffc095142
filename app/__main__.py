"""`scintiread` and `python -m app`: no arguments, or scans, open the window; else a command."""

from __future__ import annotations

import sys

_NO_DISPLAY = (
    "scintiread: there is no display to open the window on. Start it from a desktop session, or use a"
    " command: `scintiread demo --headless` reads a study without one, `scintiread --help` lists the others."
)


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns the exit status (0 fine, 1 something blocks, 2 bad input, 130 by Ctrl+C)."""
    try:
        from app.interrupts import hear_once

        if arguments is None:
            hear_once()
        return _main(arguments)
    except KeyboardInterrupt:  # before a command has begun
        from app.interrupts import STOPPED, STOPPED_SAID

        print(STOPPED_SAID, file=sys.stderr)
        return STOPPED


def _main(arguments: list[str] | None) -> int:
    import io
    import multiprocessing

    multiprocessing.freeze_support()
    _speak_utf8()
    if sys.stderr is not None:
        return _run(arguments)
    # started by Windows from a menu, or to open a file: there is no console that could say what is wrong
    sys.stdout = sys.stderr = said = io.StringIO()
    status = _run(arguments)
    if status and said.getvalue().strip():
        from app.gui.unheard import show_unheard

        show_unheard(said.getvalue().strip())
    return status


def _run(arguments: list[str] | None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    from app.unfinished import sweep
    from app.window_request import WindowRequest

    sweep()
    if arguments:
        from app import cli

        outcome = cli.run(arguments)
        if not isinstance(outcome, WindowRequest):
            return outcome
    else:
        outcome = WindowRequest()
    if not _display_there():
        print(_NO_DISPLAY, file=sys.stderr)
        return 2
    from app.gui.application import open_window

    return open_window(outcome)


def _speak_utf8() -> None:
    """Whatever the system's own code page is, which lacks most signs where the output goes into a pipe."""
    import io

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _display_there() -> bool:
    """Whether Qt can be asked for a window: without a display on Linux it would abort the program."""
    import os

    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
