"""A ready study to try the program with, and the same read by simulated readers without a display."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app import paths
from app.errors import AppError
from app.files import moved, refused
from app.progress import NoProgress, Part, Progress
from app.scan.dicom_object import sample_file
from app.study.protocol import Protocol
from app.study.protocol_file import read_protocol
from app.window_request import DemoWish
from app.workflows.rehearsal.demo_ai import add_ai, aided, demo_model
from app.workflows.rehearsal.demo_marker import MARKER
from app.workflows.rehearsal.readers import Rehearsed, rehearse
from app.workflows.study.export import ExportedStudy, study_export
from app.workflows.study.new import Ingredients, NewStudy, new_study
from app.workflows.study.protocol import study_facts
from app.workflows.study.status import study_status
from app.workflows.study.verify import Verification, study_verify

SAMPLE = "SAMPLE"
SAMPLE_FILES = ("JPEG-LL.dcm", "JPEG2000.dcm")
"""The same real whole-body scan of the NEMA samples: lossless (needs pydicom-data), or lossy."""
READER = "R1"
"""Who reads the demo in the window."""
FOR_A_PERSON = "made by scintiread demo for a person to read\n"
FOR_NOBODY = "made by scintiread demo, read by simulated readers; may be deleted\n"
_SIMULATING, _MAKING = 0.75, 0.8
"""How much of the waiting is simulating, and up to where the study is made; then the AI answers."""
WINDOW_SCANS = 20
HEADLESS_SCANS = 12


@dataclass(frozen=True)
class ScanSet:
    """Where the demo's scans are, and their truth and the masks of their lesions if there are any."""

    folder: Path
    truth: Path | None = None
    labels: Path | None = None


ScanSource = Callable[[Path, int, Progress], ScanSet]
"""Puts scans into a folder: folder, seed, progress."""


@dataclass(frozen=True)
class DemoRun:
    """What a demo without a display has left behind."""

    study: NewStudy
    rehearsed: Rehearsed
    verification: Verification
    exported: ExportedStudy


def demo_scans(count: int) -> ScanSource:
    """A simulated cohort of `count` scans, and the real sample scan beside it."""

    def make(folder: Path, seed: int, progress: Progress) -> ScanSet:
        from app.simulator.cohort import Cohort
        from app.simulator.difficulty import preset
        from app.workflows.simulator.simulate import make_cohort

        make_cohort(Cohort(count, preset("trial"), seed), folder / "cohort", progress=progress)
        scans = folder / "scans"
        scans.mkdir(parents=True, exist_ok=True)
        for file in sorted((folder / "cohort" / "scans").iterdir()):
            moved(file, scans / file.name)
        sample = sample_file(*SAMPLE_FILES)
        if sample is not None:
            shutil.copyfile(sample, scans / f"{SAMPLE}.dcm")
        return ScanSet(scans, folder / "cohort" / "truth.csv", folder / "cohort")

    return make


def demo_study(
    folder: Path,
    source: ScanSource,
    seed: int = 1,
    progress: Progress | None = None,
    marker: str = FOR_NOBODY,
) -> NewStudy:
    """Make the demo's study in `folder`; raises AppError when there is something else."""
    _claim(folder, marker)
    whole = progress or NoProgress()
    scans = source(folder, seed, Part(whole, 0.0, _SIMULATING))
    model = demo_model()
    protocol = _protocol(seed, scans)
    ingredients = Ingredients(aided(protocol) if model else protocol, truth=scans.truth, labels=scans.labels)
    made = new_study(folder / "study", scans.folder, ingredients, Part(whole, _SIMULATING, _MAKING))
    if model is None:
        return made
    add_ai(made.path, model, Part(whole, _MAKING, 1.0))
    facts = study_facts(made.path)
    return replace(made, protocol=facts.protocol, sha256=facts.sha256)


def run_demo(folder: Path, source: ScanSource, seed: int = 1, progress: Progress | None = None) -> DemoRun:
    """Make the study, have it read by simulated readers, verify and export it."""
    study = demo_study(folder, source, seed, progress)
    rehearsed = rehearse(study.path, seed, progress)
    verification = study_verify(study.path, progress)
    exported = study_export(study.path, folder / "results", progress=progress)
    return DemoRun(study, rehearsed, verification, exported)


def ready_demo(
    home: Path, reader: str, source: ScanSource, seed: int = 1, progress: Progress | None = None
) -> Path:
    """The newest demo study that the reader has not finished, or a fresh one; answers are never deleted."""
    known = sorted(home.glob("demo-*/study"))
    if known:
        with study_status(known[-1]) as status:
            if any(item.reader == reader and item.left for item in status.readers):
                return known[-1]
    folder = home / f"demo-{len(known) + 1:03d}"
    return demo_study(folder, source, seed + len(known), progress, FOR_A_PERSON).path


def window_demo(wish: DemoWish, home: Path, progress: Progress | None = None) -> Path:
    """The study that the window opens for the demo; one that is there already is opened, never replaced."""
    source = demo_scans(wish.scans or WINDOW_SCANS)
    if wish.folder is None:
        return ready_demo(home, READER, source, wish.seed, progress)
    if (wish.folder / MARKER).is_file() and _has_study(wish.folder):
        return wish.folder / "study"
    return demo_study(wish.folder, source, wish.seed, progress, FOR_A_PERSON).path


def _protocol(seed: int, scans: ScanSet) -> Protocol:
    protocol = read_protocol(paths.resources() / "demo" / "protocol.toml")
    if not (scans.folder / f"{SAMPLE}.dcm").is_file():
        protocol = replace(protocol, warm_up_cases=())
    return replace(protocol, seed=seed)


def _has_study(folder: Path) -> bool:
    return (folder / "study" / "protocol.toml").is_file()


def _claim(folder: Path, marker: str) -> None:
    """Take an empty folder, or one that an earlier demo made and no person has read in."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / MARKER).is_file():
                raise AppError(f"{folder.name} is not empty.", "Choose another folder with --out.")
            if _has_study(folder) and (folder / MARKER).read_text(encoding="utf-8") != FOR_NOBODY:
                raise AppError(
                    f"{folder.name} holds a demo that a person may have read.",
                    "Choose another folder with --out, or delete it yourself.",
                )
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).write_text(marker, encoding="utf-8")
    except OSError as error:
        raise refused(folder, error, "Choose another folder.", "cannot be used") from error
