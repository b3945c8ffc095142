"""What nobody foresaw: written into the log, told in one sentence, and kept from taking other scans along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app import __version__, paths
from app.errors import AppError
from app.progress import Cancelled
from app.redaction import describe


def reported(said: str, error: BaseException) -> str:
    """The sentence with what to do about it, the details of the fault being in the log, or else behind it."""
    log = paths.user_logs() / "scintiread.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} ScintiRead {__version__}\n{describe(error)}\n")
    except OSError:
        return f"{said}\n{describe(error)}"
    return f"{said} Please report it with the last lines of {log}."


@contextmanager
def one_of_many(name: str) -> Iterator[None]:
    """Work on one scan of several: whatever it provokes becomes an AppError that names it.

    So the caller leaves this one out and the others go on. Only Cancelled, which is meant for all, passes.
    """
    try:
        yield
    except (AppError, Cancelled):
        raise
    except Exception as error:  # a fault on one scan is no reason to lose the others
        said = f"{name}: a fault of the program ({type(error).__name__})."
        raise AppError(reported(said, error)) from error
