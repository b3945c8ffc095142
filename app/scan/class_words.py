"""Folders that name the class of the scans in them: an answer that no reader may see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_ILL = re.compile(
    r"metasta|malign|tumou?r|krebs|(?<![a-z])(?:mets?|pos|positive?|abnormal|cancer|disease|ill|krank)(?![a-z])"
    r"|转移|轉移|転移|阳性|陽性|异常|異常",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"(?<![a-z])(?:no|non|not|without|ohne|keine?|free)[\s_-]*(?:of[\s_-]*)?(?:bone[\s_-]*)?(?:metasta|malign|tumou?r)"
    r"|(?<![a-z])(?:normale?s?|neg|negative?|benign|healthy|controls?|gesund|unauffällig)(?![a-z])"
    r"|无转移|無轉移|正常|阴性|陰性|良性",
    re.IGNORECASE,
)


def named_class(folder: str) -> bool | None:
    """Whether a folder's name says that its scans show metastases; None when it says nothing of it."""
    if _WELL.search(folder):
        return False
    return True if _ILL.search(folder) else None


def class_by_folder(folders: Sequence[str]) -> bool | None:
    """The class by the nearest of these folders that names one, from the outermost to the innermost."""
    return next((said for each in reversed(folders) if (said := named_class(each)) is not None), None)


def telling_nothing(stem: str, folders: Sequence[str]) -> str:
    """A code for a file in a class folder: its stem with four signs of the place, the same everywhere."""
    return f"{stem}-{hashlib.sha256('/'.join((*folders, stem)).encode()).hexdigest()[:4]}"
