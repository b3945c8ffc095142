"""Windows that were opened and closed again: their events at the end of a chain never stand against answers.

They join a chain together with the next answer. When that answer was given on another computer, the events at
the end of this one's chain have no place any more; nothing that is merged is lost with them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.bundles.archive import BundleArchive
from app.bundles.course import course_of
from app.bundles.journal import checked_results, results_file
from app.bundles.manifest import Manifest
from app.bundles.results import Results
from app.errors import AppError
from app.language import tr
from app.progress import Progress
from app.store.opening import OpenStudy, batches_after, open_study
from app.study.chain import Head, whole_lines
from app.workflows.bundles.unpack import working_copy_anew


def give_way(archive: BundleArchive, working_copy: Path, progress: Progress) -> None:
    """Where the chains of the working copy and of the file of results parted: drop the one that has no answer
    after that place, so that it can be written again from the other.

    Raises AppError, and changes nothing, when both have answers there.
    """
    file, manifest = results_file(archive.file), archive.manifest
    content = file.read_bytes()
    theirs = checked_results(file.name, whole_lines(content), manifest.reader_key)
    study = open_study(working_copy)
    try:
        mine = _recorded(study, theirs, manifest)
    finally:
        study.close()
    here, there = course_of(mine, f"The working copy {working_copy.name}"), course_of(theirs, file.name)
    if there.extends(here):
        working_copy_anew(archive, progress)
    elif here.extends(there):
        file.unlink()
    else:
        raise AppError(
            tr(
                "{file} was read on another computer too, and the answers beside it"
                " are not those of this computer.",
                file=archive.file.name,
            ),
            tr("Send the coordinator both files of results; nothing is lost."),
        )


def _recorded(study: OpenStudy, theirs: Results, manifest: Manifest) -> Results:
    """What the working copy has beyond the start of the bundle, as if it lay in a file of results."""
    start = Head(manifest.readings, "", manifest.events, "")
    found = batches_after(study.readings, manifest.reader, start)
    batches = tuple(replace(batch, line=line) for line, batch in enumerate(found, start=2))
    return Results(theirs.header, batches)
