"""Makes bundles: one file per reader with all that the reader needs offline, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app import __version__
from app.bundles.keys import SECRET_BYTES, SigningKey
from app.bundles.manifest import (
    SUFFIX,
    BundleCase,
    BundleKeys,
    BundleStudy,
    BundleVersion,
    Manifest,
    aided_cases,
)
from app.bundles.registry import BundleRecord, BundleRegistry
from app.bundles.writer import BundleWriter, free_bytes
from app.errors import AppError
from app.progress import NoProgress, Part, Progress, check_cancelled
from app.store.life import retired
from app.store.opening import OpenStudy, batches_after, open_study
from app.store.server.roles import require_coordinator
from app.store.sitting import place_kept
from app.study.assignment import Assignment
from app.study.canonical import canonical_json
from app.study.case import StudyCase
from app.study.chain import Head, copy_line
from app.study.protocol import Mode
from app.study.redacted import for_reader
from app.unfinished import unfinished
from app.wording import counted
from app.workflows.bundles.ai import seal_name, sealed_results
from app.workflows.bundles.scans import Assurance, bundle_scans, refuse_telling_codes
from app.workflows.bundles.signers import remember_signer
from app.workflows.study.ai_results import ai_results_for
from app.workflows.study.panel import told_to_adjudicator
from app.workflows.study.protocol import refresh_protocol
from app.workflows.study.truth_record import put_truth_on_record, sealed_on_record

SHORTEST_PASSPHRASE = 8


@dataclass(frozen=True)
class BundleMade:
    """A bundle that was written; `fingerprint` is of the key that signed it."""

    file: Path
    reader: str
    bundle: str
    cases: int
    presentations: int
    size_bytes: int
    fingerprint: str
    sealed: int
    locked: bool
    notes: tuple[str, ...] = field(default=())


def make_bundle(
    study: Path,
    reader: str,
    out: Path,
    *,
    passphrase: str | None = None,
    progress: Progress | None = None,
    site: str = "",
    assurance: Assurance | None = None,
) -> BundleMade:
    """Write one reader's bundle; the protocol is frozen by it. `site` stands in every reading.

    Raises AppError, and writes nothing, for an unknown reader, one who is reading now, or a scan that cannot
    be de-identified.
    """
    wishes = [(reader, out)]
    return _make(study, wishes, passphrase, progress or NoProgress(), site, assurance or Assurance())[0]


def make_all_bundles(
    study: Path,
    folder: Path,
    *,
    passphrase: str | None = None,
    progress: Progress | None = None,
    assurance: Assurance | None = None,
    readers: Sequence[str] = (),
) -> tuple[BundleMade, ...]:
    """Write the bundles of all readers (or of these) into a folder, as STUDY-READER.scintiread."""
    opened = open_study(study)
    try:
        protocol = opened.studies.current().protocol
        out = retired(opened.database).readers
    finally:
        opened.close()
    # an adjudicator's list comes when the others are done
    later = frozenset[str]() if readers else {protocol.adjudicator, *out}
    wishes = [
        (reader, folder / f"{protocol.code}-{reader}{SUFFIX}")
        for reader in readers or protocol.readers
        if reader not in later
    ]
    made = _make(study, wishes, passphrase, progress or NoProgress(), "", assurance or Assurance())
    return tuple(made)


def _make(
    study: Path,
    wishes: Sequence[tuple[str, Path]],
    passphrase: str | None,
    progress: Progress,
    site: str,
    assurance: Assurance,
) -> list[BundleMade]:
    if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
        raise AppError(
            f"The passphrase is too short: at least {SHORTEST_PASSPHRASE} letters.", "Four words are good."
        )
    opened = open_study(study)
    try:
        require_coordinator(opened.database, study.name)
        refresh_protocol(opened)
        for reader, out in wishes:
            _refuse(opened, reader, out)
        wanted = {item.case for reader, _ in wishes for item in _list_of(opened, reader)}
        cases = [case for case in opened.studies.cases() if case.code in wanted]
        refuse_telling_codes(opened.folder, cases, assurance)
        registry = BundleRegistry(opened.folder)
        signer = registry.signing_key()
        with ExitStack() as held:
            for reader, _ in wishes:  # what is read meanwhile would be missing in the bundle
                held.enter_context(place_kept(opened, reader))
            images = held.enter_context(unfinished())
            copies = bundle_scans(opened.folder, cases, images, assurance, Part(progress, 0.0, 0.7))
            opened.studies.freeze(datetime.now(UTC))
            if not sealed_on_record(opened):
                put_truth_on_record(opened, "program", "sealed when bundles were made")
            made = []
            for index, (reader, out) in enumerate(wishes):
                share = 0.3 / len(wishes)
                part = Part(progress, 0.7 + share * index, 0.7 + share * (index + 1))
                draft = _Draft(opened, reader, site, copies, images)
                made.append(draft.write(out, registry, signer, passphrase, part))
        progress.report(1.0, f"{len(made)} of {len(wishes)} written")
        return made
    finally:
        opened.close()


def _list_of(study: OpenStudy, reader: str) -> tuple[Assignment, ...]:
    """What the reader has read and has left to read, without cases that are out of the study."""
    return study.readings.history(reader).without(retired(study.database).cases).plan


def _refuse(study: OpenStudy, reader: str, out: Path) -> None:
    protocol = study.studies.current().protocol
    if reader not in protocol.readers:
        raise AppError(f"The study has no reader {reader}.", f"It has: {', '.join(protocol.readers)}.")
    if reader in retired(study.database).readers:
        raise AppError(f"Reader {reader} was withdrawn from the study.", "Nothing was written.")
    if not study.studies.plan(reader):
        raise AppError(
            f"Reader {reader} has nothing to read yet.",
            "An adjudicator's list is laid out with `scintiread study panel STUDY --adjudicate`.",
        )
    if protocol.mode is Mode.TRAINING:
        raise AppError(
            "Training shows the truth after each answer, and a bundle never carries the truth.",
            "Let readers train on the study itself, or on `scintiread demo`.",
        )
    _refuse_without_ai(study, reader)
    if out.suffix != SUFFIX:
        raise AppError(f"{out.name} is no name for a bundle.", f"Let it end in {SUFFIX}.")
    if out.exists():
        raise AppError(f"{out.name} is there already.", "Move it away: answers may belong to it.")


def _refuse_without_ai(study: OpenStudy, reader: str) -> None:
    protocol = study.studies.current().protocol
    aided = aided_cases(protocol, _list_of(study, reader))
    missing = set(aided) - {entry.case for entry in study.ai.entries()} - set(protocol.ai.absent_cases)
    if missing:
        has = counted(
            len(missing), "case that is read with the AI has", "cases that are read with the AI have"
        )
        raise AppError(f"{has} no AI result.", "Compute the AI results first: `scintiread study ai`.")


class _Draft:
    """One reader's bundle in the making."""

    def __init__(
        self, study: OpenStudy, reader: str, site: str, copies: dict[str, StudyCase], images: Path
    ) -> None:
        self._study = study
        self._reader = reader
        self._site = site
        self._images = images
        self._current = study.studies.current()
        self._plan = _list_of(study, reader)
        mine = {item.case for item in self._plan}
        self._cases = [self._shown(case) for case in copies.values() if case.code in mine]

    def write(
        self,
        out: Path,
        registry: BundleRegistry,
        signer: SigningKey,
        passphrase: str | None,
        progress: Progress,
    ) -> BundleMade:
        """Put everything into the file and note it in the registry first."""
        own, bundle = SigningKey.new(), uuid4().hex
        keys = BundleKeys(own.secret, SigningKey.new().secret)
        assert len(keys.sealing) == 2 * SECRET_BYTES
        protocol = self._current.protocol
        head = self._study.readings.head(self._reader) or Head(0, "", 0, "")
        manifest = Manifest(
            bundle=bundle,
            study=protocol.code,
            title=protocol.title,
            reader=self._reader,
            site=self._site,
            version=protocol.version,
            protocol_sha256=self._current.sha256,
            first_sha256=self._study.studies.versions()[0].sha256,
            made_utc=datetime.now(UTC),
            program=__version__,
            cases=len(self._cases),
            simulated=sum(case.simulated for case in self._cases),
            signer=signer.public,
            reader_key=own.public,
            readings=head.readings,
            events=head.events,
        )
        _need_room(
            out, sum((self._images / file).stat().st_size for case in self._cases for file in _files(case))
        )
        with BundleWriter(out) as writer:
            writer.add(
                "study.json", "the protocol or the reading list", canonical_json(self._content()).encode()
            )
            writer.add("keys.json", "the bundle's key", canonical_json(keys).encode())
            writer.add("history.jsonl", "the record of earlier readings", self._history().encode())
            for index, case in enumerate(self._cases):
                check_cancelled(progress)
                progress.report(index / len(self._cases), f"Bundle of reader {self._reader}")
                for file in _files(case):
                    writer.add(file, f"the image of case {case.code}", (self._images / file).read_bytes())
            sealed = self._add_seals(writer, keys, bundle)
            record = BundleRecord(
                bundle, self._reader, own.public, protocol.version, self._current.sha256,
                manifest.made_utc, self._site,
            )  # fmt: skip
            remember_signer(manifest)  # who makes bundles here is not asked whose they are
            registry.keep(record)
            manifest = writer.finish(manifest, signer, passphrase)
        return BundleMade(
            file=out,
            reader=self._reader,
            bundle=bundle,
            cases=len(self._cases),
            presentations=len(self._plan),
            size_bytes=out.stat().st_size,
            fingerprint=manifest.fingerprint,
            sealed=sealed,
            locked=passphrase is not None,
        )

    def _shown(self, case: StudyCase) -> StudyCase:
        if self._reader == self._current.protocol.adjudicator:
            told = told_to_adjudicator(self._study, self._reader, case.code)
            return replace(case, clinical_information=told)
        shown = self._current.protocol.screen.clinical_information
        return case if shown else replace(case, clinical_information="")  # fields are the protocol's alone

    def _content(self) -> BundleStudy:
        came_with = self._study.studies.versions_of_cases()
        versions = []
        for version in self._study.studies.versions():
            assert version.frozen_utc is not None, "a bundle is made of a frozen study"
            rules = for_reader(version.protocol, self._reader)
            versions.append(BundleVersion(rules, version.sha256, version.frozen_utc))
        cases = tuple(BundleCase(case, came_with[case.code]) for case in self._cases)
        return BundleStudy(tuple(versions), cases, self._plan)

    def _history(self) -> str:
        batches = batches_after(self._study.readings, self._reader, Head(0, "", 0, ""))
        return "".join(copy_line(batch) + "\n" for batch in batches)

    def _add_seals(self, writer: BundleWriter, keys: BundleKeys, bundle: str) -> int:
        aided = aided_cases(self._current.protocol, self._plan)
        results = ai_results_for(self._study, self._reader, aided) if aided else {}
        seals = sealed_results(results, aided, keys.sealing, bundle)
        for number, case in enumerate(self._cases, start=1):
            if case.code in seals:
                what = f"the sealed AI result of case {case.code}"
                writer.add(seal_name(number), what, seals[case.code])
        return len(seals)


def _files(case: StudyCase) -> tuple[str, ...]:
    return (*case.files, *case.beside.files)


def _need_room(out: Path, size: int) -> None:
    if free_bytes(out.parent) < 2 * size:
        raise AppError(
            f"There is too little room for {out.name}: up to {2 * size // 2**20} MB are needed.",
            "Free some space or choose another disk.",
        )
