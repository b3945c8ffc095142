"""The colours a film can be shown in: grey, and the four standard palettes of DICOM PS3.6 annex A."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

GREY = "grey"
_FILES = {
    "hot iron": "hotiron",
    "PET": "pet",
    "hot metal blue": "hotmetalblue",
    "PET 20 step": "pet20step",
}
PALETTES = (GREY, *_FILES)
"""Names as they stand in selectors and records."""


@cache
def palette(name: str) -> NDArray[np.uint8]:
    """The colours of a palette, from no uptake to most; uint8 (256, 3) red, green, blue, read-only.

    Grey runs from black to white; the others are pydicom's copies of the well-known palettes
    1.2.840.10008.1.5.1 to .4 (DICOM PS3.6 table B.1).

    Raises KeyError for a name that is not in `PALETTES`.
    """
    if name == GREY:
        colours = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    else:
        colours = _read(_FILES[name])
    colours.setflags(write=False)
    return colours


def _read(stem: str) -> NDArray[np.uint8]:
    from importlib import resources

    from pydicom import dcmread

    with resources.as_file(resources.files("pydicom") / "data" / "palettes" / f"{stem}.dcm") as path:
        dataset = dcmread(path, force=True)
    channels = []
    for colour in ("Red", "Green", "Blue"):
        entries, _first, bits = dataset[f"{colour}PaletteColorLookupTableDescriptor"].value
        data = dataset[f"{colour}PaletteColorLookupTableData"].value
        if bits == 8:
            channels.append(np.frombuffer(data, np.uint8)[:entries])
        else:
            channels.append((np.frombuffer(data, "<u2")[:entries] >> 8).astype(np.uint8))
    return np.stack(channels, axis=1)
