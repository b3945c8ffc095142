"""The ledger of a study's bundles: made, sent, opened, returned; and the words for those who read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.study.protocol import Protocol
from app.wording import counted


class BundleState(StrEnum):
    """How far a bundle is, as the coordinator can know it."""

    MADE = "made"
    SENT = "sent"
    OPENED = "opened"
    """Results came back in which it was opened, and no answer."""
    RETURNED = "returned in part"
    DONE = "everything returned"
    REPLACED = "replaced by a later one"
    WITHDRAWN = "reader withdrawn"


@dataclass(frozen=True)
class LedgerRow:
    """One bundle; times are None while nothing is known. `readings` came back, `left` are still to be read.

    `due`: the last day of the protocol, where it names one.
    """

    bundle: str
    reader: str
    version: int
    made: datetime
    sent: datetime | None
    opened: datetime | None
    returned: datetime | None
    readings: int
    left: int
    due: date | None = None
    replaced: bool = False
    withdrawn: bool = False

    @property
    def state(self) -> BundleState:
        """The furthest step."""
        if self.withdrawn:
            return BundleState.WITHDRAWN
        if self.replaced:
            return BundleState.REPLACED
        if not self.left:
            return BundleState.DONE
        if self.readings:
            return BundleState.RETURNED
        if self.opened:
            return BundleState.OPENED
        return BundleState.SENT if self.sent else BundleState.MADE

    def overdue(self, today: date) -> int:
        """Days since the last day on which it should have come back; 0 while there is time."""
        waits = self.state not in (BundleState.DONE, BundleState.REPLACED, BundleState.WITHDRAWN)
        return max(0, (today - self.due).days) if self.due and waits else 0

    def cells(self, today: date) -> tuple[str, ...]:
        """Reader, bundle, version, made, sent, opened, returned, and how it stands."""
        days = self.overdue(today)
        late = f", overdue by {counted(days, 'day')}" if days else ""
        told = f"{self.state.value}{late}"
        if self.state is BundleState.RETURNED:
            told = f"{counted(self.readings, 'reading')} returned, {self.left:,} left{late}"
        moments = (self.made, self.sent, self.opened, self.returned)
        return (
            self.reader,
            self.bundle[:8],
            str(self.version),
            *(f"{moment.astimezone():%Y-%m-%d}" if moment else "" for moment in moments),
            told,
        )


def invitation(protocol: Protocol, row: LedgerRow) -> str:
    """What is written to a reader with the bundle; nothing in it tells of cases, answers or other readers."""
    until = f" until {protocol.deadline}" if protocol.deadline else ""
    return _letter(
        protocol,
        f"Thank you for reading in “{protocol.title}” as reader {row.reader}.",
        f"Please read the {counted(row.left, 'case')} of the file {protocol.code}-{row.reader}.scintiread"
        f"{until}, in as many sittings as you like, and send the same file back: your answers are in it.",
        "Double click opens it where ScintiRead is installed. Keep the file; please do not pass it on.",
    )


def reminder(protocol: Protocol, row: LedgerRow, today: date) -> str:
    """What is written to a reader whose answers have not all come back."""
    days = row.overdue(today)
    late = f", which was {counted(days, 'day')} ago" if days else ""
    until = f" They are asked for until {protocol.deadline}{late}." if protocol.deadline else ""
    left = counted(row.left, "case of yours has", "cases of yours have")
    return _letter(
        protocol,
        f"This is about “{protocol.title}”, which you read as reader {row.reader}.",
        f"{left} not come back yet.{until}",
        "If you have read them, please send the file once more; if something keeps you, please write.",
    )


def _letter(protocol: Protocol, *paragraphs: str) -> str:
    close = f"Questions: {protocol.contact}" if protocol.contact else "With kind regards"
    return "\n\n".join(("Dear reader,", *paragraphs, close)) + "\n"
