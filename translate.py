"""Finds the texts that readers see, and brings the catalogues of all languages up to date with them.

    python translate.py

writes `resources/locale/<language>/LC_MESSAGES/scintiread.po` and `.mo` anew and lists what is not translated
yet: fill that in by hand in the `.po` and run it again.
"""

from __future__ import annotations

import ast
import io
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.language import BY_MACHINE, ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parent
LOCALE = ROOT / "resources" / "locale"
_TEXTS = {"tr": (0,), "for_later": (0,), "tr_counted": (0, 1), "Action": (1, 2), "PageEntry": (1,)}
"""What is called with a text, and which of its arguments are texts."""
_PLURALS = {"fr": "nplurals=2; plural=(n > 1);"} | dict.fromkeys(
    ("zh_CN", "zh_TW", "ja"), "nplurals=1; plural=0;"
)
_USUAL = "nplurals=2; plural=(n != 1);"
_LONGEST_FILE = 10_000
"""No file has more lines."""
_THEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Catalogues carry no time of their own: the same texts give the same files."""


def file_of(language: str, ending: str = "po") -> Path:
    """The catalogue of a language, as text (`po`) or compiled (`mo`)."""
    return LOCALE / language / "LC_MESSAGES" / f"scintiread.{ending}"


@cache
def texts() -> dict[str, str | tuple[str, str]]:
    """All texts in the code, by themselves; a pair where a number decides.

    Raises ValueError for one that is put together before it is translated, which no catalogue can know, and
    for one that is translated while the program starts, before the language is known.
    """
    found: dict[str, str | tuple[str, str]] = {}
    for module in sorted((ROOT / "app").rglob("*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        early = _lines_at_start(tree)
        for call in ast.walk(tree):
            name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            given = [call.args[at] for at in _TEXTS.get(name, ()) if at < len(call.args)]
            if name in ("tr", "for_later", "tr_counted") and any(
                isinstance(one, ast.JoinedStr) for one in given
            ):
                raise ValueError(f"{module.name}, line {call.lineno}: {name} takes no f-string")
            if name in ("tr", "tr_counted") and call.lineno in early:
                raise ValueError(f"{module.name}, line {call.lineno}: there it is for_later")
            plain = [one.value for one in given if isinstance(one, ast.Constant) and one.value]
            if name == "tr_counted":
                found[plain[0]] = (plain[0], plain[1])
            else:
                found |= {text: text for text in plain if text not in found}
    return dict(sorted(found.items()))


def catalogue(language: str) -> Catalog:
    """What is translated until now."""
    path = file_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with the texts of the code and no others; new ones are empty."""
    old = catalogue(language)
    new = Catalog(
        locale=language,
        project="ScintiRead",
        copyright_holder="the authors of ScintiRead",
        last_translator=old.last_translator if file_of(language).exists() else BY_MACHINE,
        language_team=LANGUAGES[language],
        creation_date=_THEN,
        revision_date=_THEN,
        fuzzy=False,
    )
    new.mime_headers = [("Plural-Forms", _PLURALS.get(language, _USUAL))]
    for text, message in texts().items():
        known = old.get(text)
        empty = "" if isinstance(message, str) else ("",) * new.num_plurals
        fits = known is not None and isinstance(known.string, type(empty)) and len(known.string) > 0
        new.add(message, known.string if known is not None and fits else empty)
    return new


def untranslated(language: str) -> list[str]:
    """The texts that the language's catalogue lacks."""
    known = catalogue(language)
    return [text for text in texts() if not _said(known, text)]


def written(made: Catalog) -> bytes:
    """The catalogue as it stands in its `.po`."""
    out = io.BytesIO()
    made.header_comment = f"# The words of ScintiRead in {made.language_team}."
    write_po(out, made, no_location=True, width=110, sort_output=True)
    return out.getvalue()


def compiled(made: Catalog) -> bytes:
    """The catalogue as it stands in its `.mo`."""
    out = io.BytesIO()
    write_mo(out, made)
    return out.getvalue()


def main() -> int:
    """Update every catalogue; 1 when something is not translated."""
    lacking = 0
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        made = updated(language)
        file_of(language).parent.mkdir(parents=True, exist_ok=True)
        file_of(language).write_bytes(written(made))
        file_of(language, "mo").write_bytes(compiled(made))
        for text in untranslated(language):
            lacking += 1
            print(f"{language}: {text}")
    print(f"{len(texts())} texts, {len(LANGUAGES) - 1} languages, {lacking} not translated")
    return 1 if lacking else 0


def _lines_at_start(tree: ast.Module) -> frozenset[int]:
    """The lines of a module that run when it is imported."""
    inside: set[int] = set()
    for part in ast.walk(tree):
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            body = part.body if isinstance(part.body, list) else [part.body]
            inside.update(range(body[0].lineno, (body[-1].end_lineno or 0) + 1))
    return frozenset(range(_LONGEST_FILE)) - inside


def _said(known: Catalog, text: str) -> bool:
    message = known.get(text)
    return message is not None and bool(message.string) and all(message.string)


if __name__ == "__main__":
    sys.exit(main())
