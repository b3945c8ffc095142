"""Checks that what stands on record of a study's life still fits the readings that it names."""

from __future__ import annotations

from collections.abc import Mapping

from app.store.life import life_of
from app.store.opening import OpenStudy
from app.study.events import EventKind


def life_problems(study: OpenStudy) -> list[str]:
    """A sentence per record whose answers are not the ones that it was made of."""
    life = life_of(study.database)
    if not life.records:
        return []
    chains = {
        reader: [stored.sha256 for stored in study.readings.stored(reader)]
        for reader in study.readings.readers()
    }
    there = {sha256 for hashes in chains.values() for sha256 in hashes}
    problems = []
    for record in life.records:
        if record.kind is EventKind.CASE_STANDING:
            gone = [one for one in record.payload.get("readings", ()) if one not in there]
            held = not gone
        elif record.kind is EventKind.READER_STANDING:
            held = _ends_in(record.payload.get("head"), chains.get(record.subject, []))
        else:
            held = True
        if not held:
            problems.append(f"On record is: {record.sentence} The answers of then are not there.")
    return problems


def _ends_in(head: object, chain: list[str]) -> bool:
    """Whether the chain of readings passes through the end that was recorded."""
    if not isinstance(head, Mapping):
        return False
    number = head.get("readings")
    if not isinstance(number, int) or number > len(chain):
        return False
    return number == 0 or chain[number - 1] == head.get("readings_sha256")
