"""Folders and files that name the class of a scan: an answer that no reader may see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence

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
_WORDS = tuple(re.compile(rf"(?:{each.pattern})[a-zà-ɏ]*", re.IGNORECASE) for each in (_WELL, _ILL))
"""The same to the end of the word: metastatic, not metasta alone."""


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


def without_class(name: str) -> str:
    """A name without the words that tell the class; "" where it has no other."""
    while named_class(name) is not None:
        for words in _WORDS:
            name = words.sub(" ", name)
    return re.sub(r"[\s_.-]+([\s_.-])", r"\1", name).strip(" _.-\t")


def untelling(names: Sequence[str], taken: Collection[str] = ()) -> dict[str, str]:
    """A code for each name, all different and none in `taken`; words that tell the class are left out.

    Such a code ends in four signs of the name, the same everywhere; other names stay as they are.
    """
    codes = {name: name for name in names if named_class(name) is None}
    used = {*taken, *codes.values()}
    for name in names:
        if name in codes:
            continue
        code = unique = telling_nothing(without_class(name) or "case", (name,))
        number = 2
        while unique in used:
            unique, number = f"{code}-{number}", number + 1
        used.add(unique)
        codes[name] = unique
    return {name: codes[name] for name in names}


def untelling_one(name: str) -> str:
    """The code of one name, where no other can be the same."""
    return untelling((name,))[name]
