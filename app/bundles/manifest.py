"""What a bundle says: a study as one reader needs it, without what a reader may not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.protocol import Arm, Mode, Protocol

SUFFIX = ".scintiread"
RESULTS_SUFFIX = ".scintiread-results"
FORMAT = 1
"""Raised when an older program could not read what a newer one writes."""


@dataclass(frozen=True)
class Member:
    """One file inside a bundle; `what` is what a person is told it is, `size` counts bytes."""

    name: str
    what: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The signed table of contents of a bundle.

    `protocol_sha256` freezes the version that is read by, `first_sha256` the study's first one, on which the
    reader's chains hang. `signer` and `reader_key` are Ed25519 public keys in hexadecimal: the study's, which
    signs this table, and the bundle's own, which signs what is read with it. `readings` and `events` count
    what the reader had recorded before.
    """

    bundle: str
    study: str
    title: str
    reader: str
    site: str
    version: int
    protocol_sha256: str
    first_sha256: str
    made_utc: datetime
    program: str
    cases: int
    simulated: int
    signer: str
    reader_key: str
    readings: int
    events: int
    members: tuple[Member, ...] = ()
    format: int = FORMAT

    @property
    def origin(self) -> str:
        """What stands as the site of every reading of this bundle."""
        return origin(self.bundle, self.site)

    @property
    def fingerprint(self) -> str:
        """The signing key in the short form that two people compare."""
        return fingerprint(self.signer)


@dataclass(frozen=True)
class BundleVersion:
    """A version of the protocol as the reader gets it, with the hash of the whole one."""

    protocol: Protocol
    sha256: str
    frozen_utc: datetime


@dataclass(frozen=True)
class BundleCase:
    """A case of the bundle, and the protocol version it came with."""

    case: StudyCase
    version: int


@dataclass(frozen=True)
class BundleStudy:
    """All that a working copy is made of beside its images."""

    versions: tuple[BundleVersion, ...]
    cases: tuple[BundleCase, ...]
    plan: tuple[Assignment, ...]


@dataclass(frozen=True)
class BundleKeys:
    """The secrets of one bundle, in hexadecimal: what signs its results, and what opens its AI results."""

    signing: str = field(repr=False)
    sealing: str = field(repr=False)


def origin(bundle: str, site: str) -> str:
    """How a reading's site tells that it was read from a bundle."""
    return f"{site}, bundle {bundle[:8]}" if site else f"bundle {bundle[:8]}"


def fingerprint(public_key: str) -> str:
    """The first 64 bits of a public key in groups of four letters."""
    return "-".join(public_key[place : place + 4] for place in range(0, 16, 4))


def aided_cases(protocol: Protocol, plan: Sequence[Assignment]) -> tuple[str, ...]:
    """The cases of a reader's list that are read with the AI at some time, each once, in that order."""
    if not protocol.reveals_ai:
        return ()
    sequential = protocol.mode is Mode.SEQUENTIAL
    return tuple(dict.fromkeys(item.case for item in plan if sequential or item.arm is Arm.AIDED))
