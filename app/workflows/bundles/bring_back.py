"""Brings what was read with a bundle into one file that is complete and ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.bundles.manifest import RESULTS_SUFFIX
from app.errors import AppError
from app.files import refused, whole
from app.progress import Progress
from app.store.opening import open_study
from app.workflows.bundles.open import open_bundle


@dataclass(frozen=True)
class Returned:
    """The file that is sent back, and how far the reader is."""

    file: Path
    reader: str
    done: int
    total: int


def return_results(
    bundle: Path, out: Path, *, passphrase: str | None = None, progress: Progress | None = None
) -> Returned:
    """Write the results of a bundle to `out`, whole or not at all.

    Raises AppError when the bundle cannot be opened, or `out` exists or cannot be written.
    """
    if out.suffix != RESULTS_SUFFIX:
        raise AppError(f"{out.name} is no name for results.", f"Let it end in {RESULTS_SUFFIX}.")
    if out.exists():
        raise AppError(f"{out.name} is there already.", "Choose another name.")
    opened = open_bundle(bundle, passphrase=passphrase, progress=progress)
    try:
        content = opened.results.read_bytes()
        with whole(out) as file:
            file.write(content)
        reader = opened.manifest.reader
        study = open_study(opened.study)
        try:
            done, total = len(study.readings.history(reader).finished), len(study.studies.plan(reader))
        finally:
            study.close()
        return Returned(out, reader, done, total)
    except OSError as error:
        raise refused(out, error, "Choose another folder.") from error
    finally:
        opened.close()
