"""The tables as they are now; how they came to be is told in `migrations`.

Times are text in UTC, ISO 8601 with microseconds, which sorts as time does on every database.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

SCHEMA_VERSION = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("upgraded_utc", String(32), nullable=False),
)

PROTOCOLS = Table(
    "protocols",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Column("frozen_utc", String(32)),
)

CASES = Table(
    "cases",
    METADATA,
    Column("code", String(128), primary_key=True),
    Column("ordinal", Integer, nullable=False, unique=True),
    Column("files", Text, nullable=False),
    Column("image_hashes", Text, nullable=False),
    Column("clinical_information", Text, nullable=False),
    Column("as_shown", Boolean),
    Column("simulated", Boolean, nullable=False),
    Column("protocol_version", Integer, nullable=False),
    Column("beside", Text, nullable=False),
    Column("beside_later", Text, nullable=False),
)

ASSIGNMENTS = Table(
    "assignments",
    METADATA,
    Column("reader", String(32), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("case_code", String(128), nullable=False),
    Column("arm", String(16), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("warm_up", Boolean, nullable=False),
    Column("repeat_of", Integer),
    Index("assignments_by_case", "case_code", "reader", "arm"),
    Index("assignments_by_arm", "reader", "arm"),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("reader", String(32), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("session", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("case_code", String(128), nullable=False),
    Column("monotonic_ns", BigInteger, nullable=False),
    Column("utc", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("session", "number", name="events_once"),
    Index("events_by_position", "reader", "position"),
    Index("events_by_kind", "kind", "reader"),
)

READINGS = Table(
    "readings",
    METADATA,
    Column("reader", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("case_code", String(128), nullable=False),
    Column("arm", String(16), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("amends", String(64), nullable=False),
    Column("submitted_utc", String(32), nullable=False),
    Column("active_seconds", Float),
    Column("identity", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("times", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("ai", Text, nullable=False),
    Column("sections", Text, nullable=False),
    Column("events", Integer, nullable=False),
    Column("events_sha256", String(64), nullable=False),
    Column("previous_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    UniqueConstraint("reader", "position", "arm", "amends", name="readings_once"),
    Index(
        "readings_by_progress",
        "amends",
        "reader",
        "arm",
        "outcome",
        "locked",
        "submitted_utc",
        "active_seconds",
    ),
)

HEADS = Table(
    "heads",
    METADATA,
    Column("reader", String(32), primary_key=True),
    Column("readings", Integer, nullable=False),
    Column("readings_sha256", String(64), nullable=False),
    Column("events", Integer, nullable=False),
    Column("events_sha256", String(64), nullable=False),
)
"""Where each reader's two chains end, so that a missing end is seen too."""

ARRIVALS = Table(
    "arrivals",
    MetaData(),
    Column("reader", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("utc", String(32), nullable=False),
    Column("merged", Boolean, nullable=False),
)
"""On a server only: when a reading came in, by the server's clock; `merged`: out of a bundle."""

AI_RESULTS = Table(
    "ai_results",
    METADATA,
    Column("case_code", String(128), primary_key=True),
    Column("source", Text, nullable=False),
    Column("images", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("heatmaps", LargeBinary, nullable=False),
)
"""What a model said of each case; `source` tells its name, version and weights."""
