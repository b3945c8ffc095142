"""What every report on a page of the browser shares: where its templates lie, and how text gets in."""

from __future__ import annotations

from collections.abc import Callable

from app import __version__, paths
from app.wording import RESEARCH_USE, SHORT_RESEARCH_USE


def page(template: str, filters: dict[str, Callable[..., str]], **values: object) -> str:
    """One of `resources/report` with these values; every text of a person or a file is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(paths.resources() / "report"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters.update(filters)
    return environment.get_template(template).render(
        version=__version__,
        research_use=" ".join(RESEARCH_USE),
        short_research_use=SHORT_RESEARCH_USE,
        **values,
    )
