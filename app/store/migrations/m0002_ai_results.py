"""Second format: what a model said of each case, computed ahead of the aided readings."""

from __future__ import annotations

from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, Text

_METADATA = MetaData()

Table(
    "ai_results",
    _METADATA,
    Column("case_code", String(128), primary_key=True),
    Column("source", Text, nullable=False),
    Column("images", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("heatmaps", LargeBinary, nullable=False),
)


def upgrade(connection: Connection) -> None:
    """Create the table."""
    _METADATA.create_all(connection)
