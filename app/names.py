"""Which names of scans and persons can be names of files on every system, and be read as they are written."""

from __future__ import annotations

import re
import unicodedata

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE | re.DOTALL)
"""Windows opens a device instead of a file of such a name, whatever its ending (Win32, "Naming Files")."""
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that turn the order of letters on the screen around, or show nothing at all."""
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def unusable(name: str) -> str:
    """Why a name cannot be a file's everywhere, in words that follow it; "" where it can."""
    if any(sign in _DIRECTIONS or unicodedata.category(sign) in _UNSEEN for sign in name):
        return "has signs in it that cannot be seen"
    if _DEVICES.fullmatch(name.strip()):
        return "is a device on Windows"
    if name != name.rstrip(". "):
        return "ends in a dot or a blank, which Windows leaves out"
    return "" if name else "is empty"


def visible(name: str) -> str:
    """The name with everything shown that cannot be seen, as \\u202e."""
    unseen = {sign for sign in name if sign in _DIRECTIONS or unicodedata.category(sign) in _UNSEEN}
    return "".join(sign.encode("unicode_escape").decode("ascii") if sign in unseen else sign for sign in name)
