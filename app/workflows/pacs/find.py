"""Asks a PACS for bone scans."""

from __future__ import annotations

import re
from dataclasses import replace

from app.pacs.archive import archive_of
from app.pacs.node import Node, checked
from app.pacs.query import Query, check_query
from app.pacs.search import Found
from app.progress import NoProgress, Progress


def find_on_pacs(node: Node, query: Query, progress: Progress | None = None) -> Found:
    """The studies that fit, the newest first, and what was left out; dates may be written 2026-03-31.

    Raises AppError and Cancelled.
    """
    query = with_plain_dates(query)
    check_query(query)
    return archive_of(node).find_studies(checked(node), query, progress or NoProgress())


def with_plain_dates(query: Query) -> Query:
    """The query with its dates as DICOM writes them."""
    return replace(query, date_from=_plain(query.date_from), date_to=_plain(query.date_to))


def _plain(date: str) -> str:
    return re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\1\2\3", date.strip())
