"""Decides what the simulator page shows and makes; knows nothing of Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.gui.background import Background, Running
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.simulator.cohort import Cohort
from app.simulator.difficulty import PRESETS, Difficulty
from app.workflows.simulator.preview import Preview, simulated_preview
from app.workflows.simulator.simulate import MadeCohort, make_cohort


@dataclass(frozen=True)
class DifficultySlider:
    """One number of the difficulty that has a slider."""

    field: str
    label: str
    low: float
    high: float
    step: float
    hint: str
    percent: bool = False

    def words(self, value: float) -> str:
        """The value as the page writes it."""
        return f"{round(100 * value)} %" if self.percent else f"{value:.2f}".rstrip("0").rstrip(".") + " ×"


SCALES = (
    DifficultySlider(
        "prevalence", "Prevalence", 0.0, 1.0, 0.01, "Share of patients with metastases", percent=True
    ),
    DifficultySlider(
        "contrast", "Contrast", 0.3, 3.0, 0.05, "Uptake of the metastases above the bone around them"
    ),
    DifficultySlider("size", "Size", 0.5, 2.0, 0.05, "Radius of the metastases"),
    DifficultySlider("mimics", "Mimics", 0.0, 2.0, 0.05, "How frequent benign findings and artefacts are"),
    DifficultySlider("counts", "Counts", 0.2, 2.0, 0.05, "Fewer counts, more noise"),
)


@dataclass(frozen=True)
class SimulatorWishes:
    """What the user has chosen."""

    preset: str = "trial"
    difficulty: Difficulty = PRESETS["trial"]
    scans: int = 100
    seed: int = 4
    follow_up: bool = False
    patient: int = 0
    ill: bool = True
    truth: bool = True

    @property
    def cohort(self) -> Cohort:
        """The cohort that would be made."""
        return Cohort(self.scans, self.difficulty, self.seed, self.preset, self.follow_up)


class SimulatorView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_wishes(self, wishes: SimulatorWishes) -> None:
        """Put the controls where the wishes are."""

    def show_preview(self, preview: Preview, truth: bool) -> None:
        """Show the patient, with the true findings or without."""

    def show_truth(self, preview: Preview, truth: bool) -> None:
        """Show or hide the true findings of the patient on the screen."""

    def show_waiting(self, waiting: bool) -> None:
        """Say that another patient is being simulated."""

    def show_making(self, title: str, running: Running | None) -> None:
        """A cohort is being made, or (None) not any more."""

    def show_progress(self, fraction: float, message: str) -> None:
        """How far the cohort is."""


class SimulatorPresenter:
    """The simulator page without its widgets."""

    def __init__(self, view: SimulatorView, tasks: Background) -> None:
        self._view = view
        self._preview: Preview | None = None
        self._simulating = Job(tasks)
        self._making = Job(tasks, view.show_making)
        self._stale = False
        self.wishes = SimulatorWishes()

    @property
    def making(self) -> bool:
        """Whether a cohort is being made."""
        return self._making.busy

    def start(self) -> None:
        """Show the first patient."""
        self._view.show_wishes(self.wishes)
        self.refresh()

    def choose_preset(self, name: str) -> None:
        """Take over all numbers of a preset."""
        self.wishes = replace(self.wishes, preset=name, difficulty=PRESETS[name])
        self._view.show_wishes(self.wishes)
        self.refresh()

    def set_scale(self, field: str, value: float) -> None:
        """Change one number of the difficulty; the prevalence changes no patient, only how many are ill."""
        changed = replace(self.wishes.difficulty, **{field: value})  # type: ignore[arg-type]
        self.wishes = replace(self.wishes, difficulty=changed)
        if field != "prevalence":
            self.refresh()

    def set_cohort(self, *, scans: int, follow_up: bool) -> None:
        """Change how many scans are made, and whether two of each patient."""
        self.wishes = replace(self.wishes, scans=scans, follow_up=follow_up)

    def set_seed(self, seed: int) -> None:
        """Another seed: other patients."""
        self.wishes = replace(self.wishes, seed=seed, patient=0)
        self.refresh()

    def step_patient(self, step: int) -> None:
        """Show the next or the previous patient of the cohort."""
        self.wishes = replace(self.wishes, patient=max(self.wishes.patient + step, 0))
        self.refresh()

    def set_ill(self, ill: bool) -> None:
        """Show the same patient with metastases, or without."""
        self.wishes = replace(self.wishes, ill=ill)
        self.refresh()

    def set_truth(self, shown: bool) -> None:
        """Show or hide the true findings."""
        self.wishes = replace(self.wishes, truth=shown)
        if self._preview is not None:
            self._view.show_truth(self._preview, shown)

    def refresh(self) -> None:
        """Simulate the patient again; only the last of many wishes is carried out."""
        self._stale = self._simulating.busy
        if self._stale:
            return
        wishes = self.wishes
        cohort = replace(wishes.cohort, follow_up=False)
        self._view.show_waiting(True)
        self._simulating.start(
            "Simulating a patient",
            lambda _progress: simulated_preview(cohort, wishes.patient, wishes.ill),
            self._arrived,
            self._failed,
            stopped=self._ended,
        )

    def make(self, folder: Path) -> None:
        """Make the cohort in a folder."""
        cohort = self.wishes.cohort
        # always in processes of their own, so that the window stays quick
        workers = max(2, (os.cpu_count() or 2) - 1)
        self._making.start(
            "Making a cohort",
            lambda progress: make_cohort(cohort, folder, workers=workers, progress=progress),
            self._made,
            self._view.error,
            stopped=self._stopped,
            progressed=self._view.show_progress,
        )

    def stop(self) -> None:
        """Make no more of the cohort; what is finished stays."""
        self._making.stop()

    def _arrived(self, preview: Preview) -> None:
        self._preview = preview
        self._view.show_preview(preview, self.wishes.truth)
        self._ended()

    def _failed(self, error: AppError) -> None:
        self._view.error(error)
        self._ended()

    def _ended(self) -> None:
        if self._stale:
            self.refresh()
        else:
            self._view.show_waiting(False)

    def _made(self, cohort: MadeCohort) -> None:
        kept = f", {cohort.kept} were there already" if cohort.kept else ""
        self._view.info(f"{cohort.made} simulated scans made{kept}.", f"They are in {cohort.folder}.")

    def _stopped(self) -> None:
        self._view.info("Stopped; the scans that were finished are kept.", "Make it again to go on.")
