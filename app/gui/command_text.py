"""A command as it is typed."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence


def as_typed(arguments: Sequence[str], windows: bool = os.name == "nt") -> str:
    """The arguments as one line that can be pasted into a shell."""
    return subprocess.list2cmdline(arguments) if windows else shlex.join(arguments)
