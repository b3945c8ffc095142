"""The report as one HTML file that needs no other: pictures inside, outlines drawn over them as SVG."""

from __future__ import annotations

from app.report.bone_scan.difference import ADDED, KEPT, REMOVED
from app.report.bone_scan.document import ReportDocument, shown_time
from app.report.bone_scan.facts import Polygon
from app.report.bone_scan.pictures import outlines_on, sides
from app.report.bone_scan.tables import SIMULATED, history, index_table, legend, lesion_table, model_line
from app.report.page import page

_TAGS = {KEPT: "span", REMOVED: "del", ADDED: "ins"}


def html_text(document: ReportDocument) -> str:
    """The page; every text of a person or a file is escaped."""
    facts = document.content.facts
    return page(
        "bone_scan.html.j2",
        {"points": _points, "time": shown_time, "tag": lambda run: _TAGS[run[:1]]},
        document=document,
        facts=facts,
        films=[(each, outlines_on(facts, each.view), sides(each.view)) for each in document.pictures],
        legend=legend(facts),
        model=model_line(facts),
        tables=(index_table(facts), lesion_table(facts)),
        history=history(document),
        simulated=SIMULATED,
    )


def _points(line: Polygon) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)
