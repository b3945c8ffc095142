"""Protocol versions, cases and lists of a study: domain objects in, domain objects out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from app.bounded import json_in
from app.errors import AppError
from app.store.database import Database
from app.store.server.told import tell
from app.store.tables import ASSIGNMENTS, CASES, PROTOCOLS, READINGS
from app.study.aside_rules import AsideRules
from app.study.assignment import Assignment
from app.study.canonical import canonical_json, from_plain, utc_moment, utc_text
from app.study.case import StudyCase, frozen_sha256
from app.study.case_beside import CaseBeside
from app.study.protocol import FROZEN, Arm, Protocol


@dataclass(frozen=True)
class ProtocolVersion:
    """A protocol as it is kept: with the hash over protocol and cases, and when a session first froze it."""

    protocol: Protocol
    sha256: str
    frozen_utc: datetime | None


class Studies:
    """What is decided before anybody reads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.last_seen: tuple[ProtocolVersion, ...] = ()
        """All versions as they were when they were looked at last."""

    def versions(self) -> tuple[ProtocolVersion, ...]:
        """All versions of the protocol, oldest first."""
        query = select(PROTOCOLS).order_by(PROTOCOLS.c.version)
        if self._database.file is not None:
            (rows,), opened = self._database.look(query), ""
        else:
            rows, first = self._database.look(query, text("SELECT min(utc) AS utc FROM openings"))
            opened = first[0].utc or ""
        self.last_seen = tuple(_version(row, opened) for row in rows)
        return self.last_seen

    def current(self) -> ProtocolVersion:
        """The newest version; raises AppError when the database holds no study."""
        versions = self.versions()
        if not versions:
            raise AppError(f"{self._database.name} holds no study.", "Make one with `scintiread study new`.")
        return versions[-1]

    def define(
        self, protocol: Protocol, cases: Sequence[StudyCase], plan: Sequence[Assignment]
    ) -> ProtocolVersion:
        """Keep the first version with its cases and lists, replacing one that nobody has read by yet.

        Raises AppError once the study is frozen.
        """
        with self._database.writing() as connection:
            self._refuse_frozen(connection)
            for table in (ASSIGNMENTS, CASES, PROTOCOLS):
                connection.execute(delete(table))
            sha = frozen_sha256(protocol, cases)
            self._insert(connection, protocol, sha, cases, 0, plan)
            tell(connection)
        return ProtocolVersion(protocol, sha, None)

    def extend(
        self, protocol: Protocol, added: Sequence[StudyCase], plan: Sequence[Assignment]
    ) -> ProtocolVersion:
        """Keep a further version: the added cases and what the readers' lists gain."""
        known = self.cases()
        sha = frozen_sha256(protocol, [*known, *added])
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            self._insert(connection, protocol, sha, added, len(known), plan, now)
            tell(connection)
        return ProtocolVersion(protocol, sha, now)

    def adopt(
        self,
        versions: Sequence[ProtocolVersion],
        cases: Sequence[tuple[StudyCase, int]],
        plan: Sequence[Assignment],
    ) -> None:
        """Fill an empty study with what was frozen elsewhere, under the hashes it has there.

        `cases`: each with the protocol version that it came with.
        """
        with self._database.writing() as connection:
            for version in versions:
                self._insert(connection, version.protocol, version.sha256, (), 0, (), version.frozen_utc)
            tell(connection)
            rules = {version.protocol.version: version.protocol.beside for version in versions}
            rows = [
                _case_row(case, place, number, rules.get(number, versions[-1].protocol.beside))
                for place, (case, number) in enumerate(cases)
            ]
            if rows:
                connection.execute(insert(CASES), rows)
            if plan:
                connection.execute(insert(ASSIGNMENTS), [_assignment_row(item) for item in plan])

    def append_plan(self, plan: Sequence[Assignment]) -> None:
        """Append to readers' lists; what is there stays."""
        if plan:
            with self._database.writing() as connection:
                connection.execute(insert(ASSIGNMENTS), [_assignment_row(item) for item in plan])

    def freeze(self, now: datetime) -> ProtocolVersion:
        """From now on the protocol cannot change; freezing twice keeps the first moment.

        A reader on a server freezes it at the server's own time."""
        if self._database.file is None:  # where readers have no right to change rows
            self._database.fly(("SELECT seat.freeze(%(utc)s)", {"utc": utc_text(now)}))
            return self.current()
        with self._database.writing() as connection:
            unfrozen = update(PROTOCOLS).where(PROTOCOLS.c.frozen_utc.is_(None))
            connection.execute(unfrozen.values(frozen_utc=utc_text(now)))
        return self.current()

    def cases(self) -> tuple[StudyCase, ...]:
        """All cases in the order they were added."""
        return tuple(_case(row) for row in self._database.look(select(CASES).order_by(CASES.c.ordinal))[0])

    def versions_of_cases(self) -> dict[str, int]:
        """With which protocol version each case came."""
        with self._database.reading() as connection:
            rows = connection.execute(select(CASES.c.code, CASES.c.protocol_version)).all()
        return {row.code: row.protocol_version for row in rows}

    def case_count(self) -> int:
        """How many cases there are."""
        return int(self._database.look(select(func.count()).select_from(CASES))[0][0][0])

    def case(self, code: str) -> StudyCase:
        """One case; raises AppError when there is none of that code."""
        (rows,) = self._database.look(select(CASES).where(CASES.c.code == code))
        if not rows:
            raise AppError(f"The study has no case {code}.", "Check the case list.")
        return _case(rows[0])

    def some_cases(self, codes: Sequence[str]) -> tuple[StudyCase, ...]:
        """Those of these cases that there are."""
        query = select(CASES).where(CASES.c.code.in_(codes)).order_by(CASES.c.ordinal)
        return tuple(_case(row) for row in self._database.look(query)[0])

    def plan(self, reader: str) -> tuple[Assignment, ...]:
        """A reader's whole list."""
        columns = ASSIGNMENTS.c
        query = select(ASSIGNMENTS).where(columns.reader == reader).order_by(columns.position)
        return tuple(assignment_of(row) for row in self._database.look(query)[0])

    def _insert(
        self,
        connection: Connection,
        protocol: Protocol,
        sha: str,
        cases: Sequence[StudyCase],
        first_ordinal: int,
        plan: Sequence[Assignment],
        frozen: datetime | None = None,
    ) -> None:
        connection.execute(
            insert(PROTOCOLS).values(
                version=protocol.version,
                sha256=sha,
                body=canonical_json(protocol),
                created_utc=utc_text(datetime.now(UTC)),
                frozen_utc=utc_text(frozen) if frozen else None,
            )
        )
        if cases:
            rows = [
                _case_row(case, first_ordinal + i, protocol.version, protocol.beside)
                for i, case in enumerate(cases)
            ]
            connection.execute(insert(CASES), rows)
        if plan:
            connection.execute(insert(ASSIGNMENTS), [_assignment_row(item) for item in plan])

    def _refuse_frozen(self, connection: Connection) -> None:
        frozen = connection.execute(
            select(func.count()).select_from(PROTOCOLS).where(PROTOCOLS.c.frozen_utc.is_not(None))
        ).scalar_one()
        read = connection.execute(select(func.count()).select_from(READINGS)).scalar_one()
        if frozen or read or _opened(connection):
            raise AppError(
                FROZEN,
                "Add cases or readers with `scintiread study add`; anything else is a new study.",
            )


def _opened(connection: Connection) -> str:
    """When a reader first opened a study on a server; empty before, and for a study in a file."""
    if connection.dialect.name != "postgresql":
        return ""
    return str(connection.execute(text("SELECT min(utc) FROM openings")).scalar() or "")


def _version(row: Row[tuple[object, ...]], opened: str) -> ProtocolVersion:
    said = row.frozen_utc or opened
    frozen = utc_moment(said) if said else None
    return ProtocolVersion(from_plain(Protocol, json_in(row.body)), row.sha256, frozen)


def _case(row: Row[tuple[object, ...]]) -> StudyCase:
    hashes = json_in(row.image_hashes)
    files = tuple(json_in(row.files))
    first, later = (from_plain(CaseBeside, json_in(text)) for text in (row.beside, row.beside_later))
    beside = first.joined(later)
    return StudyCase(
        row.code, files, hashes, row.clinical_information, row.as_shown, bool(row.simulated), beside
    )


def _case_row(case: StudyCase, ordinal: int, version: int, rules: AsideRules) -> dict[str, object]:
    first, later = case.beside.parts(rules)
    return {
        "code": case.code,
        "ordinal": ordinal,
        "files": canonical_json(case.files),
        "image_hashes": canonical_json(case.image_hashes),
        "clinical_information": case.clinical_information,
        "as_shown": case.as_shown,
        "simulated": case.simulated,
        "protocol_version": version,
        "beside": canonical_json(first),
        "beside_later": canonical_json(later),
    }


_ARMS = {arm.value: arm for arm in Arm}  # ten thousand look-ups are much faster than ten thousand Arm(...)


def assignment_of(row: Sequence[Any]) -> Assignment:
    """The place of a list in a row."""
    reader, position, case, arm, visit, warm_up, repeat_of = row
    return Assignment(reader, position, case, _ARMS[arm], visit, bool(warm_up), repeat_of)


def _assignment_row(item: Assignment) -> dict[str, object]:
    return {
        "reader": item.reader,
        "position": item.position,
        "case_code": item.case,
        "arm": item.arm.value,
        "visit": item.visit,
        "warm_up": item.warm_up,
        "repeat_of": item.repeat_of,
    }
