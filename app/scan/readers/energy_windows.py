"""Which frames of a DICOM object were counted in the photopeak, and not in a window for scatter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.scan.readers.dicom_file import integer, items, numbers, text

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PEAKS_KEV = {
    ("Tc", "Technetium", "99m"): (140.5,),
    ("F", "Fluorine", "18"): (511.0,),
    ("Sm", "Samarium", "153"): (103.2,),
    ("Lu", "Lutetium", "177"): (208.4, 112.9),
    ("Re", "Rhenium", "186"): (137.2,),
    ("Re", "Rhenium", "188"): (155.0,),
    ("I", "Iodine", "123"): (159.0,),
    ("I", "Iodine", "131"): (364.5,),
    ("In", "Indium", "111"): (171.3, 245.4),
    ("Ga", "Gallium", "67"): (93.3, 184.6, 300.2),
    ("Tl", "Thallium", "201"): (70.8, 167.4),
}
"""Energies at which a camera counts a radionuclide (symbol, name, mass), keV, the most used first (ENSDF).

The first is that of bone scans, and is meant where a file tells none."""

_SCATTER = re.compile(r"(?<![A-Z])(SC|SCAT|SCATTER|COMPTON|LOW|LOWER|UPPER|DOWN)(?![A-Z])")
_PEAK = re.compile(r"PEAK|140|(?<![A-Z])TC(?![A-Z])")

Range = tuple[float, float]


def photopeak_frames(dataset: Dataset, count: int, warnings: list[str]) -> list[int]:
    """Indices of the frames whose energy window holds the radionuclide's peak; all `count` of an only window.

    The limits of the windows decide, or else their names, or else their order; `warnings` says which, and
    whether an only window lies beside the peak.
    """
    windows = _windows(dataset, count)
    told = dict(enumerate(items(dataset, "EnergyWindowInformationSequence"), start=1))
    ranges = {window: _ranges(told.get(window)) for window in sorted(set(windows))}
    nuclide, peaks = _peaks(dataset)
    holding = {window: fit for window in ranges if (fit := _fit(ranges[window], peaks)) is not None}
    if len(ranges) == 1:
        (limits,) = ranges.values()
        if limits and not holding:
            warnings.append(
                f"Its energy window, {_words(limits)}, lies beside the peak of {nuclide} at "
                f"{peaks[0]:.0f} keV; it may be an image of scatter."
            )
        return list(range(count))
    if holding:
        chosen = min(holding, key=lambda window: holding[window])
        why = f"{_words(ranges[chosen])}, for the peak of {nuclide} at {peaks[0]:.0f} keV"
    else:
        names = {
            window: text(told[window], "EnergyWindowName") if window in told else "" for window in ranges
        }
        chosen, why = _by_name(names)
    warnings.append(f"{len(ranges)} energy windows; only number {chosen} is used ({why}).")
    return [index for index, window in enumerate(windows) if window == chosen]


def _windows(dataset: Dataset, count: int) -> list[int]:
    """Number of each frame's window from 1, by Energy Window Vector (0054,0010).

    Without it the frames of one window follow one another, as PS3.3 C.8.4.8 orders them.
    """
    windows = [int(value) for value in numbers(dataset, "EnergyWindowVector")]
    if len(windows) != count:
        many = integer(dataset, "NumberOfEnergyWindows", 1)
        each = integer(dataset, "NumberOfDetectors", 0)
        if many < 2 or many * each != count:
            return [1] * count
        windows = [1 + index // each for index in range(count)]
    return [window + 1 for window in windows] if min(windows) == 0 else windows


def _ranges(window: Dataset | None) -> list[Range]:
    """The limits (0054,0014) and (0054,0015) of a window in keV; a window may sum several ranges."""
    found = []
    for item in items(window, "EnergyWindowRangeSequence") if window is not None else []:
        limits = numbers(item, "EnergyWindowLowerLimit") + numbers(item, "EnergyWindowUpperLimit")
        if len(limits) == 2 and 0 <= limits[0] < limits[1]:
            found.append((limits[0], limits[1]))
    return found


def _fit(ranges: list[Range], peaks: tuple[float, ...]) -> tuple[float, float] | None:
    """How far a peak lies from the middle of the range that holds it, and the range's width, both in keV."""
    fits = [
        (abs((low + high) / 2 - peak), high - low)
        for low, high in ranges
        for peak in peaks
        if low <= peak <= high
    ]
    return min(fits, default=None)


def _by_name(names: dict[int, str]) -> tuple[int, str]:
    """The window that alone is called a peak, or alone is not called scatter; else the first."""
    upper = {window: name.upper() for window, name in names.items()}
    clean = [window for window in upper if not _SCATTER.search(upper[window])]
    for left in ([window for window in clean if _PEAK.search(upper[window])], clean):
        if len(left) == 1 and any(upper.values()):
            return left[0], "by the names of the windows"
    return min(names), "the first, for the file does not tell which holds the peak"


def _peaks(dataset: Dataset) -> tuple[str, tuple[float, ...]]:
    """The radionuclide that the file names, or technetium, and its peaks in keV."""
    said = []
    for agent in items(dataset, "RadiopharmaceuticalInformationSequence"):
        said.append(text(agent, "Radiopharmaceutical"))
        for keyword in ("RadionuclideCodeSequence", "RadiopharmaceuticalCodeSequence"):
            said += [text(code, "CodeMeaning") for code in items(agent, keyword)]
    words = " ; ".join(said)
    for (symbol, name, mass), peaks in PEAKS_KEV.items():
        element = rf"(?:{symbol}|{name})(?![a-z])"
        either = rf"(?<![a-z]){element}[\W_]*{mass}(?![0-9])|(?<![0-9]){mass}[\W_]*{element}"
        if re.search(either, words, re.IGNORECASE):
            return f"{symbol}-{mass}", peaks
    (symbol, _, mass), peaks = next(iter(PEAKS_KEV.items()))
    return f"{symbol}-{mass}", peaks


def _words(ranges: list[Range]) -> str:
    return " and ".join(f"{low:g} to {high:g} keV" for low, high in ranges)
