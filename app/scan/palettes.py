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
DIFFERENCE = "difference"
"""Blue below the middle, white there, red above: for signed maps, never for counts."""
_BLUE, _RED = (5, 48, 97), (103, 0, 31)


@cache
def palette(name: str) -> NDArray[np.uint8]:
    """The colours of a palette, from no uptake to most; uint8 (256, 3) red, green, blue, read-only.

    Grey runs from black to white; the others are pydicom's copies of the well-known palettes
    1.2.840.10008.1.5.1 to .4 (DICOM PS3.6 table B.1).

    Raises KeyError for a name that is not in `PALETTES` and not `DIFFERENCE`.
    """
    if name == GREY:
        colours = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    elif name == DIFFERENCE:
        colours = _diverging()
    else:
        colours = _read(_FILES[name])
    colours.setflags(write=False)
    return colours


def _diverging() -> NDArray[np.uint8]:
    """From blue over white to red, as the difference map of figures; uint8 (256, 3)."""
    stops = np.array(
        [_BLUE, (33, 102, 172), (146, 197, 222), (247, 247, 247), (244, 165, 130), (178, 24, 43), _RED]
    )
    places = np.array([0, 26, 77, 127.5, 178, 229, 255])
    shades = [np.interp(np.arange(256), places, stops[:, channel]) for channel in range(3)]
    return np.asarray(np.rint(np.stack(shades, axis=1)), np.uint8)


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
