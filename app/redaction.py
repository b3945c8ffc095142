"""What went wrong as text for a log: without paths, file names or anything out of a scan."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

_QUOTED = re.compile(r"""(?<![\w'"])'[^'\n]*'|"[^"\n]*\"""")
_OURS = re.compile(r"""['"]app(\.\w+)+['"]""")
_PATH = re.compile(r"(?<![\w.)])(?:[A-Za-z]:)?[\\/][^\n]*")
_FILE = re.compile(
    r"[^\n:]*\.(?:dcm|ima|dicom|tiff?|png|jpe?g|nii|csv|xlsx|toml|db|json|txt|zip)\b", re.IGNORECASE
)


def without_names(text: str) -> str:
    """The text without what stands in quotes, without paths and without file names.

    A file name may be a patient's name and may hold spaces, so everything that could belong to one goes:
    better a vague line than a name. Tracebacks keep the program's own source files.
    """
    quoted = _QUOTED.sub(lambda found: found.group() if _OURS.fullmatch(found.group()) else "'…'", text)
    return _FILE.sub("…", _PATH.sub("…", quoted))


def _message(error: BaseException) -> str:
    """What an exception says; the name of a missing module is the program's own affair."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"no module {error.name}"
    return without_names(str(error))


def describe(error: BaseException) -> str:
    """An exception and its causes as text: source files by name, code lines, redacted messages."""
    lines: list[str] = []
    shown: BaseException | None = error
    while shown is not None:
        frames = traceback.extract_tb(shown.__traceback__)
        lines += [f"  {Path(f.filename).name}:{f.lineno} in {f.name}: {f.line or ''}" for f in frames]
        lines.append(f"{type(shown).__name__}: {_message(shown)}")
        following = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
        if following is not None:
            lines.append("came from")
        shown = following
    return "\n".join(lines)
