"""Hand the annotations of a folder out in several formats at once, and say what could not come along."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.annotation.formats import format_named, native
from app.errors import AppError
from app.files import write_whole
from app.progress import NoProgress, Part, Progress
from app.wording import counted
from app.workflows.annotation.convert import convert
from app.workflows.scans.scan_row import ScanRow

NOTES = "left_out.txt"
"""Beside the exports: one line for everything that is not in them as it was drawn."""


@dataclass(frozen=True)
class ExportedFormat:
    """One format of an export: how many cases are in it, and a sentence for all that is not.

    `left_out`: cases that could not be written in it; `untouched`: those that nobody has begun.
    """

    title: str
    cases: int
    notes: tuple[str, ...]
    left_out: int = 0
    untouched: int = 0

    @property
    def said(self) -> str:
        """In one line."""
        parts = (
            f"{self.left_out} left out" if self.left_out else "",
            f"{self.untouched} untouched" if self.untouched else "",
            counted(len(self.notes), "remark") if self.notes else "",
        )
        return ", ".join((f"{self.title}: {counted(self.cases, 'case')}", *filter(None, parts)))


def export_folder(
    source: Path,
    target: Path,
    formats: Sequence[str],
    scans: Mapping[str, ScanRow],
    *,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> tuple[ExportedFormat, ...]:
    """Write the annotations in `source` into a folder of `target` for each format, and `NOTES` beside them.

    `scans`: the rows of their scans by case; `only`: the cases that are wanted, None for all. A format in
    which nothing can be written is told, and the others go on. Raises AppError when the disk refuses,
    Cancelled when asked to stop.
    """
    progress = progress or NoProgress()
    done: list[ExportedFormat] = []
    begun = native.cases(source) if source.is_dir() else {}
    wanted = [case for case in scans if only is None or case in only]
    untouched = [case for case in wanted if case not in begun]
    written = len(wanted) - len(untouched)
    for place, name in enumerate(formats):
        part = Part(progress, place / len(formats), (place + 1) / len(formats))
        try:
            made = convert(
                source, target / name, name, origin="scintiread", scans=scans, only=only, progress=part
            )
        except AppError as error:
            title = format_named(name).title
            done.append(ExportedFormat(title, 0, (str(error),), written, len(untouched)))
            continue
        title = format_named(name).title
        done.append(ExportedFormat(title, len(made.cases), made.notes, made.left_out, len(untouched)))
    lines = [f"{each.said}\n" + "".join(f"  {note}\n" for note in each.notes) for each in done]
    if untouched:
        lines.append(f"Untouched, and so in no format: {', '.join(untouched)}\n")
    write_whole(target / NOTES, "".join(lines))
    return tuple(done)
