"""Fonts of the PDF: DejaVu Sans for Latin, Greek and Cyrillic, and the reader's own fonts for Chinese,
Japanese and Korean, which every PDF viewer brings."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_ASIAN = (
    # first and last sign, font of the viewer
    (0x1100, 0x11FF, "HYSMyeongJo-Medium"),
    (0x3040, 0x30FF, "HeiseiMin-W3"),
    (0xAC00, 0xD7AF, "HYSMyeongJo-Medium"),
    (0x2E80, 0x9FFF, "STSong-Light"),
    (0xF900, 0xFAFF, "STSong-Light"),
    (0xFF00, 0xFFEF, "STSong-Light"),
)


def register_fonts() -> None:
    """Make the fonts known to reportlab; a second time does nothing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    known = pdfmetrics.getRegisteredFontNames()
    for name in (REGULAR, BOLD):
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(_file(name))))


def markup(text: str) -> str:
    """Text as reportlab's markup: escaped, lines kept, signs that DejaVu lacks in a font that has them."""
    parts = []
    for font, signs in groupby(text, key=_font_of):
        run = "".join(signs)
        run = run.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
        if font != REGULAR:
            _register_asian(font)
            run = f'<font name="{font}">{run}</font>'
        parts.append(run)
    return "".join(parts)


def _font_of(sign: str) -> str:
    code = ord(sign)
    if code < 0x1100:
        return REGULAR
    return next((font for first, last, font in _ASIAN if first <= code <= last), REGULAR)


def _register_asian(font: str) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    if font not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(font))


def _file(name: str) -> Path:
    """The font file of matplotlib, found without importing it, which takes longer than a report."""
    found = find_spec("matplotlib")
    for place in (found.submodule_search_locations or ()) if found else ():
        file = Path(place) / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"
        if file.is_file():
            return file
    from app.figures.style import font_file

    return font_file(bold=name == BOLD)
