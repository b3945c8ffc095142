"""Models with their cards score a folder, show where they looked, and are trained beside the window."""

from __future__ import annotations

import argparse
import csv
import shlex
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from app.cli.training.train import configure
from app.gui.pages.models.training import TrainingPresenter
from app.gui.pages.models.view import ModelPage
from app.learning.weights import find_model, own_folder
from app.window_request import WindowRequest
from app.workflows.training.process import ChildProcess, RunState, TrainingWish, run_state, was_stopped
from tests.gui.conftest import OpenProgram
from tests.gui.inline import Inline
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.scan.nm_files import toy_counts, write_nm

CHOICES = ("--stratify", "--precision")


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two scans, and a letter that is none."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(2):
        counts = toy_counts(np.random.default_rng(number), [(300, 100)] if number else [])
        write_nm(folder / f"scan{number}.dcm", *counts, PatientID=f"T{number}")
    (folder / "letter.dcm").write_text("Dear colleague")
    return folder


def opened(open_program: OpenProgram) -> ModelPage:
    page = open_program(WindowRequest("model")).pages["model"]
    assert isinstance(page, ModelPage)
    return page


def told(page: ModelPage) -> str:
    window = page.window()
    return " ".join(banner.text for banner in window.banners.shown())  # type: ignore[attr-defined]


def test_without_a_model_the_page_says_what_to_do(
    open_program: OpenProgram, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.paths.model_weights", lambda: tmp_path)
    page = opened(open_program)
    assert "No model is installed" in page.models.card.toPlainText()
    assert not page.models.verify.isEnabled()


def test_a_model_is_checked_made_the_default_scores_a_folder_and_is_removed(
    open_program: OpenProgram,
    qtbot: QtBot,
    scans: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny_recipes(monkeypatch)
    model = install_tiny(threshold=0.4)
    page = opened(open_program)
    names = [page.models.list.item(row).text() for row in range(page.models.list.count())]
    page.models.list.setCurrentRow(names.index("tiny 1"))
    assert "threshold 0.40" in page.models.state.text()
    assert model.weights_sha256 in page.models.card.toPlainText()
    qtbot.mouseClick(page.models.default, Qt.MouseButton.LeftButton)
    assert find_model().identity == "tiny-1"
    assert not page.models.default.isEnabled()
    qtbot.mouseClick(page.models.verify, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "as the registry knows them" in told(page), timeout=30_000)

    page.tabs.setCurrentWidget(page.scores)
    page.presenter.score(scans)
    qtbot.waitUntil(lambda: len(page.presenter.scored) == 2, timeout=120_000)
    assert "of 2 scans at or above the threshold 0.40" in page.scores.words.text()
    page.scores.table.selectRow(1)
    qtbot.waitUntil(lambda: page.scores.canvas.scan is not None, timeout=120_000)
    assert page.scores.canvas.films.attention is not None
    assert "trained on nothing (tests)" in page.scores.said.text()
    page.presenter.export(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        assert [row["model"] for row in csv.DictReader(file)] == ["tiny", "tiny"]

    (own_folder() / f"{model.identity}.safetensors").write_bytes(b"other")
    page.presenter.verify()
    qtbot.waitUntil(lambda: "changed or damaged" in told(page), timeout=30_000)
    page.tabs.setCurrentWidget(page.models)
    qtbot.mouseClick(page.models.remove, Qt.MouseButton.LeftButton)
    assert "tiny 1" not in [page.models.list.item(row).text()[:6] for row in range(page.models.list.count())]


class Screen:
    """What the training presenter draws, kept."""

    def __init__(self) -> None:
        self.runs: list[tuple[RunState, str, bool]] = []
        self.errors: list[str] = []
        self.command = ""

    def show_run(self, state: RunState, words: str, *, running: bool) -> None:
        self.runs.append((state, words, running))

    def show_command(self, text: str) -> None:
        self.command = text

    def info(self, text: str, hint: str = "") -> None:
        self.runs.append((RunState((), False, False), text, False))

    def error(self, text: object, hint: str = "") -> None:
        self.errors.append(str(text))

    def models_changed(self) -> None:
        self.command = ""


def test_what_is_missing_for_a_training_is_said_before_anything_starts(tmp_path: Path) -> None:
    screen = Screen()
    presenter = TrainingPresenter(screen, Inline())
    presenter.edit(TrainingWish("scintiread", "", ""))
    presenter.start()
    assert "Choose the folder of the cohort" in screen.errors[-1]
    assert screen.command.startswith("scintiread train scintiread --data COHORT --out RUN")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "log.csv").write_text("x")
    presenter.edit(TrainingWish("scintiread", str(tmp_path), str(tmp_path / "old"), epochs=3))
    presenter.start()
    assert "not empty" in screen.errors[-1]
    assert not presenter.running


def test_the_form_says_with_what_a_training_begins_and_refuses_what_is_not_there(
    open_program: OpenProgram, tmp_path: Path
) -> None:
    page = opened(open_program)
    page.tabs.setCurrentIndex(2)
    form = page.train
    form.data.set_path(str(tmp_path))
    form.out.set_path(str(tmp_path / "run"))
    assert "--init" not in page.command.line.text()
    assert not form.init_file.isVisibleTo(form)
    for kind, said in (
        ("ImageNet, a file", "file with ImageNet's weights"),
        ("another run", "finished training"),
    ):
        form.init.setCurrentText(kind)
        page.training.start()
        assert said in told(page)
        assert not page.training.running
    assert form.init_run.isVisibleTo(form)
    assert not form.init_file.isVisibleTo(form)
    form.init.setCurrentText("ImageNet, fetched once")
    assert page.command.line.text().endswith("--init imagenet:download")


def test_more_options_are_unfolded_set_and_stand_in_the_command(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(open_program)
    page.tabs.setCurrentIndex(2)
    form, fields = page.train, page.train.more.fields
    form.data.set_path(str(tmp_path))
    form.out.set_path(str(tmp_path / "run"))
    before = page.command.line.text()
    ticks = [field for field in fields.values() if isinstance(field, QCheckBox)]
    assert not any(field.isVisible() for field in fields.values())
    qtbot.mouseClick(form.more.fold, Qt.MouseButton.LeftButton)
    assert all(field.isVisible() for field in fields.values())
    for box in (form.device, fields["--seed"], fields["--stratify"]):
        point = QPointF(box.rect().center())
        roll = QWheelEvent(
            point, box.mapToGlobal(point), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, roll)
    assert page.command.line.text() == before, "the wheel scrolls the page"
    for tick in ticks:
        qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(8, tick.height() // 2))
    for flag, typed in (("--config", "own.toml"), ("--split", "parts.csv"), ("--test", "unseen")):
        qtbot.keyClicks(fields[flag].line, typed)  # type: ignore[attr-defined]
    extra = fields["--extra-data"].lines  # type: ignore[attr-defined]
    qtbot.keyClicks(extra, "one")
    qtbot.keyClick(extra, Qt.Key.Key_Return)
    qtbot.keyClicks(extra, "two")
    qtbot.keyClicks(fields["--mlflow"], "runs")
    for flag in ("--stratify", "--precision", "--seed", "--threads", "--scans", "--held-out"):
        qtbot.keyClick(fields[flag], Qt.Key.Key_Down if flag in CHOICES else Qt.Key.Key_Up)
    added = page.command.line.text().removeprefix(before)
    for word in (
        "--config own.toml", "--split parts.csv", "--test unseen", "--extra-data one --extra-data two",
        "--mlflow runs", "--stratify burden", "--precision mixed", "--seed 2", "--threads 1", "--scans 1",
        "--held-out 0.05", "--no-validation", "--patients-are-cases", "--allow-missing-masks",
        "--classes-by-folder", "--umap", "--tensorboard",
    ):  # fmt: skip
        assert f" {word}" in added
    assert form.more.fold.text() == f"More options ({len(fields)} set)"
    parser = argparse.ArgumentParser()
    configure(parser)
    asked = parser.parse_args(shlex.split(page.command.line.text())[2:])
    assert (asked.seed, asked.held_out, asked.stratify) == (2, 0.05, "burden")
    assert [path.name for path in asked.extra_data] == ["one", "two"]
    page.training.start()
    assert "own.toml is not there: correct “Hyper-parameters”" in told(page)
    assert not page.training.running


def test_a_training_that_fails_tells_its_own_sentence_in_the_words_of_the_form(
    tmp_path: Path, qtbot: QtBot
) -> None:
    screen = Screen()
    presenter = TrainingPresenter(screen, Inline())
    cohort = tmp_path / "few"
    (cohort / "scans").mkdir(parents=True)
    for number in range(2):
        write_nm(cohort / "scans" / f"{number}.dcm", *toy_counts(np.random.default_rng(number)), PatientID="")
    (cohort / "truth.csv").write_text("case,truth\n0,1\n1,0\n")
    presenter.edit(TrainingWish("scintiread", str(cohort), str(tmp_path / "run")))
    presenter.start()
    assert presenter.running

    def over() -> bool:
        presenter.look()
        return not presenter.running

    qtbot.waitUntil(over, timeout=120_000)
    assert "truth.csv of few" in screen.errors[-1]
    assert "tick “Each scan is another patient's”" in screen.errors[-1]
    assert "--" not in screen.errors[-1]
    assert "Traceback" not in screen.errors[-1]


def test_a_run_is_followed_by_its_log_and_can_be_resumed_until_it_is_finished(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    assert run_state(run) == RunState((), False, False)
    (run / "log.csv").write_text(
        "epoch,phase,loss,validation_auc,rate,seconds\n1,a,0.7,0.61,0.001,2\n2,a,0.5,,0.001,2\n3,a,0."
    )
    (run / "checkpoint.safetensors").write_bytes(b"x")
    state = run_state(run)
    assert [row.epoch for row in state.rows] == [1, 2], "a line that is being written is left out"
    assert state.resumable
    (run / "metrics.json").write_text("{}")
    state = run_state(run)
    assert (state.finished, state.resumable) == (True, False)


def test_a_child_is_stopped_by_a_word_and_keeps_what_it_has(tmp_path: Path, qtbot: QtBot) -> None:
    """As by Ctrl+C, on every system: its status tells it from one that failed."""
    truth = tmp_path / "cohort" / "truth.csv"
    child = ChildProcess(["simulate", str(truth.parent), "--scans", "1000", "--workers", "1"])

    def made() -> int:
        return len(truth.read_text(encoding="utf-8").split()) - 1 if truth.is_file() else 0

    qtbot.waitUntil(lambda: made() > 0 or child.status is not None, timeout=120_000)
    child.stop()
    qtbot.waitUntil(lambda: child.status is not None, timeout=120_000)
    assert was_stopped(child.status or 0)
    assert 0 < made() < 1000
    child.stop()  # nobody is there any more
    child.end()
    assert not was_stopped(1)
