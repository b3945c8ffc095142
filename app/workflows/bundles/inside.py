"""The answers inside a bundle against those beside it: which of them go further, and when they go in."""

from __future__ import annotations

from pathlib import Path

from app.bundles.course import ResultsCourse, course_of
from app.bundles.inside import MOST_BYTES, Inside, inside_of, name_inside, put_inside
from app.bundles.journal import checked_results, results_file
from app.bundles.manifest import Manifest
from app.errors import AppError
from app.files import refused, write_whole
from app.progress import Progress
from app.study.chain import whole_lines

_AS_SENT = "Open the bundle as it was sent: what was answered on this computer is kept."


def answers_inside(file: Path, manifest: Manifest) -> int:
    """How many answers a bundle carries; raises AppError when one of them was altered."""
    inside = inside_of(file)
    return _course(name_inside(file), inside.results, manifest).answers if inside.results else 0


def bring_beside(file: Path, manifest: Manifest) -> Inside:
    """Let the file of results beside a bundle have all that is inside; gives what is inside.

    Raises AppError, and changes nothing, when what is inside was altered, when one does not go on where the
    other ends, or when nothing can be written.
    """
    beside = results_file(file)
    there = _lines(beside)
    try:
        inside = inside_of(file)
        if there.startswith(inside.results):  # as nearly always; what is beside is checked later
            return inside
        carried = _course(name_inside(file), inside.results, manifest)
    except AppError as error:
        raise AppError(error.message, _AS_SENT) from error
    if there and not inside.results.startswith(there):
        kept = _course(beside.name, there, manifest)
        if kept.extends(carried):
            return inside
        if not carried.extends(kept):
            raise AppError(
                f"The answers in {file.name} and those in {beside.name} beside it contradict each other.",
                "Send the coordinator both files; nothing is lost, and nothing was overwritten.",
            )
    write_whole(beside, inside.results)
    return inside


def renewed_inside(file: Path, manifest: Manifest, inside: Inside, progress: Progress) -> Inside:
    """Write the answers beside a bundle into it, unless they are there; gives what is inside now.

    Raises AppError when that is impossible; the bundle is as it was then.
    """
    beside = results_file(file)
    results = _lines(beside)
    if results == inside.results or not results:
        return inside
    kept = _course(beside.name, results, manifest)
    there = _course(name_inside(file), inside.results, manifest) if inside.results else None
    if kept.nothing if there is None else there.extends(kept):  # a window opened and closed adds nothing
        return inside
    if len(results) > MOST_BYTES:
        raise AppError(f"The answers are too large for {file.name}.", f"Send {beside.name}.")
    return put_inside(file, results, inside, progress)


def _course(name: str, content: bytes, manifest: Manifest) -> ResultsCourse:
    results = checked_results(name, content, manifest.reader_key)
    if results.header.bundle != manifest.bundle:
        raise AppError(f"{name} belongs to another bundle.", "Move it to its own bundle.")
    return course_of(results, name)


def _lines(file: Path) -> bytes:
    """The whole lines of a file of results; a power cut may have left half a line."""
    try:
        content = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise refused(file, error, "Check the disk.", "cannot be read") from error
    return whole_lines(content)
