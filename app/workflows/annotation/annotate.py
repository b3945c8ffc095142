"""One person's annotations of a folder of scans: found, saved whole, recovered after a failure."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app import paths
from app.annotation.annotation import Annotation
from app.annotation.class_edits import check_unused
from app.annotation.class_names import ClassNames, class_names
from app.annotation.classes import ClassTable, class_table, own_table
from app.annotation.edits import without_proposals
from app.annotation.formats import labelme_json, native
from app.annotation.formats.files import read_whole
from app.annotation.formats.format import Beside
from app.annotation.label_set import LabelSet, images_of, sizes_of, with_images
from app.annotation.taken_over import taken_over
from app.errors import AppError
from app.files import drafts_in, refused, set_aside, write_whole
from app.names import unusable
from app.progress import Progress
from app.scan.class_words import named_class, telling_nothing, without_class
from app.scan.scan import Scan
from app.scan.view_words import named_side, without_side
from app.store.lock import Guarded, NameLock
from app.workflows.annotation.desk_protocol import DeskProtocol, read_desk_protocol
from app.workflows.annotation.desk_record import DeskRecord, read_record
from app.workflows.annotation.folder_classes import FOLDER, cases_of_classes, classes_kept, keep_classes
from app.workflows.annotation.import_map import read_import_map
from app.workflows.scans.library import find_scans
from app.workflows.scans.scan_row import ScanRow

_NAME = re.compile(r"[\w .-]{1,40}")
_GUARDED = Guarded(
    taken="Somebody is already annotating this folder as {name}",
    where="The folder of the annotations",
    file=f"{FOLDER}/{{name}}.lock",
)


class ChangedElsewhereError(AppError):
    """The file of a case is not what this program read or wrote last; it was left as it is."""


@dataclass(frozen=True)
class Loaded:
    """The annotation of a case as it was found; `told`: what the person should know about it."""

    annotation: Annotation
    told: tuple[str, ...] = ()
    unsaved: bool = False
    """It comes from the recovery copy or from another program and is not in the folder yet."""


@dataclass(frozen=True)
class OpenedFolder:
    """A folder as it was found; `told`: what the person should know about it."""

    rows: Sequence[ScanRow]
    record: DeskRecord
    protocol: DeskProtocol
    classes: ClassTable
    told: tuple[str, ...] = ()


class AnnotationFolder:
    """The annotations that one person makes on the scans of one folder.

    Each case is one file, FOLDER/annotations/ANNOTATOR/CASE.annotation.json, always written whole. When that
    fails, a recovery copy goes to the user's own folder and comes back when the case is next opened. Only
    what was read here, or written here, is written over.
    """

    def __init__(self, folder: Path, annotator: str) -> None:
        """Raises AppError for a folder that is not there or a name that cannot be a folder's."""
        if not folder.is_dir():
            raise AppError(f"{folder.name} is not a folder.", "Choose a folder with scans.")
        if not _NAME.fullmatch(annotator) or unusable(annotator):
            why = unusable(annotator) or "has 1 to 40 letters, digits, dots, dashes or blanks"
            raise AppError(f"The annotator's code {why}.", "Use a code such as R1.")
        self.folder = folder.absolute()
        self.annotator = annotator
        self.target = self.folder / FOLDER / annotator
        self._recovery = paths.user_data() / "recovery"
        self._writing = threading.Lock()
        self._lock: NameLock | None = None
        self.classes = class_table()
        """Those of the folder, once it is opened."""
        self._known: dict[str, str] = {}
        """What stands in the file of each case as far as this program knows: its digest, "" for no file."""

    def take(self) -> None:
        """Let nobody else annotate the folder under this name; raises AppError naming who does already.

        Drafts that a kill left are removed: who has the lock alone writes there.
        """
        self._lock = NameLock(self.folder / FOLDER, self.annotator, _GUARDED)
        for draft in drafts_in(self.target):
            with suppress(OSError):  # a folder that cannot be written is told when something is drawn
                draft.unlink()

    def release(self) -> None:
        """Let others annotate under this name again."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def rows(self, progress: Progress | None = None) -> Sequence[ScanRow]:
        """The scans of the folder that can be annotated, without what annotations wrote there.

        A case is called by its place in the folder alone: files that come or go later do not rename it. Which
        half or file is which view, the folder's map of imports says; raises AppError when that is damaged.
        """
        inside = sorted(each for each in self.folder.iterdir() if each.name != FOLDER)
        rows: dict[str, ScanRow] = {}
        told = read_import_map(self.target.parent).sides
        for row in find_scans(inside, progress, decode=False, told=told).usable:
            first = row.files[0]
            paired = len(row.files) > 1
            place = first.relative_to(self.folder)
            if paired and (bare := told.bare(first)):
                place = place.with_name(f"{bare}{first.suffix}")
            code = self._code(place, paired)
            code = code if code not in rows else f"{code}_{first.suffix.strip('.')}"
            rows[code] = replace(row, case=code)
        return [rows[code] for code in sorted(rows)]  # in an order that tells no class

    def _code(self, place: Path, paired: bool) -> str:
        """A case's code by its place in the folder, without words that tell a pair's sides or the class."""
        folders, stem = place.parent.parts, place.stem
        as_before = "_".join((*folders, stem))
        if paired:
            stem = without_side(stem) or stem
        kept = [without_side(each) if paired and named_side(each) else each for each in folders]
        kept = [each for each in kept if each and named_class(each) is None]
        code, earlier = "_".join((*kept, stem)), [as_before]
        in_class = any(named_class(each) is not None for each in folders)
        if in_class:
            code = telling_nothing(code, folders)
        if named_class(stem) is not None:
            earlier.append(code)
            bare = "_".join((*kept, without_class(stem) or "case"))
            code = telling_nothing(bare, (*folders, stem))
        elif not in_class:
            return code
        return next((each for each in earlier if self.file(each).is_file()), code)  # what was drawn is found

    def file(self, case: str) -> Path:
        """Where the annotation of a case is kept."""
        return self.target / f"{case}{native.ENDING}"

    def done(self) -> frozenset[str]:
        """The cases that have a file."""
        return frozenset(native.cases(self.target)) if self.target.is_dir() else frozenset()

    def opened(self, progress: Progress | None = None) -> OpenedFolder:
        """The scans with how far each is, and the folder's protocol; what cannot be read is told."""
        rows = self.rows(progress)
        record, told = read_record(self.target, self.done())
        protocol, notes = DeskProtocol(), [told] if told else []
        try:
            protocol = read_desk_protocol(self.target.parent)
        except AppError as error:
            notes.append(str(error))
        try:
            self.classes = classes_kept(self.target.parent) or own_table()
        except AppError as error:  # a table edited badly must not keep anybody from annotating
            self.classes = class_table()
            notes.append(f"{error} Until then the shipped classes are used here.")
        return OpenedFolder(rows, record, protocol, self.classes, tuple(notes))

    def cases_of_classes(self) -> Mapping[str, int]:
        """On how many cases of all annotators each class is drawn."""
        return cases_of_classes(self.target.parent, self.classes)

    def keep_classes(self, table: ClassTable) -> None:
        """Other classes for this folder and all its annotators.

        Raises AppError for a class that is gone and drawn by somebody, and where somebody else changed them.
        """
        check_unused(
            self.classes,
            {name for each in table.classes for name in (each.name, *each.was)},
            self.cases_of_classes(),
        )
        keep_classes(self.target.parent, table, self.classes)
        self.classes = table

    def load(self, scan: Scan) -> Loaded:
        """The annotation of a scan: recovered, saved, taken over from Labelme, or empty.

        A damaged file is set aside under another name and told, never written over. Raises AppError when the
        saved one belongs to images of another size.
        """
        told: list[str] = []
        file = self.file(scan.case)
        recovered = self._read(self._recovery_file(scan.case), scan, told)
        if recovered is not None:
            self._known[scan.case] = self._recovered_onto(scan.case)
            told.append("Changes that could not be saved were recovered.")
            return Loaded(recovered.annotation, tuple(told), unsaved=True)
        saved = self._read(file, scan, told)
        self._known[scan.case] = _digest(file)
        if saved is not None:
            return Loaded(saved.annotation, tuple(told))
        taken = self._from_labelme(scan, told)
        if taken is not None:
            return Loaded(replace(taken.annotation, reader=self.annotator), tuple(told), unsaved=True)
        return Loaded(Annotation(scan.case, self.annotator), tuple(told))

    def save(self, scan: Scan, annotation: Annotation) -> Path:
        """Write the annotation of a scan; when it cannot be, keep a recovery copy and raise AppError.

        Proposals that nobody has accepted are no annotation: they are not written. Raises
        ChangedElsewhereError where the file is not what was read or written here last; it stays as it is.
        """
        kept = replace(without_proposals(annotation), case=scan.case, reader=self.annotator)
        labels = LabelSet(kept, sizes_of(scan), images=images_of(scan))
        with self._writing:
            try:
                self._refuse_unknown(scan.case)
                (path,) = native.write(self.target, labels)
            except AppError as error:
                self._keep_recovery(labels, error)
                raise
            self._known[scan.case] = hashlib.sha256(native.content_of(labels)).hexdigest()
            self._forget_recovery(scan.case)
            return path

    def set_aside(self, case: str) -> Path:
        """Rename the file of a case, so that what was drawn here can be written; raises AppError."""
        with self._writing:
            try:
                aside = set_aside(self.file(case), "other")
            except OSError as error:
                raise refused(
                    self.file(case), error, "Rename it yourself, then save again.", "cannot be renamed"
                ) from error
            self._known[case] = ""
            return aside

    def others(self, scan: Scan) -> tuple[dict[str, Annotation], tuple[str, ...]]:
        """What other annotators of the folder drew on a scan, by their codes, and what could not be read."""
        found: dict[str, Annotation] = {}
        told: list[str] = []
        for folder in sorted(self.target.parent.glob("*/")):
            file = folder / f"{scan.case}{native.ENDING}"
            if folder == self.target or not file.is_file():
                continue
            try:
                labels = with_images(native.read(scan.case, (file,)), scan)
                found[folder.name] = self._as_meant(labels, scan, told).annotation
            except AppError as error:
                told.append(f"{folder.name}: {error}")
        return found, tuple(told)

    def drawn_on(self, scan: Scan) -> tuple[Annotation, tuple[str, ...]]:
        """What this annotator drew on another scan of the folder, and what should be known of it.

        Nothing where there is no file, or one that cannot be read, which is told. No file is changed.
        """
        told: list[str] = []
        file = self.file(scan.case)
        if file.is_file():
            try:
                labels = with_images(native.read(scan.case, (file,)), scan)
                return self._as_meant(labels, scan, told).annotation, tuple(told)
            except AppError as error:
                told.append(str(error))
        return Annotation(scan.case, self.annotator), tuple(told)

    def _keep_recovery(self, labels: LabelSet, failure: AppError) -> None:
        try:
            write_whole(self._recovery_file(labels.case), native.content_of(labels))
            write_whole(self._onto_file(labels.case), self._known.get(labels.case, "").encode())
        except AppError as error:
            raise AppError(
                f"{failure.message} No recovery copy could be kept either.",
                "Leave the program open and make room on the disk.",
            ) from error

    def _recovery_file(self, case: str) -> Path:
        place = hashlib.sha256(os.fsencode(self.target)).hexdigest()[:16]
        return self._recovery / f"{place}-{case}{native.ENDING}"

    def _onto_file(self, case: str) -> Path:
        """Beside a recovery copy: the digest of the file that it was drawn on."""
        return self._recovery_file(case).with_suffix(".onto")

    def _recovered_onto(self, case: str) -> str:
        onto = self._onto_file(case)
        return onto.read_text(encoding="ascii") if onto.is_file() else _digest(self.file(case))

    def _forget_recovery(self, case: str) -> None:
        for file in (self._recovery_file(case), self._onto_file(case)):
            file.unlink(missing_ok=True)

    def _refuse_unknown(self, case: str) -> None:
        file = self.file(case)
        now = _digest(file)
        if now and now != self._known.get(case, ""):
            raise ChangedElsewhereError(
                f"{file.name} was changed by another program: it is not written over.",
                "Keep both: the file that is there gets another name.",
            )

    def _read(self, file: Path, scan: Scan, told: list[str]) -> LabelSet | None:
        if not file.is_file():
            return None
        try:
            labels = native.read(scan.case, (file,))
        except AppError as error:
            aside = set_aside(file, "bad")
            told.append(f"{error.message} It was set aside as {aside.name}.")
            return None
        placed = with_images(labels, scan)
        if placed is not labels:
            told.append("The views were exchanged since; what was drawn went with its images.")
        placed = self._as_meant(placed, scan, told)
        told += placed.notes
        return placed

    def _as_meant(self, labels: LabelSet, scan: Scan, told: list[str]) -> LabelSet:
        """The labels on the scan, by the folder's classes; a damaged map of names keeps nobody from work."""
        try:
            names = class_names(kept=self.classes)
        except AppError as error:
            told.append(str(error))
            names = ClassNames(self.classes)
        return taken_over(labels, names, scan)

    def _from_labelme(self, scan: Scan, told: list[str]) -> LabelSet | None:
        names = {scan.case, *(name for file in scan.files for name in (file.stem, without_side(file.stem)))}
        for folder in dict.fromkeys(file.parent for file in scan.files):
            here = {
                file
                for case, files in labelme_json.cases(folder).items()
                if case in names
                for file in files
                if file.parent == folder
            }
            if not here:
                continue
            try:
                drawn = labelme_json.read(scan.case, tuple(sorted(here)), Beside(scan))
                labels = self._as_meant(drawn, scan, told)
            except AppError as error:
                told.append(str(error))
                continue
            told += [f"Taken over from {file.name}." for file in sorted(here)] + list(labels.notes)
            return labels
        return None


def _digest(file: Path) -> str:
    """SHA-256 of a file, "" where there is none; raises AppError when it cannot be read."""
    return hashlib.sha256(read_whole(file)).hexdigest() if file.is_file() else ""
