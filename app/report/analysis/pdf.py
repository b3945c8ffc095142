"""`report.pdf`: the same report on A4, with what must be on every page on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import __version__
from app.analysis.study import Analysis
from app.figures.style import font_file
from app.report.analysis.checklist import ChecklistItem
from app.report.analysis.detail_tables import detail_tables
from app.report.analysis.facts import StudyFacts
from app.report.analysis.html import DrawnFigure, shortened, subtitle, title
from app.report.analysis.main_tables import main_tables
from app.report.report_table import ReportTable
from app.wording import SHORT_RESEARCH_USE

_FONT, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_INK, _QUIET, _ALARM, _LINE = "#1d2328", "#5c6770", "#8a3c0d", "#d8dde1"

_CELL_SIZES = (9.0, 8.0, 7.0)
"""A table has the largest of these sizes, in points, at which it is no wider than the page."""
_FIGURE_HEIGHT = 222.0
"""Points; two rows of figures with their captions fill a page."""

Flowables = list[Any]  # Any: reportlab has no types


def write_pdf(
    path: Path,
    analysis: Analysis,
    facts: StudyFacts,
    figures: Sequence[DrawnFigure],
    items: Sequence[ChecklistItem],
) -> None:
    """Write the report; the same analysis gives the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    pdfmetrics.registerFont(TTFont(_FONT, str(font_file())))
    pdfmetrics.registerFont(TTFont(_BOLD, str(font_file(bold=True))))
    styles = _styles()
    page = landscape(A4)
    room = page[0] - 72
    story: Flowables = [
        Paragraph(_escaped(title(analysis, facts)), styles["title"]),
        Paragraph(_escaped(subtitle(analysis)), styles["note"]),
        Spacer(1, 8),
    ]
    story += [Paragraph(f"• {_escaped(note)}", styles["text"]) for note in analysis.notes]
    for table in main_tables(analysis):
        story += _table(table, room, styles)
    story += [Spacer(1, 12), *_figures(figures, room, _FIGURE_HEIGHT, styles)]
    for table in detail_tables(analysis):
        story += _table(table, room, styles)
    rows = tuple((item.guideline, item.number, item.topic, item.shown) for item in items)
    checks = ReportTable(
        "checklist",
        "Reporting checklist",
        ("Guideline", "Item", "Topic", "Answer"),
        rows,
        "Filled from protocol and data where the program knows the answer; check every answer before you "
        "submit it.",
    )
    story += _table(checks, room, styles, whole=True)

    def frame(canvas: Any, document: Any) -> None:  # Any: reportlab has no types
        canvas.setFont(_FONT, 7)
        canvas.setFillColor(_QUIET)
        canvas.drawString(36, 20, f"ScintiRead {__version__}. {SHORT_RESEARCH_USE}")
        canvas.drawRightString(page[0] - 36, 20, f"Page {document.page}")
        canvas.setFont(_BOLD, 8)
        canvas.setFillColor(_ALARM)
        for line, stamp in enumerate(facts.stamps):
            canvas.drawString(36, page[1] - 20 - 11 * line, stamp)

    document = SimpleDocTemplate(
        str(path), pagesize=page, leftMargin=36, rightMargin=36, topMargin=40, bottomMargin=36,
        title=title(analysis, facts), author="ScintiRead", invariant=1,
    )  # fmt: skip
    document.build(story, onFirstPage=frame, onLaterPages=frame)


def _styles() -> dict[str, Any]:  # Any: reportlab has no types
    from reportlab.lib.styles import ParagraphStyle

    base = ParagraphStyle("text", fontName=_FONT, fontSize=8.5, leading=11.5, textColor=_INK, spaceAfter=3)
    return {
        "text": base,
        "title": ParagraphStyle("title", base, fontName=_BOLD, fontSize=16, leading=20),
        "heading": ParagraphStyle("heading", base, fontName=_BOLD, fontSize=9.5, leading=12, spaceBefore=10),
        "note": ParagraphStyle("note", base, fontSize=7.5, leading=9.5, spaceBefore=2, textColor=_QUIET),
        "cell": ParagraphStyle("cell", base, spaceAfter=0),
        "head": ParagraphStyle("head", base, fontName=_BOLD, spaceAfter=0),
    }


def _table(table: ReportTable, room: float, styles: dict[str, Any], whole: bool = False) -> Flowables:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    if not table.rows:
        return []
    shown = table if whole else shortened(table)
    widths = {size: _widths(shown, size, room) for size in _CELL_SIZES}
    size = next((size for size in _CELL_SIZES if sum(widths[size]) <= room), _CELL_SIZES[-1])
    natural = widths[size]
    scale = min(1.0, room / sum(natural))
    head, cell = (
        ParagraphStyle(name, styles[name], fontSize=size, leading=1.22 * size) for name in ("head", "cell")
    )
    cells = [[Paragraph(_escaped(text), head) for text in shown.header]]
    cells += [[Paragraph(_escaped(text), cell) for text in row] for row in shown.rows]
    made = Table(cells, colWidths=[width * scale for width in natural], repeatRows=1, hAlign="LEFT")
    made.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ]
    )
    heading = Paragraph(_escaped(shown.title), styles["heading"])
    heading.keepWithNext = True
    return [heading, made, *([Paragraph(_escaped(shown.note), styles["note"])] if shown.note else [])]


def _widths(table: ReportTable, size: float, room: float) -> list[float]:
    """Width in points that each column takes without a break, at most 45 % of the page."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    longest = (
        max(
            stringWidth(row[column], _BOLD if row is table.header else _FONT, size)
            for row in (table.header, *table.rows)
        )
        for column in range(len(table.header))
    )
    return [min(1.5 * size + width, room * 0.45) for width in longest]


def _figures(figures: Sequence[DrawnFigure], room: float, height: float, styles: dict[str, Any]) -> Flowables:
    """Two figures beside each other, each with its caption."""
    from reportlab.platypus import Table

    cells = [
        _figure(number, one, room / 2 - 14, height, styles) for number, one in enumerate(figures, start=1)
    ]
    pairs = [[*cells[place : place + 2], ""][:2] for place in range(0, len(cells), 2)]
    table = Table(pairs, colWidths=[room / 2] * 2, hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [table] if pairs else []


def _figure(
    number: int, figure: DrawnFigure, room: float, height: float, styles: dict[str, Any]
) -> Flowables:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image, Paragraph

    width_px, height_px = ImageReader(str(figure.png)).getSize()
    scale = min(room / width_px, height / height_px, 72.0 / 140.0)
    picture = Image(str(figure.png), width=width_px * scale, height=height_px * scale, hAlign="LEFT")
    caption = f"<b>Figure {number}. {_escaped(figure.title)}.</b> {_escaped(figure.caption)}"
    return [picture, Paragraph(caption, styles["note"])]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
