"""How far a study is: counts, a forecast, the pace, and the answer-blind matrix, fetched page by page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from app.store.life import life_of
from app.store.opening import OpenStudy, open_study
from app.store.progress import StudyProgress, deviations, read_cases, reader_paces, sittings
from app.study.clock_check import clock_doubts
from app.study.pace import Deviation, StudyPace
from app.study.protocol import Mode
from app.study.quality import QualityFlag, quality_flags
from app.study.status import CellStatus, ReaderProgress, StatusColumn, forecast


class StatusMatrix:
    """The state of a study when it was asked for; `rows` looks into the database again, page by page.

    Use it as a context manager, or close it.
    """

    def __init__(self, study: OpenStudy, now: datetime) -> None:
        version = study.studies.current()
        self._study = study
        self._progress = StudyProgress(study.database, version.protocol.mode is Mode.SEQUENTIAL)
        self.protocol = version.protocol
        self.sha256 = version.sha256
        self.frozen_utc = version.frozen_utc
        self.columns: tuple[StatusColumn, ...] = tuple(
            StatusColumn(reader, arm) for reader in self.protocol.readers for arm in self.protocol.arms
        )
        self.count = study.studies.case_count()
        self.readers: tuple[ReaderProgress, ...] = self._progress.readers(self.protocol.readers)
        self.life = life_of(study.database)
        self.finish_utc: datetime | None = forecast(self.readers, now)

    def rows(self, first: int, count: int) -> list[tuple[str, tuple[CellStatus, ...]]]:
        """So many cases from `first`, each with one cell per column."""
        return self._progress.rows(self.columns, first, count)

    def row(self, index: int) -> tuple[str, tuple[CellStatus, ...]]:
        """One case; for many, `rows` is faster."""
        return self.rows(index, 1)[0]

    def doubts(self) -> tuple[str, ...]:
        """Clocks that cannot have been right; looks at every event."""
        return doubtful_clocks(self._study)

    def close(self) -> None:
        """Let go of the database."""
        self._study.close()

    def __enter__(self) -> StatusMatrix:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def study_pace(study: Path | str) -> StudyPace:
    """How long every reader took, case after case, and the log of deviations; as blind as the matrix."""
    opened = open_study(study)
    try:
        readers = opened.studies.current().protocol.readers
        flags = quality_flags(read_cases(opened.database))
        return StudyPace(reader_paces(opened.database, readers), deviations(opened.database), flags)
    finally:
        opened.close()


def study_deviations(study: Path | str) -> tuple[Deviation, ...]:
    """The log of deviations alone."""
    opened = open_study(study)
    try:
        return deviations(opened.database)
    finally:
        opened.close()


def study_quality(study: Path | str) -> tuple[QualityFlag, ...]:
    """The signs of careless reading alone."""
    opened = open_study(study)
    try:
        return quality_flags(read_cases(opened.database))
    finally:
        opened.close()


def doubtful_clocks(study: OpenStudy, now: datetime | None = None) -> tuple[str, ...]:
    """A sentence per sitting whose clock cannot have been right."""
    frozen = study.studies.current().frozen_utc
    return clock_doubts(sittings(study.database), frozen, now or datetime.now(UTC))


def study_status(study: Path | str, now: datetime | None = None) -> StatusMatrix:
    """Look at a study; raises AppError when it cannot be opened."""
    opened = open_study(study)
    try:
        return StatusMatrix(opened, now or datetime.now(UTC))
    except BaseException:
        opened.close()
        raise
