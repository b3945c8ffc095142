"""The elements of a de-identified scan: what is kept, what is replaced, and the last gate before writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.scan import deidentify_rules as rules
from app.scan.pseudonyms import Pseudonyms
from app.scan.readers.dicom_facts import simulated
from app.scan.readers.dicom_file import BAD_VALUE, items, text, value_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SHORTEST_NUMBER = 3
"""Numbers shorter than this occur by chance; of names every letter counts."""
IDEOGRAPHS = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]+")
"""Chinese, and Korean syllables: names stand in texts without anything around them."""
SIMULATED = "SIMULATED"
"""The mark of a simulated scan, which also stands where a name would; it stays readable in copies."""


@dataclass(frozen=True)
class DeidentifyOptions:
    """What a person allows beyond the basic profile.

    `no_burned_in_text`: somebody looked and found no text in the image. `blank`: rectangles (row, column,
    height, width) in pixels that are set to zero. Dates are shifted unless `dates` is False; then they go.
    """

    no_burned_in_text: bool = False
    blank: tuple[tuple[int, int, int, int], ...] = ()
    dates: bool = True
    characteristics: bool = False
    device: bool = False
    descriptions: bool = False


def patient_identity(dataset: Dataset) -> str:
    """What tells one patient from another: the ID with its issuer, or else name and birth date."""
    number = " ".join(filter(None, (text(dataset, "IssuerOfPatientID"), text(dataset, "PatientID"))))
    named = f"{text(dataset, 'PatientName')} {text(dataset, 'PatientBirthDate')}"
    return number or named.strip() or text(dataset, "StudyInstanceUID")


def identifying_words(dataset: Dataset, options: DeidentifyOptions) -> frozenset[str]:
    """Persons' names, whole and in parts, and numbers and institutions, in upper case; private ones too."""
    numbers = set(rules.NUMBERS) - set(rules.DEVICE if options.device else ())
    names: set[str] = set()
    found: set[str] = set()
    for element in dataset.iterall():
        try:
            label = element.name.lower()
            if element.VR == "PN" or (element.tag.is_private and "patient" in label and "name" in label):
                names.add(str(element.value))
            elif element.keyword in numbers:
                parts = element.value if hasattr(element.value, "append") else [element.value]
                found |= {str(part) for part in parts}
        except BAD_VALUE:
            continue
    long = {word for word in found | names if len(word.strip()) >= SHORTEST_NUMBER}
    words = {word.strip().upper() for word in long | {part for name in names for part in _parts(name)}}
    return frozenset(words - {SIMULATED} if simulated(dataset) else words)


def _parts(name: str) -> set[str]:
    """The parts of a person's name, down to one letter: Wu, and of 王小明 both 王 and 小明."""
    parts = {part for part in re.split(r"[\W_]+", name) if len(part) >= SHORTEST_NUMBER or part.isalpha()}
    for part in list(parts):
        if IDEOGRAPHS.fullmatch(part):  # surnames have one sign, some two
            parts |= {piece for cut in (1, 2) for piece in (part[:cut], part[cut:]) if piece}
    return parts


def names_patient(said: str, words: Iterable[str]) -> bool:
    """Whether a text has one of the identifying words standing by itself in it."""
    upper = said.upper().strip()
    if upper in rules.STANDARD_TERMS:
        return False
    return any(re.search(_alone(word), upper) for word in words)


def _alone(word: str) -> str:
    """A pattern for a word that no letter or digit of an alphabet lengthens; ideographs need no gap."""
    if IDEOGRAPHS.fullmatch(word):
        return word
    return rf"(?<![A-Z0-9\u00c0-\u04ff]){re.escape(word)}(?![A-Z0-9\u00c0-\u04ff])"


def allowed(options: DeidentifyOptions) -> list[str]:
    """Keywords that may stay, with what the options add."""
    return (
        list(rules.KEPT)
        + list(rules.CHARACTERISTICS if options.characteristics else ())
        + list(rules.DEVICE if options.device else ())
    )


def kept_elements(original: Dataset, words: frozenset[str], allowed: Sequence[str]) -> Dataset:
    """A new data set with the allowed attributes, converted to what their standard type says, nested too."""
    from pydicom.dataset import Dataset

    clean = Dataset()
    for keyword in allowed:
        value = _converted(original, keyword, words)
        if value is not None:
            setattr(clean, keyword, value)
    if name := _harmless(original, "EnergyWindowName", rules.WINDOW_WORDS, words):
        clean.EnergyWindowName = name
    for keyword in rules.KEPT_SEQUENCES:
        kept = [kept_elements(item, words, allowed) for item in items(original, keyword)]
        if keyword.endswith("CodeSequence"):
            kept = [item for item in kept if item.get("CodingSchemeDesignator") in rules.STANDARD_SCHEMES]
        if kept:
            setattr(clean, keyword, kept)
    return clean


def _converted(original: Dataset, keyword: str, words: frozenset[str]) -> Any:  # as manifold as DICOM's types
    """The value as its dictionary type, None when absent, malformed or naming the patient."""
    from pydicom.datadict import dictionary_VR

    value = value_of(original, keyword)
    if value is None or value == "":
        return None
    parts = list(value) if hasattr(value, "append") else [value]
    kind = dictionary_VR(keyword)
    try:
        if kind == "DS":
            done: list[Any] = [f"{float(part):.10g}" for part in parts]
        elif kind == "FD":
            done = [float(part) for part in parts]
        elif kind in ("IS", "US", "SS", "UL", "SL"):
            done = [int(part) for part in parts]
        elif kind == "AS":
            done = [_capped_age(str(part)) for part in parts]
        elif kind in ("CS", "LO", "SH"):
            done = [str(part).strip() for part in parts]
        else:
            return None
    except BAD_VALUE:
        return None
    if any(names_patient(part, words) for part in done if isinstance(part, str)):
        return None
    if kind == "CS" and not all(re.fullmatch(r"[A-Z0-9 _]{0,16}", part) for part in done):
        return None
    return done[0] if len(done) == 1 else done


def _harmless(original: Dataset, keyword: str, harmless: Sequence[str], words: frozenset[str]) -> str:
    """Those words of a text that are known to be harmless and name nobody here."""
    said = re.split(r"[^A-Z0-9]+", text(original, keyword).upper())
    return " ".join(word for word in said if word in harmless and word not in words)


def _capped_age(age: str) -> str:
    """Ages above 89 become 090Y: so few people are older that the age alone may name them."""
    if not re.fullmatch(r"\d{3}[DWMY]", age):
        raise ValueError("not an age")
    return "090Y" if age.endswith("Y") and int(age[:3]) > 89 else age


def replace_dates(
    original: Dataset, clean: Dataset, pseudonyms: Pseudonyms, identity: str, options: DeidentifyOptions
) -> None:
    if not options.dates:
        clean.StudyDate = clean.StudyTime = ""
        clean.LongitudinalTemporalInformationModified = "REMOVED"
        return
    clean.LongitudinalTemporalInformationModified = "MODIFIED"
    agents = zip(
        items(original, "RadiopharmaceuticalInformationSequence"),
        items(clean, "RadiopharmaceuticalInformationSequence"),
        strict=True,
    )
    for before, after in [(original, clean), *agents]:
        for date, time in rules.MOMENTS:
            moved = pseudonyms.shifted(identity, text(before, date) if date else "", text(before, time))
            for keyword, value in zip((date, time), moved, strict=True):
                if value:
                    setattr(after, keyword, value)
        for keyword in rules.DATE_TIMES:
            stamp = text(before, keyword)
            day, clock = pseudonyms.shifted(identity, stamp[:8], stamp[8:14])
            if day:
                setattr(after, keyword, day + clock)


def replace_identity(
    original: Dataset,
    clean: Dataset,
    pseudonyms: Pseudonyms,
    identity: str,
    options: DeidentifyOptions,
    words: frozenset[str],
) -> None:
    """Put codes for the patient and new UIDs for the old; clean descriptions when asked to."""
    for keyword in rules.EMPTIED:
        if keyword not in clean:
            setattr(clean, keyword, "")
    for keyword in rules.REPLACED_UIDS:
        if uid := text(original, keyword):
            setattr(clean, keyword, pseudonyms.uid(uid))
    clean.SOPClassUID = text(original, "SOPClassUID")
    code = pseudonyms.patient(identity)
    if simulated(original):
        code = "SIM-" + code
        clean.ImageComments = SIMULATED
    clean.PatientName = clean.PatientID = code
    if options.descriptions:
        for keyword in rules.DESCRIPTIONS:
            if kept := _harmless(original, keyword, rules.DESCRIPTION_WORDS, words):
                setattr(clean, keyword, kept[:16] if keyword == "ImageID" else kept[:64])


def check_leaks(path: Path, clean: Dataset, words: frozenset[str]) -> None:
    """The last gate: no identifying word may stand in any text that is about to be written."""
    for element in clean.iterall():
        if element.VR not in ("OB", "OW", "SQ", "UI") and element.keyword not in ("PatientID", "PatientName"):
            parts = element.value if hasattr(element.value, "append") else [element.value]
            if any(names_patient(str(part), words) for part in parts):
                raise AppError(
                    f"{path.name} keeps a name or number of the patient in {element.name}.",
                    "Remove it at the workstation, or leave this file out.",
                )
