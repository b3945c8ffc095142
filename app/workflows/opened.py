"""What the window shows of files that somebody names, or opens with the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.bundles.manifest import SUFFIX
from app.errors import AppError
from app.window_request import WindowRequest


def window_on(names: Sequence[str]) -> WindowRequest:
    """The window on scans, on one study or on one bundle; raises AppError for what is not there."""
    named = [Path(name) for name in names]
    for path in named:
        if not path.exists():
            raise AppError(
                f"{path} is neither a command nor a file or folder that exists.", "Try: scintiread --help"
            )
    if len(named) == 1 and named[0].suffix.lower() == SUFFIX:
        return WindowRequest(page="reading", bundle=named[0].absolute())
    if len(named) == 1 and (named[0] / "protocol.toml").is_file():
        return WindowRequest(page="reading", study=named[0].absolute())
    return WindowRequest(paths=tuple(named))
