"""From readings to the numbers, figures and text of a paper, written as one folder."""

from __future__ import annotations

import glob
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.analysis.study import Analysis, analyse_study
from app.errors import AppError
from app.files import moved, refusal
from app.progress import NoProgress, Progress, check_cancelled
from app.report.analysis.facts import ReportedStudy
from app.unfinished import mark, remove_left
from app.workflows.analysis.input import AnalysisRequest, load


@dataclass(frozen=True, eq=False)
class Analysed:
    """The analysis, what is known about its study, and the files that were written."""

    analysis: Analysis
    facts: ReportedStudy
    files: tuple[Path, ...]


def compute(request: AnalysisRequest, progress: Progress | None = None) -> tuple[Analysis, ReportedStudy]:
    """Read and analyse without writing anything."""
    progress = progress or NoProgress()
    progress.report(0.0, "Reading")
    loaded = load(request)
    analysis = analyse_study(
        loaded.readings, loaded.predictions, loaded.options, loaded.marks, _Part(progress, 0.05, 0.35),
        loaded.traits,
    )  # fmt: skip
    return analysis, loaded.facts


def analyse(request: AnalysisRequest, out: Path, progress: Progress | None = None) -> Analysed:
    """Analyse and write `analysis.json`, the reports, the workbook, the figures and the texts into `out`.

    Everything is written beside `out` first and moved there when it is complete; other files in `out` stay.
    Raises AppError for bad input and for a folder that cannot be written.
    """
    progress = progress or NoProgress()
    out = out.absolute()
    if out.exists() and not out.is_dir():
        raise AppError(
            f"The results cannot be written into {out.name}: it is a file.", "Choose a folder with --out."
        )
    analysis, facts = compute(request, progress)
    partial = out.with_name(f".{out.name}.{mark()}.partial")
    _forget_killed(out)
    try:
        partial.mkdir(parents=True)
        _write_all(analysis, facts, partial, progress)
        files = _move(partial, out)
    except OSError as error:
        raise AppError(
            f"The analysis cannot be written into {out.name}: {refusal(error)}.",
            "Choose another folder with --out; nothing half-written was left.",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    progress.report(1.0, f"{len(files)} files written")
    return Analysed(analysis, facts, files)


def _write_all(analysis: Analysis, facts: ReportedStudy, folder: Path, progress: Progress) -> None:
    from app.figures.catalogue import FIGURES, drawn
    from app.figures.style import save
    from app.report.analysis.checklist import checklist, checklist_markdown
    from app.report.analysis.document import document
    from app.report.analysis.html import DrawnFigure, html
    from app.report.analysis.methods import methods
    from app.report.analysis.pdf import write_pdf
    from app.report.analysis.result_text import results
    from app.report.analysis.workbook import write_workbook

    plain = document(analysis, facts)
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "analysis.json").write_text(text + "\n", encoding="utf-8")
    (folder / "figures").mkdir()
    figures: list[DrawnFigure] = []
    for entry, figure in drawn(analysis, facts.interim):
        check_cancelled(progress)
        progress.report(0.4 + 0.4 * len(figures) / len(FIGURES), f"Figure: {entry.title}")
        svg, png = save(figure, folder / "figures" / entry.stem)
        figures.append(DrawnFigure(entry.stem, entry.title, entry.caption, svg, png))
    progress.report(0.8, "Reports")
    items = checklist(analysis, facts)
    (folder / "report.html").write_text(html(analysis, facts, figures, items), encoding="utf-8")
    write_pdf(folder / "report.pdf", analysis, facts, figures, items)
    check_cancelled(progress)
    progress.report(0.9, "Tables and texts")
    write_workbook(folder / "tables.xlsx", analysis, facts, plain)
    (folder / "methods.md").write_text(methods(analysis, facts), encoding="utf-8")
    (folder / "results.md").write_text(results(analysis, facts), encoding="utf-8")
    (folder / "checklist.md").write_text(checklist_markdown(items), encoding="utf-8")


def _forget_killed(out: Path) -> None:
    """Remove what an analysis left here that was killed; one that goes on is left alone."""
    for half in out.parent.glob(f".{glob.escape(out.name)}.*.partial"):
        remove_left(half, half.name.split(".")[-2])


def _move(partial: Path, out: Path) -> tuple[Path, ...]:
    """Put the complete files in place."""
    made = sorted(path.relative_to(partial) for path in partial.rglob("*") if path.is_file())
    if not out.exists():
        moved(partial, out)
    else:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        for name in made:
            moved(partial / name, out / name)
    return tuple(out / name for name in made)


class _Part:
    """Progress of one part of the work."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole, self._start, self._end = whole, start, end

    def report(self, fraction: float, message: str) -> None:
        """Report to the whole."""
        self._whole.report(self._start + fraction * (self._end - self._start), message)

    @property
    def cancelled(self) -> bool:
        """Whether the whole is cancelled."""
        return self._whole.cancelled
