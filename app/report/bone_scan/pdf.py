"""The report on A4: images beside the text, then numbers; state, research use and SIMULATED on each page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from app import __version__
from app.report.bone_scan.document import ReportDocument, shown_time
from app.report.bone_scan.film import films
from app.report.bone_scan.fonts import BOLD, REGULAR, markup, register_fonts
from app.report.bone_scan.pictures import outlines_on
from app.report.bone_scan.tables import (
    INDEX_HEAD,
    LESION_HEAD,
    SIMULATED,
    Row,
    history,
    index_rows,
    legend,
    lesion_rows,
    model_line,
)
from app.wording import RESEARCH_USE, SHORT_RESEARCH_USE

_INK, _QUIET, _ALARM, _LINE = "#1d2328", "#5c6770", "#8a3c0d", "#d8dde1"
_EDGE, _TOP, _FOOT = 40.0, 66.0, 44.0
_FILMS = 262.0
"""Width of the column of images, in points."""
_SHORTEST_FILM = 120.0
_LONGEST_LINE = 75

Story = list[Any]  # Any: reportlab has no types


def pdf_bytes(document: ReportDocument) -> bytes:
    """The report as PDF; the same document gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate

    register_fonts()
    buffer = BytesIO()
    width, height = A4
    tall = height - _TOP - _FOOT
    facts = document.content.facts
    made = BaseDocTemplate(
        buffer, pagesize=A4, title=f"Bone scan report, {facts.case}", author="ScintiRead",
        subject=f"{SIMULATED}. {document.state}" if facts.simulated else document.state, invariant=1,
    )  # fmt: skip

    def frame(left: float, wide: float) -> Any:
        return Frame(left, _FOOT, wide, tall, 0, 0, 0, 0)

    room = width - 2 * _EDGE
    first = [frame(_EDGE, _FILMS), frame(_EDGE + _FILMS + 14, room - _FILMS - 14)]
    styles = _styles()
    decorate = _decoration(document, width, height, styles)
    made.addPageTemplates(
        [
            PageTemplate("first", first, onPage=decorate),
            PageTemplate("later", [frame(_EDGE, room)], onPage=decorate),
        ]
    )
    story = [*_images(document, tall, styles), NextPageTemplate("later"), FrameBreak()]
    story += _texts(document, styles)
    story += _numbers(document, room, styles)
    made.build(story)
    return buffer.getvalue()


def _images(document: ReportDocument, tall: float, styles: dict[str, Any]) -> Story:
    from reportlab.platypus import Paragraph, Spacer

    facts = document.content.facts
    outlines = [outlines_on(facts, picture.view) for picture in document.pictures]
    lower, upper = facts.levels
    below = [
        legend(facts),
        f"Levels {lower:.4g} to {upper:.4g}{' counts' if facts.procedure.counts else ''}, inverse grey.",
    ]
    return [
        films(document.pictures, outlines, _FILMS, max(tall - 60, _SHORTEST_FILM)),
        Spacer(1, 4),
        *(Paragraph(markup(line), styles["note"]) for line in below),
    ]


def _texts(document: ReportDocument, styles: dict[str, Any]) -> Story:
    from reportlab.platypus import Paragraph

    story: Story = [
        Paragraph("Bone scan report", styles["title"]),
        Paragraph(markup(f"Case {document.content.facts.case}"), styles["text"]),
    ]
    for section in document.content.sections:
        story += _headed(section.title, [document.text(section.key)], styles)
        edits = document.edits_of(section.key)
        if edits:
            words = f"Edited by {edits[-1].person}, {shown_time(edits[-1].at)}."
            story.append(Paragraph(markup(words), styles["note"]))
        for each in document.addenda:
            if each.section == section.key:
                words = f"Addendum by {each.person}, {shown_time(each.at)}: {each.text}"
                story.append(Paragraph(markup(words), styles["text"]))
    model = model_line(document.content.facts)
    if model:
        story += _headed("Model", [model], styles)
    return story + _headed("Signature", [document.state], styles)


def _numbers(document: ReportDocument, room: float, styles: dict[str, Any]) -> Story:
    from reportlab.platypus import PageBreak, Paragraph

    facts = document.content.facts
    story: Story = [PageBreak()]
    story += _table("Indices", INDEX_HEAD, index_rows(facts), (0.2, 0.12, 0.12, 0.12, 0.44), room, styles)
    wide = (0.07, 0.09, 0.22, 0.09, 0.1, 0.07, 0.08, 0.13, 0.15)
    rows = lesion_rows(facts)
    if rows:
        story += _table("Lesions", LESION_HEAD, rows, wide, room, styles)
    if facts.validity:
        story += _headed("To be read with the numbers", [f"• {note}" for note in facts.validity], styles)
    head: Row = ("Time", "Who", "Did", "What")
    story += _table("History", head, history(document), (0.24, 0.36, 0.14, 0.26), room, styles)
    story += _headed("Research use", [" ".join(RESEARCH_USE)], styles)
    words = f"Wording: {document.content.wording}. Program: ScintiRead {document.program}."
    return [*story, Paragraph(markup(words), styles["note"])]


def _headed(title: str, lines: Sequence[str], styles: dict[str, Any]) -> Story:
    from reportlab.platypus import Paragraph

    return [
        Paragraph(markup(title), styles["heading"]),
        *(Paragraph(markup(line), styles["text"]) for line in lines),
    ]


def _table(
    title: str,
    head: Row,
    rows: Sequence[Row],
    widths: Sequence[float],
    room: float,
    styles: dict[str, Any],
) -> Story:
    from reportlab.platypus import Paragraph, Table

    cells = [[Paragraph(markup(text), styles["head"]) for text in head]]
    cells += [[Paragraph(markup(text), styles["cell"]) for text in row] for row in rows]
    table = Table(cells, colWidths=[share * room for share in widths], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ]
    )
    return [Paragraph(markup(title), styles["heading"]), table]


def _decoration(document: ReportDocument, width: float, height: float, styles: dict[str, Any]) -> Any:
    """What stands on each page: state above, purpose below, DRAFT across."""
    from reportlab.platypus import Paragraph

    facts = document.content.facts
    draft = document.signature is None

    def decorate(canvas: Any, page: Any) -> None:  # Any: reportlab has no types
        canvas.saveState()
        if draft:
            canvas.setFillGray(0.93)
            canvas.setFont(BOLD, 110)
            canvas.translate(width / 2, height / 2)
            canvas.rotate(55)
            canvas.drawCentredString(0, -35, "DRAFT")
            canvas.restoreState()
            canvas.saveState()
        for line, style, bottom in (
            (document.state, styles["draft" if draft else "state"], height - 33),
            (f"Bone scan report, case {facts.case}", styles["note"], height - 45),
        ):  # paragraphs, because a name may need another font
            said = Paragraph(markup(line[:_LONGEST_LINE]), style)
            said.wrap(width - 2 * _EDGE - 150, 12)
            said.drawOn(canvas, _EDGE, bottom)
        if facts.simulated:
            canvas.setFont(BOLD, 9)
            canvas.setFillColor(_ALARM)
            canvas.drawRightString(width - _EDGE, height - 30, SIMULATED)
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(_EDGE, 24, f"ScintiRead {__version__}. {SHORT_RESEARCH_USE}")
        canvas.drawRightString(width - _EDGE, 24, f"Page {page.page}")
        canvas.restoreState()

    return decorate


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle("text", fontName=REGULAR, fontSize=8.5, leading=11.5, textColor=_INK, spaceAfter=3)
    return {
        "text": text,
        "title": ParagraphStyle("title", text, fontName=BOLD, fontSize=15, leading=19),
        "heading": ParagraphStyle(
            "heading", text, fontName=BOLD, fontSize=9.5, leading=12, spaceBefore=9, keepWithNext=1
        ),
        "state": ParagraphStyle("state", text, fontName=BOLD, fontSize=9, leading=11, spaceAfter=0),
        "draft": ParagraphStyle(
            "draft", text, fontName=BOLD, fontSize=9, leading=11, spaceAfter=0, textColor=_ALARM
        ),
        "note": ParagraphStyle("note", text, fontSize=7.5, leading=9.5, textColor=_QUIET),
        "cell": ParagraphStyle("cell", text, fontSize=7.5, leading=9.5, spaceAfter=0),
        "head": ParagraphStyle("head", text, fontName=BOLD, fontSize=7.5, leading=9.5, spaceAfter=0),
    }
