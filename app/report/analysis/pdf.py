"""`report.pdf`: the same report on A4, with what must be on every page on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.analysis.study import Analysis
from app.figures.style import PRINT_DPI
from app.report.analysis.checklist import ChecklistItem
from app.report.analysis.detail_tables import detail_tables
from app.report.analysis.facts import ReportedStudy
from app.report.analysis.html import DrawnFigure, shortened, subtitle, title
from app.report.analysis.main_tables import main_tables
from app.report.analysis.result_text import result
from app.report.fonts import BOLD, markup
from app.report.paper import ALARM, Flowables, Styles, foot, headed, styles
from app.report.paper import table as table_on_paper
from app.report.report_table import ReportTable

_COLUMNS = 3
"""Figures beside each other, each as wide as it was drawn for print."""
_TALLEST = 430.0
"""Points; a higher figure is drawn smaller, so that it and its caption stay on one page."""
_FIRST = ("planned_tests", "differences", "arms")
"""The tables of the first page."""
_CURVES, _BESIDE = "roc_arms", 255.0
"""The figure of the first page, and its room in points."""


def write_pdf(
    path: Path,
    analysis: Analysis,
    facts: ReportedStudy,
    figures: Sequence[DrawnFigure],
    items: Sequence[ChecklistItem],
) -> None:
    """Write the report; the same analysis gives the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    look = styles()
    page = landscape(A4)
    room = page[0] - 72
    head = [Paragraph(markup(title(analysis, facts)), look["title"])]
    head.append(Paragraph(markup(subtitle(analysis)), look["note"]))
    main = [shortened(table) for table in main_tables(analysis) if table.rows]
    first = [table for table in main if table.name in _FIRST]
    numbered = list(enumerate(figures, start=1))
    curves = [_figure(number, one, _BESIDE - 14, look) for number, one in numbered if one.stem == _CURVES]
    whole = room, page[1] - 150
    story: Flowables = [*head, *_first_page(analysis, first, curves, whole, look), PageBreak()]
    if analysis.notes:
        story += headed("To be read with the numbers", [f"• {note}" for note in analysis.notes], look)
    for table in main:
        if table not in first:
            story += table_on_paper(table, room, look)
    story += [Spacer(1, 12), *_figures([one for one in numbered if one[1].stem != _CURVES], room, look)]
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


def _first_page(
    analysis: Analysis,
    tables: Sequence[ReportTable],
    curves: Sequence[Flowables],
    room: tuple[float, float],
    look: Styles,
) -> Flowables:
    """The result on one page: in sentences and tables, beside them the mean ROC curves."""
    from reportlab.platypus import KeepInFrame, Table

    wide = room[0] - _BESIDE
    said = headed("Main result", result(analysis), look)
    for one in tables:
        said += table_on_paper(one, wide - 12, look)
    beside = Table([[said, curves[0] if curves else ""]], colWidths=[wide, _BESIDE], hAlign="LEFT")
    beside.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    return [KeepInFrame(*room, [beside], mode="shrink")]


def _figures(figures: Sequence[tuple[int, DrawnFigure]], room: float, look: Styles) -> Flowables:
    """Figures with their numbers beside each other, each with its caption."""
    from reportlab.platypus import Table

    wide = room / _COLUMNS
    cells = [_figure(number, one, wide - 14, look) for number, one in figures]
    cells += [[]] * (-len(cells) % _COLUMNS)
    rows = [cells[place : place + _COLUMNS] for place in range(0, len(cells), _COLUMNS)]
    table = Table(rows, colWidths=[wide] * _COLUMNS, hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [table] if rows else []


def _figure(number: int, figure: DrawnFigure, room: float, look: Styles) -> Flowables:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image, Paragraph

    width_px, height_px = ImageReader(str(figure.png)).getSize()
    scale = min(room / width_px, _TALLEST / height_px, 72.0 / PRINT_DPI)
    picture = Image(str(figure.png), width=width_px * scale, height=height_px * scale, hAlign="LEFT")
    caption = f"<b>Figure {number}. {markup(figure.title)}.</b> {markup(figure.caption)}"
    return [picture, Paragraph(caption, look["note"])]
