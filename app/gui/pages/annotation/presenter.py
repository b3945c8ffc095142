"""Decides what the annotation page does: which case is open, and that every change is saved; no Qt."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.annotation import edits
from app.annotation.annotation import Annotation
from app.annotation.contour import load_libraries
from app.errors import AppError
from app.gui.background import Background
from app.gui.canvas.prepared import PreparedScan, prepare
from app.gui.job import Job
from app.gui.pages.annotation.annotate_view import AnnotateView, Saved
from app.gui.pages.annotation.case_checks import CaseChecks, Found
from app.gui.pages.annotation.class_changes import ClassChanges
from app.gui.pages.annotation.folder_work import FolderWork
from app.gui.pages.annotation.measures import Measures
from app.gui.pages.annotation.model_help import ModelHelp
from app.gui.pages.annotation.other_people import OtherPeople
from app.gui.pages.annotation.prior_help import PriorHelp
from app.progress import Progress
from app.scan.scan import Scan
from app.study.clock import Clock
from app.wording import counted
from app.workflows.annotation.annotate import AnnotationFolder, ChangedElsewhereError, Loaded, OpenedFolder
from app.workflows.annotation.desk_protocol import CheckRule
from app.workflows.annotation.desk_record import CaseStatus
from app.workflows.scans.confirmed_views import ConfirmedViews, confirmed_views
from app.workflows.scans.library import load_scan
from app.workflows.scans.scan_row import ScanRow


class AnnotatePresenter:
    """One person's way through a folder of scans."""

    def __init__(
        self,
        view: AnnotateView,
        background: Background,
        confirmed: ConfirmedViews | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._view = view
        self._background = background
        self._confirmed = confirmed or confirmed_views()
        self._folder: AnnotationFolder | None = None
        self._searched: AnnotationFolder | None = None
        self._opening = Job(background)
        self._models = ModelHelp(view, background)
        self._saving = Job(background)
        self._current: tuple[Scan, Annotation] | None = None  # one value: threads see both or neither
        self._unsaved = False
        self._writing = threading.Lock()
        self._people = OtherPeople(view, background)
        self._prior = PriorHelp(view, background, self._confirmed)
        self._work = FolderWork(clock)
        self._checks = CaseChecks()
        self.classes = ClassChanges(view, background, self.flush, lambda: self.open(self.place))
        self.rows: tuple[ScanRow, ...] = ()
        self.place = -1

    @property
    def folder(self) -> AnnotationFolder | None:
        """The folder being annotated."""
        return self._folder

    @property
    def clean(self) -> bool:
        """Whether everything drawn is on the disk."""
        return not self._unsaved

    def open_folder(self, path: Path, annotator: str) -> None:
        """Annotate another folder, or the same as somebody else; it opens where the work was left.

        Where nobody worked yet that is its first case without annotations.
        """
        if not self.flush():
            return
        try:
            folder = self._taken(AnnotationFolder(path, annotator))
        except AppError as error:
            self._view.error(error)
            return
        self._let_go(self._searched, self._folder, folder)
        self._searched = folder

        def search(progress: Progress) -> OpenedFolder:
            return folder.opened(progress)

        def found(opened: OpenedFolder) -> None:
            rows = opened.rows
            if not rows:
                failed(AppError(f"{folder.folder.name} holds no scans.", "Choose another folder."))
            elif self._searched is folder:  # otherwise another folder was chosen since
                self._searched = None
                self._leave_case()
                self._let_go(self._folder, folder)
                self._folder, self.rows, self.place = folder, tuple(rows), -1
                self._work.record, self._checks.protocol = opened.record, opened.protocol
                self._view.show_classes(opened.classes)
                self._view.show_fields(opened.protocol.fields)
                self._view.show_folder(folder.folder.name, folder.annotator, self.rows)
                self._show_record()
                self.tell(opened.told)
                self.open(self._work.first(self.rows))

        def failed(error: AppError) -> None:
            if self._searched is folder:
                self._searched = None
                self._let_go(folder, self._folder)
                self._view.error(error)

        self._background.run(search, found, failed, title="Searching for scans")

    def _taken(self, folder: AnnotationFolder) -> AnnotationFolder:
        """The folder for this window alone; the one that is open already stays the same."""
        for known in (self._folder, self._searched):
            if known is not None and known.target == folder.target:
                return known
        folder.take()
        return folder

    def _let_go(self, folder: AnnotationFolder | None, *kept: AnnotationFolder | None) -> None:
        """Let others annotate a folder, unless it is one of those that stay open here."""
        if folder is not None and folder not in kept:
            folder.release()

    def close(self) -> None:
        """Save, and let others annotate the folder."""
        self.flush()
        self._leave_case()
        for folder in (self._folder, self._searched):
            if folder is not None:
                folder.release()

    def open(self, place: int) -> None:
        """Show the case at a place of the folder; the one on the screen is saved first."""
        folder = self._folder
        if folder is None or not 0 <= place < len(self.rows) or not self.flush():
            return
        self._opening.drop()
        self._models.drop()
        row = self.rows[place]

        def load(_: Progress) -> tuple[PreparedScan, Loaded, Measures]:
            load_libraries()
            scan = load_scan(row, self._confirmed.of)
            return prepare(scan), folder.load(scan), Measures(scan, folder.classes)

        def loaded(outcome: tuple[PreparedScan, Loaded, Measures]) -> None:
            prepared, found, measures = outcome
            if not self.flush():  # drawn on while the other one was loading
                return
            self._leave_case()
            self.place, self._current = place, (prepared.scan, found.annotation)
            self._checks.see(measures, folder.classes)
            self._work.begin()
            self._view.show_case(place, prepared, found, measures)
            self._show_others()
            self._show_prior()
            self.tell(found.told)
            if found.unsaved:
                self._keep(found.annotation)
            else:
                self._view.show_saved(Saved.CLEAN)

        self._opening.start("Opening a scan", load, loaded, self._view.error)

    def step(self, steps: int) -> None:
        """The next or previous case."""
        self.open(self.place + steps)

    def confirm_sides(self, as_shown: bool) -> None:
        """Take a person's word for which view is which; the case opens again, now to be drawn on.

        What was drawn before is on the disk with its images, and follows them.
        """
        folder, current = self._folder, self._current
        if folder is None or current is None:
            return
        scan, drawn = current
        try:
            if drawn.regions or drawn.rejected:
                self._write(folder, scan)
            self._confirmed.remember(scan, as_shown)
        except AppError as error:
            self._view.error(error)
        self.open(self.place)

    def propose(self) -> None:
        """Look for lesions with a model, or without one for bright spots; when that runs already, stop it."""
        if self._current is not None and self._folder is not None:
            self._models.propose(self._current[0], self._folder.classes)

    def look_with_model(self) -> None:
        """Have a model look at the scan on the screen, so that outlines can be taken from what it sees."""
        if self._current is not None:
            self._models.look(self._current[0])

    @property
    def others(self) -> Mapping[str, Annotation]:
        """What other annotators drew on the scan on the screen, while that is shown."""
        return self._people.shown

    def toggle_others(self) -> None:
        """Show what other annotators of the folder drew, or stop showing it; for adjudication."""
        self._people.wanted = not self._people.wanted
        self._show_others()

    def _show_others(self) -> None:
        self._people.show(self._folder, self._current[0] if self._current is not None else None)

    def toggle_prior(self) -> None:
        """Show the patient's earlier scan beside each case, or stop showing it."""
        self._prior.wanted = not self._prior.wanted
        self._show_prior()

    def _show_prior(self) -> None:
        scan = self._current[0] if self._current is not None else None
        self._prior.show(self._folder, self.rows, self.place, scan)

    def tell(self, sentences: Sequence[str]) -> None:
        """Show what the person should know."""
        for sentence in sentences:
            self._view.info(sentence)

    @property
    def case(self) -> str:
        """The case on the screen, "" where there is none."""
        return self.rows[self.place].case if 0 <= self.place < len(self.rows) else ""

    def seen(self) -> None:
        """The person does something: this time is work on the case."""
        self._work.seen()

    def call_case(self, status: CaseStatus) -> None:
        """Say how far the case on the screen is, and go to the next that nobody has finished.

        Before it is done everything is shown that should be looked at; said again, it is done all the same,
        unless the protocol of the folder asks for it. Without anything drawn it is verified empty.
        """
        case, current = self.case, self._current
        if current is None or not case:
            return
        done = status is CaseStatus.DONE
        empty = done and not edits.without_proposals(current[1]).regions
        if done and self._objects(case, empty):
            return
        self._unsaved = self._unsaved or empty  # an empty case has a file that says so
        if not self.flush():
            return
        self._work.call(case, CaseStatus.EMPTY if empty else status)
        self._leave_case()
        self._show_record()
        following = self._work.next_open(self.rows, self.place)
        if following is None:
            self._view.advise("Every case of the folder is finished.")
        else:
            self.open(following)

    def check_case(self) -> Found:
        """What should be looked at on the case on the screen, and what that means for its being done."""
        return [] if self._current is None else self._checks.found(*self._current)

    def _objects(self, case: str, empty: bool) -> bool:
        """Whether a case is not done yet, which is said."""
        found = self.check_case()
        blocking = [concern for concern, rule in found if rule is CheckRule.BLOCK]
        asking = sum(rule is CheckRule.ASK for _, rule in found)
        if blocking or asking:
            self._view.show_concerns(found)
        if blocking:
            self._view.advise(f"{blocking[0].text} The protocol of the folder asks for that first.")
            return True
        if not (asking or empty) or self._work.asked_before(case):
            return False
        what = f"{counted(asking, 'thing')} to look at first." if asking else f"Nothing is drawn on {case}."
        after = "verified empty" if empty else "done all the same"
        self._view.advise(f"{what} The same again: it is {after}.")
        return True

    def reopen_case(self) -> None:
        """The case on the screen is in work again."""
        self._work.reopen(self.case)
        self._show_record()

    def _leave_case(self) -> None:
        """Put the time of work on record, and where the work is left."""
        try:
            self._work.leave(self.case)
        except AppError as error:
            self._view.error(error)

    def _show_record(self) -> None:
        if self._work.record is not None:
            self._view.show_record(self._work.record)

    def changed(self, annotation: Annotation) -> None:
        """Something was drawn or changed: it goes to the disk at once, in the background.

        A case that was finished is in work again.
        """
        self._work.forget_question()
        if self._work.finished(self.case):
            self.reopen_case()
        self._keep(annotation)

    def _keep(self, annotation: Annotation) -> None:
        if self._current is not None:
            self._current, self._unsaved = (self._current[0], annotation), True
            self._save()

    def save(self) -> None:
        """Try again to save, after it failed."""
        self._unsaved = self._current is not None
        self._save()

    def keep_both(self) -> None:
        """The file that changed under the window gets another name; what was drawn here is saved."""
        folder, current = self._folder, self._current
        if folder is None or current is None:
            return
        try:
            aside = folder.set_aside(current[0].case)
        except AppError as error:
            self._failed(error)
            return
        self._view.info(f"The file that was there is now called {aside.name}.")
        self.save()

    def flush(self) -> bool:
        """Have everything on the disk before going on; False, and told, when that fails."""
        if not self._unsaved or self._folder is None or self._current is None:
            return True
        try:
            written = self._write(self._folder, self._current[0])
        except AppError as error:
            self._failed(error)
            return False
        self._wrote(written)
        return True

    def _save(self) -> None:
        folder, current = self._folder, self._current
        if self._saving.busy or folder is None or current is None:
            return
        self._view.show_saved(Saved.SAVING)
        self._saving.start(
            "Saving the annotation", lambda _: self._write(folder, current[0]), self._wrote, self._failed
        )

    def _write(self, folder: AnnotationFolder, scan: Scan) -> Annotation | None:
        """Put what is drawn now on the disk, also what was drawn since this was asked for; returns it.

        None when another case is open: this one was saved before it was left. One write at a time looks at
        what is drawn, so that an earlier state never lands on a later one.
        """
        with self._writing:
            latest = self._current
            if latest is None or latest[0] is not scan:
                return None
            folder.save(*latest)
            return latest[1]

    def _wrote(self, annotation: Annotation | None) -> None:
        """Clean only when what is on the disk is what is on the screen."""
        if self._current is not None and annotation is self._current[1]:
            self._unsaved = False
            self._view.show_saved(Saved.CLEAN)
            if self._work.saved(self.case):
                self._show_record()
        elif self._unsaved and not self._saving.busy:
            self._save()

    def _failed(self, error: AppError) -> None:
        self._unsaved = True
        self._view.show_saved(Saved.FAILED)
        if isinstance(error, ChangedElsewhereError):
            self._view.show_changed_elsewhere(error)
        else:
            self._view.show_save_failed(error)
