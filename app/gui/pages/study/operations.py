"""What is done with an open study: preflight, progress, verification, export, rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.gui.background import Background
from app.gui.job import Job
from app.gui.pages.study import commands
from app.gui.pages.study.draft import occupied
from app.gui.pages.study.findings import ReaderLine, ShownFindings, finding_rows, findings_words
from app.gui.pages.study.operations_view import OperationsView
from app.gui.pages.study.steps import Step
from app.gui.pages.study.words import life_rows, percent, reader_words, study_words, verdict_words
from app.progress import Progress
from app.study.pace import StudyPace
from app.wording import counted

if TYPE_CHECKING:
    from app.study.findings import Finding
    from app.workflows.study.export import ExportedStudy
    from app.workflows.study.protocol import StudyFacts
    from app.workflows.study.status import StatusMatrix
    from app.workflows.study.verify import Verification

Result = TypeVar("Result")


class Operations:
    """Runs what is asked for on the study that is open; one piece of work per step at a time."""

    def __init__(self, view: OperationsView, background: Background) -> None:
        self._view = view
        self._jobs = {step: Job(background, partial(view.show_busy, step)) for step in Step}
        self._facts: StudyFacts | None = None
        self._notes: dict[Step, str] = {}
        self._findings: tuple[Finding, ...] | None = None
        self._filter = (ShownFindings.EVERYTHING, "")
        self._matrix: StatusMatrix | None = None
        self.counted: Callable[[], object] = lambda: None
        """Called when all that the progress step shows was counted anew."""

    def use(self, facts: StudyFacts | None) -> None:
        """Work on this study from now on; another one than before starts with a clean sheet."""
        before, self._facts = self._facts, facts
        if facts is None or before is None or facts.path != before.path:
            self._findings = None
            self._notes.clear()
            self._view.show_verdict("Not verified yet.", ())
            self._view.show_outcome("", (), None)
            self.close()
        self._note(Step.DESIGN, _design_note(facts))
        self._show_findings()
        path = facts.path if facts else None
        for verb in ("check", "status", "verify"):
            self._view.show_command(verb, commands.on_study(verb, path))
        first = facts.protocol.readers[0] if facts and facts.protocol.readers else ""
        self._view.show_command("read", commands.read(path, first))
        if facts is not None:
            self.look()

    def start(
        self,
        step: Step,
        title: str,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        stopped: str = "Stopped; nothing was changed.",
    ) -> bool:
        """Run `work` for a step, unless something is under way there already; whether it was started."""
        return self._jobs[step].start(
            title,
            work,
            done,
            self._view.error,
            stopped=partial(self._view.info, stopped),
            progressed=partial(self._view.show_progress, step),
        )

    def look(self) -> None:
        """Count anew how far everybody is."""
        if self._facts is None:
            return
        path = self._facts.path

        def work(_: Progress) -> StatusMatrix:
            from app.workflows.study.status import study_status

            return study_status(path)

        self.start(Step.PROGRESS, "Counting", work, self._show_status)

    def check(self) -> None:
        """Open every case once and list what could go wrong."""
        if self._facts is None:
            return
        path = self._facts.path

        def work(progress: Progress) -> tuple[Finding, ...]:
            from app.workflows.study.check import study_check

            return study_check(path, progress).findings

        def done(findings: tuple[Finding, ...]) -> None:
            self._findings = findings
            self._show_findings()

        self.start(Step.PREFLIGHT, "Preflight", work, done, "Stopped; the preflight is not complete.")

    def filter_findings(self, show: ShownFindings, words: str) -> None:
        """Show only some of the findings."""
        self._filter = (show, words)
        self._show_findings()

    def verify(self) -> None:
        """Walk the hash chain of every reader."""
        if self._facts is None:
            return
        path = self._facts.path

        def work(progress: Progress) -> Verification:
            from app.workflows.study.verify import study_verify

            return study_verify(path, progress)

        self.start(Step.EXPORT, "Verifying", work, self._show_verification)

    def export(self, folder: str, formats: Sequence[str]) -> None:
        """Write the results into a folder."""
        if self._facts is None:
            return
        if not folder:
            self._view.error("Choose a folder for the export.")
            return
        if not formats:
            self._view.error("Choose at least one format.")
            return
        path = self._facts.path

        def work(progress: Progress) -> ExportedStudy:
            from app.workflows.study.export import study_export

            return study_export(path, Path(folder), tuple(formats), progress)

        self.start(Step.EXPORT, "Exporting", work, self._show_export, "Stopped; the export is not complete.")

    def papers(self, folder: str) -> None:
        """Write the randomisation list and the signed audit trail into a folder."""
        if self._facts is None:
            return
        if not folder:
            self._view.error("Choose a folder for the papers.")
            return
        path, out = self._facts.path, Path(folder)

        def work(progress: Progress) -> tuple[Path, ...]:
            from app.workflows.study.papers import write_papers

            return write_papers(path, out, progress)

        def written(files: tuple[Path, ...]) -> None:
            names = ", ".join(file.name for file in files)
            self._view.show_outcome(f"{counted(len(files), 'paper')}: {names}.", (), out)

        self.start(Step.EXPORT, "Writing the papers", work, written, "Stopped; papers may be missing.")

    def describe_export(self, folder: str, formats: Sequence[str]) -> None:
        """Show the export as it is chosen now as a command."""
        path = self._facts.path if self._facts else None
        self._view.show_command("export", commands.export(path, folder, formats))

    def rehearse(self, folder: str) -> None:
        """Let simulated readers read the whole study into a folder apart, and export it there."""
        if self._facts is None:
            return
        if not folder or occupied(Path(folder)):
            self._view.error("Choose a new or empty folder for the rehearsal.")
            return
        path = self._facts.path

        into = Path(folder)

        def work(progress: Progress) -> ExportedStudy:
            from app.workflows.rehearsal.readers import rehearse_copy
            from app.workflows.study.export import study_export

            rehearse_copy(path, into, progress=progress)
            return study_export(into, into / "export")

        def done(written: ExportedStudy) -> None:
            self._view.offer(
                f"The rehearsal is finished: {counted(written.readings, 'simulated reading')}.",
                "Its exports are in the folder export.",
                "Open the rehearsal",
                into,
            )

        self.start(Step.PREFLIGHT, "Rehearsing", work, done, "Stopped; the rehearsal is not complete.")

    def describe_rehearsal(self, folder: str) -> None:
        """Show the rehearsal as a command."""
        self._view.show_command(
            "rehearse", commands.rehearse(self._facts.path if self._facts else None, folder)
        )

    def row_of(self, words: str) -> int | None:
        """The first case of the matrix whose code contains the words; None when there is none."""
        return None if self._matrix is None or not words else find_case(self._matrix, words)

    def close(self) -> None:
        """Let go of the study's database."""
        if self._matrix is not None:
            self._view.show_status("", (), None)
            self._view.show_pace(StudyPace((), ()))
            self._view.show_life(())
            self._matrix.close()
            self._matrix = None

    def _show_status(self, matrix: StatusMatrix) -> None:
        old, self._matrix = self._matrix, matrix
        now = datetime.now(UTC)
        lines = [
            ReaderLine(each.reader, each.done, each.total, reader_words(each, now)) for each in matrix.readers
        ]
        self._view.show_status(study_words(matrix.readers, matrix.finish_utc), lines, matrix)
        self._view.show_life(life_rows(matrix.life))
        if old is not None:
            old.close()
        self._note(Step.PROGRESS, percent(matrix.readers))
        if self._facts is not None:
            path = self._facts.path

            def work(_: Progress) -> StudyPace:
                from app.workflows.study.status import study_pace

                return study_pace(path)

            def drawn(pace: StudyPace) -> None:
                self._view.show_pace(pace)
                self.counted()

            self.start(Step.PROGRESS, "Drawing the pace", work, drawn)

    def _show_findings(self) -> None:
        if self._findings is None:
            words = "Every case is opened once before anybody reads. Nothing was checked yet."
            self._view.show_findings(
                words, (), "Press “Check every case”. It may take a minute per thousand cases."
            )
            return
        rows = finding_rows(self._findings, *self._filter)
        empty = "No finding fits the filter." if self._findings else "Nothing was found: reading may begin."
        words, note = findings_words(self._findings)
        self._view.show_findings(words, rows, empty)
        self._note(Step.PREFLIGHT, note)

    def _show_verification(self, found: Verification) -> None:
        links = [
            (chain.reader, f"{chain.readings:,}", chain.broken.sentence if chain.broken else "unbroken")
            for chain in found.chains
        ]
        broken = any(chain.broken for chain in found.chains)
        unchecked = () if broken else found.unchecked
        verdict = verdict_words(found.ok, found.problems, unchecked, len(links))
        self._view.show_verdict(" ".join([verdict, *found.remarks, found.compared]), links)
        self._note(Step.EXPORT, "verified" if found.ok else "broken")

    def _show_export(self, written: ExportedStudy) -> None:
        names = ", ".join(file.name for file in written.files)
        words = f"{counted(written.readings, 'reading')} in {counted(len(written.files), 'file')}: {names}."
        remarks = written.remarks or ("Nothing is odd about this export.",)
        self._view.show_outcome(words, remarks, written.files[0].parent if written.files else None)

    def _note(self, step: Step, text: str) -> None:
        self._notes[step] = text
        self._view.show_notes(self._notes)


def find_case(matrix: StatusMatrix, words: str) -> int | None:
    """The place of the first case whose code contains the words, capitals or not."""
    wanted, page = words.casefold(), 1000
    for first in range(0, matrix.count, page):
        for place, (case, _) in enumerate(matrix.rows(first, page)):
            if wanted in case.casefold():
                return first + place
    return None


def _design_note(facts: StudyFacts | None) -> str:
    if facts is None:
        return ""
    return f"version {facts.protocol.version}, {'frozen' if facts.frozen else 'not frozen'}"
