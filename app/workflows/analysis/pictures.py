"""An analysis as the window shows it: its figures as pictures, its tables as text."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from app.analysis.study import Analysis
from app.files import refused
from app.progress import NoProgress, Progress, check_cancelled
from app.report.analysis.facts import ReportedStudy
from app.report.analysis.html import subtitle, title
from app.report.analysis.tables import tables
from app.report.report_table import ReportTable
from app.workflows.analysis.analyse import compute
from app.workflows.analysis.input import AnalysisRequest


@dataclass(frozen=True)
class FigurePicture:
    """One figure as PNG bytes."""

    stem: str
    title: str
    caption: str
    png: bytes


@dataclass(frozen=True, eq=False)
class AnalysisView:
    """Everything that the window shows of one analysis."""

    analysis: Analysis
    facts: ReportedStudy
    title: str
    subtitle: str
    notes: tuple[str, ...]
    pictures: tuple[FigurePicture, ...]
    tables: tuple[ReportTable, ...]


def view_analysis(request: AnalysisRequest, dpi: int = 220, progress: Progress | None = None) -> AnalysisView:
    """Read, analyse and draw without writing anything; raises AppError for bad input."""
    from app.figures.catalogue import FIGURES, drawn

    progress = progress or NoProgress()
    analysis, facts = compute(request, progress)
    pictures: list[FigurePicture] = []
    for entry, figure in drawn(analysis, facts.interim):
        check_cancelled(progress)
        progress.report(0.4 + 0.6 * len(pictures) / len(FIGURES), f"Figure: {entry.title}")
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=dpi)
        pictures.append(FigurePicture(entry.stem, entry.title, entry.caption, buffer.getvalue()))
    return AnalysisView(
        analysis,
        facts,
        title(analysis, facts),
        subtitle(analysis),
        analysis.notes,
        tuple(pictures),
        tables(analysis),
    )


def save_figure(view: AnalysisView, stem: str, target: Path) -> tuple[Path, Path]:
    """Write one figure as `target`.svg and `target`.png; raises AppError when the folder refuses."""
    from app.errors import AppError
    from app.figures.catalogue import FIGURES, draw
    from app.figures.style import save

    entry = next(one for one in FIGURES if one.stem == stem)
    figure = draw(entry, view.analysis, view.facts.interim)
    if figure is None:
        raise AppError(f"There is nothing to draw for “{entry.title}”.", "Choose another figure.")
    try:
        return save(figure, target)
    except OSError as error:
        raise refused(target, error, "Choose another folder.", "cannot be written") from error


def fingerprint(source: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a study or table is written to: name, size and time of its files."""
    files = sorted(source.glob("study.db*")) if source.is_dir() else [source]
    stats = [(file.name, file.stat()) for file in files if file.is_file()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
