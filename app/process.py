"""Whether a process of this computer that left its name somewhere is still the same and alive."""

from __future__ import annotations

import platform
from pathlib import Path

_PROC, _BOOT = Path("/proc"), Path("/proc/sys/kernel/random/boot_id")
_START = 19
"""Which word behind the name in /proc/PID/stat tells the ticks from the boot to the start."""


def birth(pid: int) -> str:
    """When a process began, in words that only it has; "" where nobody can tell.

    Linux: by the ticks since the boot, since the time of day may be set while it runs.
    """
    import psutil

    try:
        if platform.system() == "Linux":
            said = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            return f"{_BOOT.read_text('utf-8').strip()} {said[_START]}"
        return f"{psutil.Process(pid).create_time():.3f}"
    except (OSError, IndexError, psutil.Error):
        return ""


def alive(pid: int, born: str = "") -> bool:
    """Whether the process runs, and is the one that was born then, where that is known.

    A number is given again to another process after an end; one that has ended but is still held by somebody
    (a zombie, or an open handle on Windows) does not run.
    """
    import psutil

    if not psutil.pid_exists(pid):
        return False
    try:
        if psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return False
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True  # somebody else's, and not to be looked at
    now = birth(pid)
    return not born or not now or now == born
