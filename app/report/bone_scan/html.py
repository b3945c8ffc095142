"""The report as one HTML file that needs no other: pictures inside, outlines drawn over them as SVG."""

from __future__ import annotations

from app import __version__, paths
from app.report.bone_scan.difference import ADDED, KEPT, REMOVED
from app.report.bone_scan.document import ReportDocument, shown_time
from app.report.bone_scan.facts import Polygon
from app.report.bone_scan.pictures import outlines_on, sides
from app.report.bone_scan.tables import (
    INDEX_HEAD,
    LESION_HEAD,
    SIMULATED,
    history,
    index_rows,
    legend,
    lesion_rows,
    model_line,
)
from app.wording import RESEARCH_USE, SHORT_RESEARCH_USE

_TAGS = {KEPT: "span", REMOVED: "del", ADDED: "ins"}


def html_text(document: ReportDocument) -> str:
    """The page; every text of a person or a file is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(paths.resources() / "report"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["points"] = _points
    environment.filters["time"] = shown_time
    environment.globals["tag_of"] = lambda run: _TAGS[run[:1]]
    facts = document.content.facts
    return environment.get_template("bone_scan.html.j2").render(
        document=document,
        facts=facts,
        films=[(each, outlines_on(facts, each.view), sides(each.view)) for each in document.pictures],
        legend=legend(facts),
        model=model_line(facts),
        index_head=INDEX_HEAD,
        indices=index_rows(facts),
        lesion_head=LESION_HEAD,
        lesions=lesion_rows(facts),
        history=history(document),
        research_use=" ".join(RESEARCH_USE),
        short_research_use=SHORT_RESEARCH_USE,
        simulated=SIMULATED,
        version=__version__,
    )


def _points(line: Polygon) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)
