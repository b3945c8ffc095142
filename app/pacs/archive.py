"""A node as it is spoken to: by the classic protocol or by DICOMweb, with the same five questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from app.pacs.node import Node
from app.pacs.query import FoundSeries, Query
from app.pacs.receive import Keep, WantedSeries
from app.pacs.search import Found
from app.pacs.store import Outgoing, Sent
from app.progress import Progress


class Archive(Protocol):
    """What can be asked of a PACS; every question raises AppError with one sentence, and Cancelled."""

    def echo(self, node: Node, progress: Progress) -> None:
        """Whether it answers."""

    def find_studies(self, node: Node, query: Query, progress: Progress) -> Found:
        """The studies that fit, the newest first, and what was left out."""

    def look_into(
        self, node: Node, query: Query, studies: Sequence[str], progress: Progress
    ) -> list[FoundSeries]:
        """The series of some studies that are meant, with their instances."""

    def fetch(self, node: Node, wanted: Sequence[WantedSeries], keep: Keep, progress: Progress) -> list[str]:
        """Fetch instances; returns what the PACS could not do."""

    def store(self, node: Node, files: Sequence[Outgoing], progress: Progress) -> Iterator[Sent]:
        """Send files; yields the fate of each."""


def archive_of(node: Node) -> Archive:
    """How this node is spoken to."""
    if node.web:
        from app.pacs import web

        return web
    from app.pacs import classic

    return classic
