"""`report.pdf`: the same report on A4, with what must be on every page on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.analysis.study import Analysis
from app.report.analysis.checklist import ChecklistItem
from app.report.analysis.detail_tables import detail_tables
from app.report.analysis.facts import ReportedStudy
from app.report.analysis.html import DrawnFigure, shortened, subtitle, title
from app.report.analysis.main_tables import main_tables
from app.report.fonts import BOLD, markup
from app.report.paper import ALARM, Flowables, Styles, foot, styles
from app.report.paper import table as table_on_paper
from app.report.report_table import ReportTable

_FIGURE_HEIGHT = 222.0
"""Points; two rows of figures with their captions fill a page."""


def write_pdf(
    path: Path,
    analysis: Analysis,
    facts: ReportedStudy,
    figures: Sequence[DrawnFigure],
    items: Sequence[ChecklistItem],
) -> None:
    """Write the report; the same analysis gives the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    look = styles()
    page = landscape(A4)
    room = page[0] - 72
    story: Flowables = [
        Paragraph(markup(title(analysis, facts)), look["title"]),
        Paragraph(markup(subtitle(analysis)), look["note"]),
        Spacer(1, 8),
    ]
    story += [Paragraph(f"• {markup(note)}", look["text"]) for note in analysis.notes]
    for table in main_tables(analysis):
        story += table_on_paper(shortened(table), room, look)
    story += [Spacer(1, 12), *_figures(figures, room, look)]
    for table in detail_tables(analysis):
        story += table_on_paper(shortened(table), room, look)
    rows = tuple((item.guideline, item.number, item.topic, item.shown) for item in items)
    checks = ReportTable(
        "checklist",
        "Reporting checklist",
        ("Guideline", "Item", "Topic", "Answer"),
        rows,
        "Filled from protocol and data where the program knows the answer; check every answer before you "
        "submit it.",
    )
    story += table_on_paper(checks, room, look)

    def frame(canvas: Any, document: Any) -> None:  # Any: reportlab has no types
        foot(canvas, document.page, page[0], 36)
        canvas.setFont(BOLD, 8)
        canvas.setFillColor(ALARM)
        for line, stamp in enumerate(facts.stamps):
            canvas.drawString(36, page[1] - 20 - 11 * line, stamp)

    document = SimpleDocTemplate(
        str(path), pagesize=page, leftMargin=36, rightMargin=36, topMargin=40, bottomMargin=36,
        title=title(analysis, facts), author="ScintiRead", invariant=1,
    )  # fmt: skip
    document.build(story, onFirstPage=frame, onLaterPages=frame)


def _figures(figures: Sequence[DrawnFigure], room: float, look: Styles) -> Flowables:
    """Two figures beside each other, each with its caption."""
    from reportlab.platypus import Table

    cells = [_figure(number, one, room / 2 - 14, look) for number, one in enumerate(figures, start=1)]
    pairs = [[*cells[place : place + 2], ""][:2] for place in range(0, len(cells), 2)]
    table = Table(pairs, colWidths=[room / 2] * 2, hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [table] if pairs else []


def _figure(number: int, figure: DrawnFigure, room: float, look: Styles) -> Flowables:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image, Paragraph

    width_px, height_px = ImageReader(str(figure.png)).getSize()
    scale = min(room / width_px, _FIGURE_HEIGHT / height_px, 72.0 / 140.0)
    picture = Image(str(figure.png), width=width_px * scale, height=height_px * scale, hAlign="LEFT")
    caption = f"<b>Figure {number}. {markup(figure.title)}.</b> {markup(figure.caption)}"
    return [picture, Paragraph(caption, look["note"])]
