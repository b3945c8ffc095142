"""Words and codes by which files name the side of a view."""

from __future__ import annotations

import re

from app.scan.scan import ViewName

VIEW_CODES = {
    "399321004": ViewName.ANTERIOR,
    "G-5215": ViewName.ANTERIOR,
    "G-5200": ViewName.ANTERIOR,
    "399001007": ViewName.POSTERIOR,
    "G-5216": ViewName.POSTERIOR,
    "G-5201": ViewName.POSTERIOR,
}
"""DICOM PS3.16 CID 26: SNOMED CT, and the SRT codes before it; G-5200 and G-5201 are retired."""

_ANTERIOR = re.compile(r"(?<![A-Z])(ANT|ANTERIOR|AP)(?![A-Z])", re.IGNORECASE)
_POSTERIOR = re.compile(r"(?<![A-Z])(POST|POSTERIOR|PA)(?![A-Z])", re.IGNORECASE)


def named_side(words: str) -> ViewName | None:
    """The side that a text names, None when it names none or both."""
    sides = {
        side
        for side, pattern in ((ViewName.ANTERIOR, _ANTERIOR), (ViewName.POSTERIOR, _POSTERIOR))
        if pattern.search(words)
    }
    return sides.pop() if len(sides) == 1 else None


def ge_suffix(name: str) -> ViewName | None:
    """The side by GE's data set suffix: `_E` is anterior, `_F` posterior."""
    return {"_E": ViewName.ANTERIOR, "_F": ViewName.POSTERIOR}.get(name.strip().upper()[-2:])


def without_side(stem: str) -> str:
    """A file's stem without the word that names its side, so that both files of a pair agree."""
    bare = _POSTERIOR.sub("", _ANTERIOR.sub("", stem))
    return re.sub(r"([\W_])[\W_]+", r"\1", bare).strip(" _-.") if bare != stem else stem
