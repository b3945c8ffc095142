"""What every report on paper shares: colours, styles, tables, and the line at the foot of each page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import __version__
from app.report.fonts import BOLD, REGULAR, markup, register_fonts
from app.report.report_table import ReportTable
from app.wording import SHORT_RESEARCH_USE

INK, QUIET, ALARM, LINE = "#1d2328", "#5c6770", "#8a3c0d", "#d8dde1"
_CELL_SIZES = (9.0, 8.0, 7.0)
"""A table has the largest of these sizes, in points, at which it is no wider than the page."""

Flowables = list[Any]  # Any: reportlab has no types
Styles = dict[str, Any]


def styles() -> Styles:
    """The styles of paragraphs by name; the fonts are there then."""
    from reportlab.lib.styles import ParagraphStyle

    register_fonts()
    text = ParagraphStyle("text", fontName=REGULAR, fontSize=8.5, leading=11.5, textColor=INK, spaceAfter=3)
    made: Styles = {"text": text}

    def add(name: str, size: float, leading: float, **more: Any) -> None:
        made[name] = ParagraphStyle(name, text, fontSize=size, leading=leading, **more)

    add("title", 15, 19, fontName=BOLD)
    add("heading", 9.5, 12, fontName=BOLD, spaceBefore=9, keepWithNext=1)
    add("state", 9, 11, fontName=BOLD, spaceAfter=0)
    add("draft", 9, 11, fontName=BOLD, spaceAfter=0, textColor=ALARM)
    add("note", 7.5, 9.5, spaceBefore=2, textColor=QUIET)
    return made


def headed(title: str, lines: Sequence[str], look: Styles) -> Flowables:
    """A heading, and a paragraph for each line."""
    from reportlab.platypus import Paragraph

    return [
        Paragraph(markup(title), look["heading"]),
        *(Paragraph(markup(line), look["text"]) for line in lines),
    ]


def table(shown: ReportTable, room: float, look: Styles) -> Flowables:
    """A table with its title and note, `room` points wide at the most; nothing without rows."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    if not shown.rows:
        return []
    widths = {size: _widths(shown, size, room) for size in _CELL_SIZES}
    size = next((size for size in _CELL_SIZES if sum(widths[size]) <= room), _CELL_SIZES[-1])
    scale = min(1.0, room / sum(widths[size]))
    head, cell = (
        ParagraphStyle(font, look["text"], fontName=font, fontSize=size, leading=1.22 * size, spaceAfter=0)
        for font in (BOLD, REGULAR)
    )
    cells = [[Paragraph(markup(text), head) for text in shown.header]]
    cells += [[Paragraph(markup(text), cell) for text in row] for row in shown.rows]
    made = Table(cells, colWidths=[width * scale for width in widths[size]], repeatRows=1, hAlign="LEFT")
    made.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ]
    )
    note = [Paragraph(markup(shown.note), look["note"])] if shown.note else []
    return [*headed(shown.title, [], look), made, *note]


def foot(canvas: Any, number: int, width: float, edge: float) -> None:
    """What the report is for and which page this is, at the foot of a page `width` points wide."""
    canvas.setFont(REGULAR, 7.5)
    canvas.setFillColor(QUIET)
    canvas.drawString(edge, 22, f"ScintiRead {__version__}. {SHORT_RESEARCH_USE}")
    canvas.drawRightString(width - edge, 22, f"Page {number}")


def _widths(shown: ReportTable, size: float, room: float) -> list[float]:
    """Width in points that each column takes without a break, at most 45 % of the page."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    longest = (
        max(
            stringWidth(row[column], BOLD if row is shown.header else REGULAR, size)
            for row in (shown.header, *shown.rows)
        )
        for column in range(len(shown.header))
    )
    return [min(1.5 * size + width, room * 0.45) for width in longest]
