"""A sitting's way through the cases of a folder: where it begins, what comes next, the time on record."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.pages.annotation.work_time import WorkTime
from app.study.clock import Clock
from app.workflows.annotation.desk_record import CaseStatus, DeskRecord
from app.workflows.scans.scan_row import ScanRow


class FolderWork:
    """The record of a folder that is being annotated, and the clock of the case on the screen."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._time = WorkTime(clock)
        self._asked = ""
        self.record: DeskRecord | None = None

    def begin(self) -> None:
        """Another case is on the screen."""
        self._time.start()
        self._asked = ""

    def seen(self) -> None:
        """The person does something: this time is work on the case."""
        self._time.seen()

    def leave(self, case: str) -> None:
        """Put the time of work on record, and where the work is left; raises AppError."""
        if self.record is not None and case:
            self.record.spend(case, self._time.taken())
            self.record.last = case
            self.record.save()

    def finished(self, case: str) -> bool:
        """Whether a case was called done, empty or doubtful."""
        return self.record is not None and self.record.status(case).finished

    def asked_before(self, case: str) -> bool:
        """Whether the person was asked about a case already and nothing was changed since; now it is."""
        before, self._asked = self._asked == case, case
        return before

    def forget_question(self) -> None:
        """Something was changed: what was asked before is to be asked again."""
        self._asked = ""

    def first(self, rows: Sequence[ScanRow]) -> int:
        """The place of the case where the work was left, otherwise of the first without annotations."""
        record, cases = self.record, [row.case for row in rows]
        if record is None:
            return 0
        if record.last in cases:
            return cases.index(record.last)
        return next((place for place, case in enumerate(cases) if case not in record.begun), 0)

    def next_open(self, rows: Sequence[ScanRow], place: int) -> int | None:
        """The place of the next case that is not finished, from the first again at the end; None: all are."""
        following = (*range(place + 1, len(rows)), *range(place))
        return next((at for at in following if not self.finished(rows[at].case)), None)

    def call(self, case: str, status: CaseStatus) -> None:
        """Call a case so."""
        if self.record is not None:
            self.record.say(case, status)

    def reopen(self, case: str) -> None:
        """What is drawn on a case tells alone how far it is."""
        if self.record is not None:
            self.record.say(case, None)

    def saved(self, case: str) -> bool:
        """A case has a file; whether that is new."""
        if self.record is None or case in self.record.begun:
            return False
        self.record.begun.add(case)
        return True
