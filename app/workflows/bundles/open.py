"""Opens a bundle for reading: locks it, unpacks it once, and takes over what lies beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.bounded import json_in
from app.bundles.archive import needs_passphrase, opened_bundle
from app.bundles.compare import compare
from app.bundles.inside import Inside, forget_draft
from app.bundles.journal import BundleJournal, checked_results, nowhere_to_write, results_file
from app.bundles.keys import SigningKey
from app.bundles.manifest import BundleKeys, Manifest
from app.bundles.results import ResultsHeader
from app.errors import AppError
from app.language import for_later, tr
from app.progress import NoProgress, Part, Progress
from app.store.lock import Guarded, NameLock
from app.store.opening import OpenStudy, batches_after, open_study
from app.study.answer import ScreenRecord
from app.study.canonical import from_plain
from app.study.chain import DurableStep, Head, whole_lines
from app.study.clock import Clock
from app.workflows.bundles.inside import answers_inside, bring_beside, renewed_inside
from app.workflows.bundles.sealed_ai import SealedAi
from app.workflows.bundles.signers import remember_signer, require_familiar
from app.workflows.bundles.tails import give_way
from app.workflows.bundles.unpack import kept_manifest, put_images_away, working_copy
from app.workflows.study.read import OpenedSession, open_session


@dataclass(eq=False)
class OpenBundle:
    """A bundle that nobody else can open until `close`; `study` is its working copy, a study folder."""

    file: Path
    study: Path
    manifest: Manifest
    keys: BundleKeys
    locked: bool
    inside: Inside = field(repr=False)
    _lock: NameLock = field(repr=False)
    problem: AppError | None = None
    """Why the answers could not be written into the bundle the last time that was tried."""

    @property
    def results(self) -> Path:
        """The file beside it that grows with every answer."""
        return results_file(self.file)

    def renew(self, progress: Progress | None = None) -> bool:
        """Write the answers into the bundle, unless they are in it; whether it was written. A failure leaves
        it as it was, and is kept in `problem`."""
        before = self.inside
        try:
            self.inside = renewed_inside(self.file, self.manifest, before, progress or NoProgress())
            self.problem = None
        except AppError as error:
            self.problem = error
        return self.inside is not before

    def close(self, progress: Progress | None = None) -> bool:
        """Write the answers into the bundle, which takes a while, and let others open it; whether it was
        written. Without a passphrase to protect them, the images stay for the next time."""
        try:
            self.problem = _completed(self)
            return self.problem is None and self.renew(progress)
        finally:
            if self.locked:
                put_images_away(self.study)
            self._lock.release()


def open_bundle(
    file: Path,
    *,
    passphrase: str | None = None,
    progress: Progress | None = None,
    trusted: str | None = None,
) -> OpenBundle:
    """Open a bundle where it lies, and go on where the answers inside, beside and on this computer end.

    `trusted`: the public key that a person said to be the study's, "" for none yet, None where nobody is
    asked; raises UnfamiliarSigner for a key that is neither this nor known. What is sealed in the bundle
    never changes; answers that a crash kept out of it are written into it now. Raises AppError, and changes
    nothing, when it is damaged, altered, being read elsewhere, behind another passphrase, or lies where no
    answer could be written, and when answers contradict each other.
    """
    locked = behind_passphrase(file)
    progress = progress or NoProgress()
    lock = _lock(file)
    try:
        with opened_bundle(file, passphrase) as archive:
            if trusted is not None:
                require_familiar(archive.manifest, trusted)
            study = working_copy(archive, Part(progress, 0.0, 0.6))
            manifest = kept_manifest(study)
            inside = bring_beside(file, manifest)
            bundle = OpenBundle(file, study, manifest, _keys(study), locked, inside, lock)
            if not _take_over(bundle):
                give_way(archive, study, Part(progress, 0.6, 0.7))
                taken = _take_over(bundle)
                assert taken, "one of the two was made from the other"
        remember_signer(manifest)
        forget_draft(file)
        bundle.renew(Part(progress, 0.7, 1.0))
    except BaseException:
        lock.release()
        raise
    return bundle


def behind_passphrase(file: Path) -> bool:
    """Whether a bundle needs a passphrase; raises AppError when it is not there or no bundle."""
    if not file.is_file():
        raise AppError(tr("{file} is not there.", file=file.name), tr("Check the path of the bundle."))
    return needs_passphrase(file)


def check_bundle(file: Path, *, passphrase: str | None = None, progress: Progress | None = None) -> Manifest:
    """Read everything in a bundle once; raises AppError for the first thing that is not as it was signed."""
    behind_passphrase(file)
    with opened_bundle(file, passphrase) as archive:
        archive.check(progress)
        answers_inside(file, archive.manifest)
        return archive.manifest


def open_bundle_session(
    bundle: OpenBundle,
    *,
    screen: ScreenRecord | None = None,
    clock: Clock | None = None,
    left: Callable[[], object] | None = None,
) -> OpenedSession:
    """Sit the bundle's reader down; closing the session closes the bundle, or calls `left`, which has to.

    Raises AppError as a session of a study does, and closes the bundle then.
    """

    def leave() -> None:
        (left or bundle.close)()

    try:
        return open_session(
            bundle.study,
            bundle.manifest.reader,
            screen=screen,
            clock=clock,
            site=bundle.manifest.origin,
            ai=lambda opened, protocol: SealedAi(opened, protocol, bundle.manifest, bundle.keys),
            mirror=lambda opened: journal_of(bundle, opened),
            left=leave,
            bundle=bundle.file.name,
        )
    except BaseException:
        bundle.close()
        raise


def journal_of(bundle: OpenBundle, study: OpenStudy) -> BundleJournal:
    """The file of results beside the bundle, fed from the working copy."""
    manifest = bundle.manifest
    header = ResultsHeader(
        bundle=manifest.bundle,
        study=manifest.study,
        reader=manifest.reader,
        protocol_sha256=manifest.protocol_sha256,
        first_sha256=manifest.first_sha256,
        start=_start(study, manifest),
    )

    def missing(end: Head) -> list[DurableStep]:
        return batches_after(study.readings, manifest.reader, end)

    return BundleJournal(bundle.file, header, SigningKey(bundle.keys.signing), missing)


def _take_over(bundle: OpenBundle) -> bool:
    """Begin the file of results, or bring the working copy up to it when it was read on another computer;
    whether neither contradicts the other."""
    reader = bundle.manifest.reader
    study = open_study(bundle.study)
    try:
        journal = journal_of(bundle, study)
        if not journal.file.exists():
            journal.begin()
        content = journal.content()
        whole = whole_lines(content)
        results = checked_results(journal.file.name, whole, bundle.manifest.reader_key)
        if results.header.bundle != bundle.manifest.bundle:
            raise AppError(
                tr(
                    "{file} belongs to another bundle than {bundle}.",
                    file=journal.file.name,
                    bundle=bundle.file.name,
                ),
                tr("Move it to its own bundle."),
            )
        found = compare(study, reader, results, results.batches, journal.file.name)
        if found.parted:
            return False
        if found.new:
            study.journal(reader).append_all(found.new)
        journal.catch_up(study.readings.head(reader) or _start(study, bundle.manifest))
        if journal.problem:
            raise AppError(journal.problem, tr("Check the disk, then open the bundle again."))
        return True
    finally:
        study.close()


def _completed(bundle: OpenBundle) -> AppError | None:
    """Write what the file of results lacks, which a stick that was pulled out may have missed; what is in
    the way when that is impossible."""
    try:
        study = open_study(bundle.study)
        try:
            journal = journal_of(bundle, study)
            journal.catch_up(study.readings.head(bundle.manifest.reader) or _start(study, bundle.manifest))
        finally:
            study.close()
    except AppError as error:
        return error
    if not journal.problem:
        return None
    return AppError(
        journal.problem,
        tr("The answers are kept on this computer: put the disk back and open the bundle again."),
    )


def _start(study: OpenStudy, manifest: Manifest) -> Head:
    """Where the reader's chains stood when the bundle was made."""
    first = study.genesis(manifest.reader)
    events = {0: first} | {
        stored.sequence: stored.sha256 for stored in study.readings.events(manifest.reader)
    }
    readings = {0: first} | {
        stored.number: stored.sha256 for stored in study.readings.stored(manifest.reader)
    }
    return Head(manifest.readings, readings[manifest.readings], manifest.events, events[manifest.events])


def _keys(study: Path) -> BundleKeys:
    try:
        return from_plain(BundleKeys, json_in((study / "bundle" / "keys.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AppError(
            tr("The working copy {name} is damaged.", name=study.name),
            tr("Move it away and open the bundle again: answers beside the bundle are taken over."),
        ) from error


def _lock(file: Path) -> NameLock:
    """One program at a time, on whichever computer, as long as it is the same file."""
    try:
        return NameLock(
            file.parent,
            file.name,
            Guarded(taken=for_later("{name} is being read already"), file="{name}.lock"),
        )
    except AppError as error:
        if isinstance(error.__cause__, OSError):
            raise nowhere_to_write(file, error.__cause__) from error
        raise
