"""The report on A4: images beside the text, then numbers; state, research use and SIMULATED on each page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from app.report.bone_scan.document import ReportDocument, shown_time
from app.report.bone_scan.film import films
from app.report.bone_scan.pictures import outlines_on
from app.report.bone_scan.tables import SIMULATED, history, index_table, legend, lesion_table, model_line
from app.report.fonts import BOLD, markup
from app.report.paper import ALARM, Flowables, Styles, foot, headed, styles, table
from app.wording import RESEARCH_USE

_EDGE, _TOP, _FOOT = 40.0, 66.0, 44.0
_FILMS = 262.0
"""Width of the column of images, in points."""
_SHORTEST_FILM = 120.0
_LONGEST_LINE = 75


def pdf_bytes(document: ReportDocument) -> bytes:
    """The report as PDF; the same document gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate

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
    look = styles()
    decorate = _decoration(document, width, height, look)
    made.addPageTemplates(
        [
            PageTemplate("first", first, onPage=decorate),
            PageTemplate("later", [frame(_EDGE, room)], onPage=decorate),
        ]
    )
    story = [*_images(document, tall, look), NextPageTemplate("later"), FrameBreak()]
    story += _texts(document, look)
    story += _numbers(document, room, look)
    made.build(story)
    return buffer.getvalue()


def _images(document: ReportDocument, tall: float, look: Styles) -> Flowables:
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
        *(Paragraph(markup(line), look["note"]) for line in below),
    ]


def _texts(document: ReportDocument, look: Styles) -> Flowables:
    from reportlab.platypus import Paragraph

    story: Flowables = [
        Paragraph("Bone scan report", look["title"]),
        Paragraph(markup(f"Case {document.content.facts.case}"), look["text"]),
    ]
    for section in document.content.sections:
        story += headed(section.title, [document.text(section.key)], look)
        edits = document.edits_of(section.key)
        if edits:
            words = f"Edited by {edits[-1].person}, {shown_time(edits[-1].at)}."
            story.append(Paragraph(markup(words), look["note"]))
        for each in document.addenda:
            if each.section == section.key:
                words = f"Addendum by {each.person}, {shown_time(each.at)}: {each.text}"
                story.append(Paragraph(markup(words), look["text"]))
    model = model_line(document.content.facts)
    if model:
        story += headed("Model", [model], look)
    return story + headed("Signature", [document.state], look)


def _numbers(document: ReportDocument, room: float, look: Styles) -> Flowables:
    from reportlab.platypus import PageBreak, Paragraph

    facts = document.content.facts
    story: Flowables = [PageBreak()]
    for shown in (index_table(facts), lesion_table(facts)):
        story += table(shown, room, look)
    if facts.validity:
        story += headed("To be read with the numbers", [f"• {note}" for note in facts.validity], look)
    story += table(history(document), room, look)
    story += headed("Research use", [" ".join(RESEARCH_USE)], look)
    words = f"Wording: {document.content.wording}. Program: ScintiRead {document.program}."
    return [*story, Paragraph(markup(words), look["note"])]


def _decoration(document: ReportDocument, width: float, height: float, look: Styles) -> Any:
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
            (document.state, look["draft" if draft else "state"], height - 33),
            (f"Bone scan report, case {facts.case}", look["note"], height - 45),
        ):  # paragraphs, because a name may need another font
            said = Paragraph(markup(line[:_LONGEST_LINE]), style)
            said.wrap(width - 2 * _EDGE - 150, 12)
            said.drawOn(canvas, _EDGE, bottom)
        if facts.simulated:
            canvas.setFont(BOLD, 9)
            canvas.setFillColor(ALARM)
            canvas.drawRightString(width - _EDGE, height - 30, SIMULATED)
        foot(canvas, page.page, width, _EDGE)
        canvas.restoreState()

    return decorate
