"""What the simulator page decides, without a screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.gui.background import Running
from app.gui.pages.simulator.presenter import SCALES, SimulatorPresenter, SimulatorWishes
from app.simulator.difficulty import PRESETS
from app.workflows.simulator.preview import Preview
from tests.gui.inline import Inline


class Screen:
    """Keeps what it was shown."""

    def __init__(self) -> None:
        self.wishes: list[SimulatorWishes] = []
        self.previews: list[Preview] = []
        self.truths: list[bool] = []
        self.waiting = False
        self.running: Running | None = None
        self.progress: list[float] = []
        self.said: list[str] = []
        self.complaints: list[AppError] = []

    def show_wishes(self, wishes: SimulatorWishes) -> None:
        self.wishes.append(wishes)

    def show_preview(self, preview: Preview, truth: bool) -> None:
        self.previews.append(preview)
        self.truths.append(truth)

    def show_truth(self, preview: Preview, truth: bool) -> None:
        self.truths.append(truth)

    def show_waiting(self, waiting: bool) -> None:
        self.waiting = waiting

    def show_making(self, title: str, running: Running | None) -> None:
        self.running = running

    def show_progress(self, fraction: float, message: str) -> None:
        self.progress.append(fraction)

    def info(self, text: str, hint: str = "") -> None:
        self.said.append(f"{text} {hint}")

    def error(self, text: AppError, hint: str = "") -> None:
        self.complaints.append(text)

    def warn(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def wrote(self, text: str, folder: Path) -> None:
        """Nothing to remember."""


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def background() -> Inline:
    return Inline()


@pytest.fixture
def presenter(screen: Screen, background: Inline) -> SimulatorPresenter:
    return SimulatorPresenter(screen, background)


def test_the_first_patient_is_shown_with_the_truth(
    presenter: SimulatorPresenter, screen: Screen, background: Inline
) -> None:
    presenter.start()
    assert screen.waiting
    background.go()
    assert not screen.waiting
    preview = screen.previews[0]
    assert preview.scan.simulated
    assert any(region.label == "metastasis" for region in preview.truth)
    assert screen.truths == [True]
    assert "years" in preview.words


def test_of_many_wishes_only_the_last_is_carried_out(
    presenter: SimulatorPresenter, screen: Screen, background: Inline
) -> None:
    presenter.start()
    for contrast in (0.5, 1.0, 2.0, 3.0):
        presenter.set_scale("contrast", contrast)
    background.go()
    assert len(screen.previews) == 2
    assert presenter.wishes.difficulty.contrast == 3.0


def test_the_same_patient_can_be_seen_without_metastases(
    presenter: SimulatorPresenter, screen: Screen, background: Inline
) -> None:
    presenter.start()
    background.go()
    presenter.set_ill(False)
    background.go()
    ill, healthy = screen.previews
    assert not [region for region in healthy.truth if region.label == "metastasis"]
    assert ill.scan.anterior is not None
    assert healthy.scan.anterior is not None
    legs = slice(900, 1024)
    assert np.array_equal(ill.scan.anterior.counts[legs], healthy.scan.anterior.counts[legs])


def test_hiding_the_truth_simulates_nothing(
    presenter: SimulatorPresenter, screen: Screen, background: Inline
) -> None:
    presenter.start()
    background.go()
    presenter.set_truth(False)
    assert not background.waiting
    assert screen.truths == [True, False]


def test_the_prevalence_changes_no_patient(presenter: SimulatorPresenter, background: Inline) -> None:
    presenter.start()
    background.go()
    presenter.set_scale("prevalence", 0.08)
    assert not background.waiting
    assert presenter.wishes.cohort.difficulty.prevalence == 0.08


def test_a_preset_moves_every_slider(presenter: SimulatorPresenter, screen: Screen) -> None:
    presenter.choose_preset("hard")
    assert screen.wishes[-1].difficulty == PRESETS["hard"]
    for scale in SCALES:
        assert scale.low <= getattr(PRESETS["hard"], scale.field) <= scale.high


def test_patients_are_stepped_through_from_the_first(
    presenter: SimulatorPresenter, screen: Screen, background: Inline
) -> None:
    presenter.start()
    presenter.step_patient(-1)
    assert presenter.wishes.patient == 0
    presenter.step_patient(1)
    background.go()
    assert presenter.wishes.patient == 1
    presenter.set_seed(9)
    assert (presenter.wishes.patient, presenter.wishes.seed) == (0, 9)


def test_a_cohort_is_made_once_and_its_end_is_told(
    presenter: SimulatorPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    presenter.set_cohort(scans=2, follow_up=True)
    presenter.make(tmp_path / "cohort")
    presenter.make(tmp_path / "again")
    assert len(background.waiting) == 1
    assert screen.running is not None
    background.go()
    assert screen.running is None
    assert "2 simulated scans made" in screen.said[0]
    assert len(list((tmp_path / "cohort" / "scans").iterdir())) == 2
    assert screen.progress[-1] == 1.0


def test_a_stopped_cohort_is_told_and_can_be_made_again(
    presenter: SimulatorPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    presenter.make(tmp_path)
    assert screen.running is not None
    screen.running.cancel()
    background.go()
    assert "Stopped" in screen.said[0]
    assert not presenter.making


def test_a_folder_that_cannot_be_used_is_told(
    presenter: SimulatorPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    (tmp_path / "truth.csv").write_text("another table\n")
    presenter.make(tmp_path)
    background.go()
    assert "truth.csv" in str(screen.complaints[0])
    assert not presenter.making
