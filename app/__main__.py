"""`scintiread` and `python -m app`: no arguments open the window, anything else is a command."""

from __future__ import annotations

import multiprocessing
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns the exit status (0 fine, 1 something blocks, 2 bad input)."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:] if arguments is None else arguments
    from app.workflows.window_request import WindowRequest

    if arguments:
        from app import cli

        outcome = cli.run(arguments)
        if not isinstance(outcome, WindowRequest):
            return outcome
    else:
        outcome = WindowRequest()
    from app.gui.application import open_window

    return open_window(outcome)


if __name__ == "__main__":
    sys.exit(main())
