"""The language of the window: the words of the program in the reader's own, by gettext.

What a reader sees goes through `tr` where it is shown, or `tr_counted` where a number decides its form; what
is stored and exported never does. `python translate.py` finds the texts and brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from datetime import date
from functools import cache

from app.paths import resources

ENGLISH = "en"
LANGUAGES = {
    ENGLISH: "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "nl": "Nederlands",
    "da": "Dansk",
    "zh_CN": "简体中文",
    "zh_TW": "繁體中文",
    "ja": "日本語",
}
"""Code and its own name; English is what stands in the code."""
BY_MACHINE = "translated by machine, to be reviewed"
"""The last translator of a catalogue that nobody has reviewed."""
_TRADITIONAL = ("tw", "hk", "mo", "hant")

_in_use = ENGLISH


def in_use() -> str:
    """The code of the language that the window speaks."""
    return _in_use


def use(code: str) -> None:
    """Speak this language from now on; one that is unknown is English."""
    global _in_use
    _in_use = code if code in LANGUAGES else ENGLISH


def nearest(wanted: Iterable[str]) -> str:
    """The first of the system's languages, such as "de-CH", that there is; English when there is none."""
    for name in wanted:
        parts = name.replace("-", "_").lower().split("_")
        code = parts[0]
        if code == "zh":
            code = "zh_TW" if any(part in _TRADITIONAL for part in parts) else "zh_CN"
        if code in LANGUAGES:
            return code
    return ENGLISH


def named(code: str) -> str:
    """The language's own name, and in its own words that nobody has reviewed it, where nobody has."""
    machine = "" if code == ENGLISH else _unreviewed(_catalogue(code))
    return f"{LANGUAGES[code]} ({machine})" if machine else LANGUAGES[code]


def tr(text: str, **values: object) -> str:
    """The text in the language in use, with these values in its places;"
    " in English where a catalogue lacks it."""
    said = text if _in_use == ENGLISH or not text else _catalogue(_in_use).gettext(text)
    return said.format(**values) if values else said


def tr_counted(one: str, several: str, number: int) -> str:
    """The form that fits the number, with the number for its `{n}`."""
    if _in_use == ENGLISH:
        text = one if number == 1 else several
    else:
        text = _catalogue(_in_use).ngettext(one, several, number)
    return text.format(n=f"{number:,}")


def for_later(text: str) -> str:
    """The text itself: it goes through `tr` where it is shown, and the catalogues have to know it."""
    return text


_WEEKDAYS = (
    for_later("Monday"),
    for_later("Tuesday"),
    for_later("Wednesday"),
    for_later("Thursday"),
    for_later("Friday"),
    for_later("Saturday"),
    for_later("Sunday"),
)
_MONTHS = (
    for_later("January"),
    for_later("February"),
    for_later("March"),
    for_later("April"),
    for_later("May"),
    for_later("June"),
    for_later("July"),
    for_later("August"),
    for_later("September"),
    for_later("October"),
    for_later("November"),
    for_later("December"),
)


def day_in_words(day: date) -> str:
    """A day as it is said: "Thursday, 3 December 2026"."""
    said = tr("{weekday}, {day} {month} {year}")
    month = tr(_MONTHS[day.month - 1])
    return said.format(weekday=tr(_WEEKDAYS[day.weekday()]), day=day.day, month=month, year=day.year)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("scintiread", resources() / "locale", [code], fallback=True)


def _unreviewed(catalogue: gettext.NullTranslations) -> str:
    if catalogue.info().get("last-translator") != BY_MACHINE:
        return ""
    return catalogue.gettext(for_later("translated by machine, to be reviewed"))
