"""Whether a reader may sit down at a study, and what it takes to begin one that nobody has read yet."""

from __future__ import annotations

from app.errors import AppError
from app.language import tr
from app.store.opening import OpenStudy
from app.store.studies import ProtocolVersion
from app.study.clock import Clock
from app.study.protocol import Protocol
from app.study.protocol_file import read_protocol
from app.workflows.study.protocol import refresh_protocol


class NotBegun(AppError):  # noqa: N818  (a fact that is dealt with)
    """Nobody has read the study yet: who sits down freezes it, and has to be asked."""

    def __init__(self, title: str) -> None:
        super().__init__(f"Nobody has read {title} yet.", "Who begins freezes its protocol.")
        self.title = title


def begun(
    study: OpenStudy, reader: str, version: ProtocolVersion, clock: Clock, begin: bool
) -> ProtocolVersion:
    """The frozen protocol, taken over from its file and frozen now if it was not yet."""
    if version.frozen_utc is None or read_protocol(study.folder.protocol) != version.protocol:
        refresh_protocol(study)
        version = study.studies.current()
        known_reader(study, version.protocol, reader)
    if version.frozen_utc is not None:
        return version
    if not begin:
        raise NotBegun(version.protocol.title)
    return study.studies.freeze(clock.now().utc)


def known_reader(study: OpenStudy, protocol: Protocol, reader: str) -> str:
    """The reader's code; raises AppError for one that the study does not have, or that was withdrawn."""
    readers = protocol.readers
    if reader not in readers:
        raise AppError(
            tr("The study has no reader {reader}.", reader=reader),
            tr("It has: {readers}.", readers=", ".join(readers)),
        )
    if reader in study.look_who_is_out().readers:
        raise AppError(
            tr("Reader {reader} was withdrawn from the study.", reader=reader), tr("Ask its coordinator.")
        )
    return reader
