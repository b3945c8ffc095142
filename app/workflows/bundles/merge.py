"""Takes what came back from the readers into the study: checked, idempotent, and never over anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from app.bundles.compare import BundleComparison, compare
from app.bundles.course import KEPT_KINDS
from app.bundles.journal import checked_results
from app.bundles.manifest import RESULTS_SUFFIX
from app.bundles.registry import BundleRecord, BundleRegistry, MergeRecord
from app.bundles.results import Results, ResultsHeader, worth_keeping
from app.errors import AppError
from app.files import csv_text, refused, whole
from app.progress import NoProgress, Progress, one_by_one
from app.store.opening import OpenStudy, open_study
from app.store.server.roles import require_coordinator
from app.store.sitting import place_kept
from app.study.clock_check import TOLERANCE, told_span
from app.study.events import EventKind
from app.study.merge_report import MergeConflict, MergedFile, MergeOutcome, MergeReport, when_and_where
from app.study.reading import Reading
from app.wording import counted
from app.workflows.bundles.brought import Brought, brought, furthest

_NOTHING = "Nothing of it was taken over."


def merge_bundles(study: Path, files: Sequence[Path], progress: Progress | None = None) -> MergeReport:
    """Merge the results in these files; a bundle stands for those inside and beside it.

    Every file is merged whole or not at all. What contradicts the study is listed, kept in the coordinator's
    folder and left out. Raises AppError when the study cannot be opened, or by a reader's login.
    """
    progress = progress or NoProgress()
    opened = open_study(study)
    try:
        require_coordinator(opened.database, study.name)
        merge = _Merge(opened)
        for file in one_by_one(files, progress, "File"):
            merge.take(file)
        report = MergeReport(tuple(merge.files), tuple(merge.conflicts))
        merge.registry.keep_report(datetime.now(UTC), report)
        progress.report(1.0, report.sentence)
        return report
    finally:
        opened.close()


def write_report(report: MergeReport, file: Path) -> None:
    """Write the report as CSV; raises AppError when the disk refuses."""
    try:
        with whole(file) as out:
            out.write(csv_text(report.rows()).encode())
    except OSError as error:
        raise refused(file, error, "Choose another place.") from error


def origins(study: Path) -> tuple[str, ...]:
    """A line per bundle that readings were merged from; none where the coordinator's folder is closed."""
    opened = open_study(study)
    try:
        merges = BundleRegistry(opened.folder).merges()
    finally:
        opened.close()
    added: dict[tuple[str, str], int] = {}
    for each in merges:
        added[each.reader, each.bundle] = added.get((each.reader, each.bundle), 0) + each.readings
    return tuple(
        f"{counted(count, 'reading')} of {reader} came from bundle {bundle[:8]}"
        for (reader, bundle), count in added.items()
        if count
    )


class _Merge:
    """One run over several files."""

    def __init__(self, study: OpenStudy) -> None:
        self._study = study
        self.registry = BundleRegistry(study.folder)
        self.files: list[MergedFile] = []
        self.conflicts: list[MergeConflict] = []
        self._backed_up = False

    def take(self, given: Path) -> None:
        """Merge one file and note what came of it."""
        try:
            for one in furthest(brought(given), lambda one: self._record(one.name, one.header).reader_key):
                record = self._record(one.name, one.header)
                results = checked_results(one.name, one.content, record.reader_key)
                self._refuse(one.name, results, record)
                with place_kept(self._study, record.reader):  # a window would go on from where it was
                    self._merge(one, results, record)
        except AppError as error:
            self.files.append(MergedFile(given.name, MergeOutcome.REFUSED, str(error)))

    def _record(self, name: str, header: ResultsHeader) -> BundleRecord:
        """The note on the bundle that the results were read with; raises AppError for a foreign one."""
        record = self.registry.find(header.bundle)
        versions = self._study.studies.versions()
        if record is not None:
            return record
        if header.first_sha256 != versions[0].sha256:
            raise AppError(f"{name} belongs to another study ({_code(header.study)}).", _NOTHING)
        raise AppError(
            f"{name} was read with a bundle that this study knows nothing of.",
            "Restore coordinator/bundles of the computer that made it.",
        )

    def _refuse(self, name: str, results: Results, record: BundleRecord) -> None:
        header = results.header
        versions = {version.sha256 for version in self._study.studies.versions()}
        protocol = self._study.studies.current().protocol
        if header.reader not in protocol.readers:
            raise AppError(f"{name}: the study has no reader {_code(header.reader)}.", _NOTHING)
        if (header.reader, header.protocol_sha256) != (record.reader, record.protocol_sha256):
            raise AppError(f"{name}: its first line is not that of the bundle it names.", _NOTHING)
        said = {batch.reading.identity.protocol_sha256 for batch in results.batches if batch.reading}
        if not {header.protocol_sha256, *said} <= versions or header.first_sha256 not in versions:
            raise AppError(
                f"{name} was read by another version of the protocol than any that this study has.",
                "If this is an older copy of the study, use the current one.",
            )
        if results.cut:
            raise AppError(
                f"{name} is cut off in its last line.",
                "Have the bundle opened once more where it was read, which completes it, and sent again.",
            )
        self._refuse_other_places(name, results)

    def _refuse_other_places(self, name: str, results: Results) -> None:
        reader = results.header.reader
        plan = {item.position: (item.case, item.visit) for item in self._study.studies.plan(reader)}
        for batch in results.batches:
            who = batch.reading.identity if batch.reading else None
            if who and (who.reader, plan.get(who.position)) != (reader, (who.case, who.visit)):
                where = f"{name}, line {batch.line}: place {who.position}"
                raise AppError(f"{where} of the reader's list is another case.", _NOTHING)

    def _merge(self, one: Brought, results: Results, record: BundleRecord) -> None:
        reader, bundle = results.header.reader, results.header.bundle
        kept = worth_keeping(results.batches, KEPT_KINDS)
        found = compare(self._study, reader, results, kept, one.name)
        contradicting = [self._conflict(one.file, reader, reading) for reading in found.contradicting]
        if found.new and not contradicting:
            self._append(reader, found, record.made_utc)
        digest = sha256(one.content).hexdigest()
        if found.new or contradicting:
            copy = f"{reader}-{bundle[:8]}-{digest[:8]}{RESULTS_SUFFIX}"
            added = (found.new_readings, found.new_events) if not contradicting else (0, 0)
            now = datetime.now(UTC)
            self.registry.keep_returned(copy, one.content)
            self.registry.note_merge(
                MergeRecord(one.file, digest, bundle, reader, now, *added, len(contradicting), copy)
            )
        self.conflicts += contradicting
        self.files.append(self._row(one.file, results, found, len(contradicting)))

    def _append(self, reader: str, found: BundleComparison, frozen: datetime) -> None:
        if not self._backed_up:
            self._study.back_up()
            self._backed_up = True
        self._study.studies.freeze(frozen)  # a study made again, or restored, does not know that it was
        self._study.journal(reader).append_all(found.new)

    def _row(self, name: str, results: Results, found: BundleComparison, conflicts: int) -> MergedFile:
        reader, bundle = results.header.reader, results.header.bundle
        if conflicts:
            are = counted(conflicts, "reading contradicts", "readings contradict")
            text = f"{are} the study; nothing was added, the file is kept in coordinator/bundles/returned."
            return MergedFile(name, MergeOutcome.CONFLICT, text, reader, bundle, 0, found.known)
        words = []
        if found.new:
            words.append(f"{counted(found.new_readings, 'reading')} added.")
        if found.known:
            words.append(f"{counted(found.known, 'reading was', 'readings were')} there already.")
        edited = sum(bool(reading.flags.amends) for _, reading in found.new if reading is not None)
        if edited:
            words.append(f"{counted(edited, 'answer was', 'answers were')} changed by the reader later.")
        if not found.new and not found.known:
            words.append("It holds no answer yet.")
        words += self._remarks(results)
        outcome = MergeOutcome.MERGED if found.new else MergeOutcome.NOTHING_NEW
        return MergedFile(name, outcome, " ".join(words), reader, bundle, found.new_readings, found.known)

    def _remarks(self, results: Results) -> list[str]:
        remarks = []
        versions = {version.sha256: version.protocol.version for version in self._study.studies.versions()}
        read_by, newest = versions[results.header.protocol_sha256], max(versions.values())
        if read_by != newest:
            remarks.append(f"It was read by version {read_by} of the protocol; the study is at {newest}.")
        last = results.batches[-1].events[-1:] if results.batches else ()
        ahead = last[0].at.utc - datetime.now(UTC) if last else timedelta()
        if ahead > TOLERANCE:
            remarks.append(f"The clock that it was read by is {told_span(ahead)} ahead of this computer's.")
        if last and last[0].kind is not EventKind.SESSION_CLOSED:
            remarks.append("It ends within a session: more may be missing.")
        return remarks

    def _conflict(self, name: str, reader: str, theirs: Reading) -> MergeConflict:
        who = theirs.identity
        ours = [
            reading
            for reading in self._study.readings.all(reader)
            if (reading.identity.position, reading.identity.arm) == (who.position, who.arm)
        ]
        if theirs.flags.amends:
            what = "edited twice" if any(reading.flags.amends for reading in ours) else "edited elsewhere"
        else:
            what = "read twice" if ours else "follows a reading that contradicts"
        return MergeConflict(
            file=name,
            reader=reader,
            case=who.case,
            position=who.position,
            arm=who.arm.value,
            what=what,
            theirs=when_and_where(theirs.submitted_utc, who.site),
            ours=when_and_where(ours[-1].submitted_utc, ours[-1].identity.site) if ours else "not read",
        )


def _code(text: str) -> str:
    """A code out of a file nobody has checked: short and printable."""
    return "".join(letter for letter in text[:32] if letter.isprintable()) or "unnamed"
