"""Papers of a study for the investigator's file: tables on A4, what must be on every page on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.report.fonts import BOLD, markup
from app.report.paper import ALARM, Flowables, foot, styles
from app.report.paper import table as table_on_paper
from app.report.report_table import ReportTable


def write_paper(
    path: Path, title: str, lines: Sequence[str], tables: Sequence[ReportTable], stamp: str = ""
) -> None:
    """Write one paper; the same content gives the same bytes. `stamp` stands on top of every page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    look, room = styles(), A4[0] - 72
    story: Flowables = [Paragraph(markup(title), look["title"])]
    story += [Paragraph(markup(line), look["text"]) for line in lines]
    for each in tables:
        story += table_on_paper(each, room, look)

    def frame(canvas: Any, document: Any) -> None:  # Any: reportlab has no types
        foot(canvas, document.page, A4[0], 36)
        canvas.setFont(BOLD, 8)
        canvas.setFillColor(ALARM)
        canvas.drawString(36, A4[1] - 24, stamp)

    document = SimpleDocTemplate(
        str(path), pagesize=A4, leftMargin=36, rightMargin=36, topMargin=40, bottomMargin=36,
        title=title, author="ScintiRead", invariant=1,
    )  # fmt: skip
    document.build(story, onFirstPage=frame, onLaterPages=frame)
