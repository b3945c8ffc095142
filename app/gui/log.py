"""What went wrong, kept for the user and for a file, without paths, file names or anything out of a scan."""

from __future__ import annotations

import logging
import platform
import sys
from collections import deque
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from app import __version__
from app.files import refusal
from app.redaction import describe, without_names

_KEPT_LINES = 2_000
_FILE_BYTES = 1_000_000


class _Formatter(logging.Formatter):
    """Lines with the message redacted and the traceback reduced to source files and code."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = without_names(record.message)
        return super().formatMessage(record)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return describe(ei[1]) if ei[1] is not None else ""


class LogMemory(logging.Handler):
    """The latest lines, for the log sheet; `heard` is called for every new one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_Formatter())
        self.lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self.heard: Callable[[], None] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        if self.heard is not None:
            self.heard()

    def details(self) -> str:
        """What to send along when reporting a fault: version, system and the latest lines."""
        from PySide6 import __version__ as qt_version

        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        python = f"Python {sys.version.split()[0]}, PySide6 {qt_version}"
        return "\n".join([f"ScintiRead {__version__}, {python}, {system}", *self.lines])


def start_logging(folder: Path) -> tuple[LogMemory, str]:
    """Collect what the program says of itself; returns the memory, and why there is no file, if so."""
    logger = logging.getLogger("app")
    stop_logging()
    logger.setLevel(logging.INFO)
    logger.propagate = False
    memory = LogMemory()
    logger.addHandler(memory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(
            folder / "scintiread.log", maxBytes=_FILE_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError as error:
        return memory, f"The log cannot be written: {refusal(error)}."
    file.setFormatter(_Formatter())
    logger.addHandler(file)
    return memory, ""


def stop_logging() -> None:
    """Close the log file and forget the memory."""
    logger = logging.getLogger("app")
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = True
