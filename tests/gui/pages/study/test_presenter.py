"""The presenter decides without a screen: drafts, refusals, one piece of work per step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from app.errors import AppError
from app.gui.pages.study.draft import ProtocolDraft, named, under_fields
from app.gui.pages.study.presenter import CoordinatorPresenter
from app.gui.pages.study.steps import Step
from app.study.protocol import Allocation, Protocol
from app.study.protocol_problems import Problem, protocol_problems
from app.window_request import WindowRequest
from app.workflows.study.new import Ingredients, new_study
from tests.gui.inline import Inline


def at(draft: ProtocolDraft) -> set[str]:
    return {each.path for each in draft.problems()}


class Seen:
    """A view that remembers the latest of everything it was asked to draw."""

    def __init__(self) -> None:
        self.last: dict[str, tuple[object, ...]] = {}
        self.told: list[tuple[str, str]] = []
        self.commands: dict[str, str] = {}
        self.busy: set[Step] = set()

    def __getattr__(self, name: str):
        if not name.startswith(("show_", "go_to", "remember", "clear_")):
            raise AttributeError(name)
        return lambda *values, **_named: self.last.__setitem__(name, values)

    def show_problems(self, problems: Sequence[Problem], told: Collection[str]) -> None:
        self.problems, self.told_fields = {each.path for each in problems}, set(told)

    def show_command(self, name: str, text: str) -> None:
        self.commands[name] = text

    def show_busy(self, step: Step, title: str, running: object | None) -> None:
        self.busy = self.busy | {step} if running else self.busy - {step}

    def info(self, text: str, hint: str = "") -> None:
        self.told.append(("info", f"{text} {hint}"))

    def warn(self, text: str, hint: str = "") -> None:
        self.told.append(("warn", f"{text} {hint}"))

    def error(self, text: AppError | str, hint: str = "") -> None:
        self.told.append(("error", f"{text} {hint}"))

    def offer(self, text: str, hint: str, button: str, study: Path) -> None:
        self.told.append(("offer", text))


@pytest.fixture
def view() -> Seen:
    return Seen()


@pytest.fixture
def background() -> Inline:
    return Inline()


@pytest.fixture
def asked() -> list[WindowRequest]:
    return []


@pytest.fixture
def presenter(view: Seen, background: Inline, asked: list[WindowRequest]) -> CoordinatorPresenter:
    presenter = CoordinatorPresenter(view, background, asked.append)  # type: ignore[arg-type]
    presenter.new_study()
    return presenter


@pytest.fixture
def study(tmp_path: Path, scans: Path) -> Path:
    protocol = Protocol(title="T", code="T", readers=("R1", "R2"))
    return new_study(tmp_path / "study", scans, Ingredients(protocol=protocol)).path


def test_a_new_draft_lists_what_is_missing_and_tells_nothing_under_fields(
    presenter: CoordinatorPresenter, view: Seen
) -> None:
    assert view.problems == {"Study folder", "Scans", "title", "code"}
    assert view.told_fields == set()


def test_choosing_split_plot_makes_two_groups_and_choosing_crossed_removes_them(
    presenter: CoordinatorPresenter,
) -> None:
    split = Protocol(title="T", code="T", readers=("A", "B"), allocation=Allocation.SPLIT_PLOT)
    presenter.edit(split, "allocation")
    assert presenter.protocol.split_plot_groups == 2
    presenter.edit(Protocol(title="T", code="T", readers=("A", "B"), split_plot_groups=2), "allocation")
    assert presenter.protocol.split_plot_groups == 1
    assert "split_plot_groups" not in at(presenter.draft)


def test_the_command_of_a_draft_names_what_was_chosen(presenter: CoordinatorPresenter, view: Seen) -> None:
    presenter.edit_files(
        ProtocolDraft(
            folder="a study",
            scans=("x", "y"),
            truth="t.csv",
            labels="a cohort",
            priors="before",
            series="more",
            copy=True,
            no_burned_in_text=True,
        ),
        "Scans",
    )
    assert view.commands["design"] == (
        "scintiread study new 'a study' --scans x --scans y --truth t.csv --labels 'a cohort'"
        " --priors before --series more --protocol protocol.toml --copy --no-burned-in-text"
    )


def test_a_folder_of_lesion_masks_has_to_exist(tmp_path: Path) -> None:
    assert "Lesion masks" in at(ProtocolDraft(labels=str(tmp_path / "none")))
    assert "Lesion masks" not in at(ProtocolDraft(labels=str(tmp_path)))
    assert "Lesion masks" not in at(ProtocolDraft())


def test_folders_of_prior_scans_and_of_series_have_to_exist(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    assert {"Prior scans", "Further series"} <= set(at(ProtocolDraft(priors=missing, series=missing)))
    assert not {"Prior scans", "Further series"} & set(at(ProtocolDraft(priors=str(tmp_path))))


def test_what_a_step_does_is_not_started_twice(
    presenter: CoordinatorPresenter, background: Inline, view: Seen, study: Path
) -> None:
    presenter.open(study)
    background.go()
    presenter.operations.check()
    presenter.operations.check()
    assert view.busy == {Step.PREFLIGHT}
    assert len(background.waiting) == 1
    background.go()
    assert view.busy == set()


def test_a_study_that_cannot_be_opened_leaves_the_old_one_open(
    presenter: CoordinatorPresenter, background: Inline, view: Seen, study: Path, tmp_path: Path
) -> None:
    presenter.open(study)
    background.go()
    presenter.open(tmp_path / "nothing")
    background.go()
    assert view.told[-1][0] == "error"
    assert presenter.facts is not None and presenter.facts.path == study
    presenter.operations.close()


def test_another_study_begins_without_the_findings_of_the_first(
    presenter: CoordinatorPresenter, background: Inline, view: Seen, study: Path, scans: Path, tmp_path: Path
) -> None:
    other = new_study(tmp_path / "other", scans).path
    presenter.open(study)
    background.go()
    presenter.operations.check()
    background.go()
    presenter.open(other)
    background.go()
    summary: Sequence[object] = view.last["show_findings"]
    assert "Nothing was checked yet" in str(summary[0])
    presenter.operations.close()


def test_reading_is_asked_for_with_study_and_reader(
    presenter: CoordinatorPresenter, background: Inline, asked: list[WindowRequest], study: Path
) -> None:
    presenter.open(study)
    background.go()
    presenter.read_as("R2")
    assert asked == [WindowRequest(page="reading", study=study, reader="R2")]
    presenter.operations.close()


@pytest.mark.parametrize("into", ["", "full"])
def test_a_rehearsal_never_writes_over_anything(
    presenter: CoordinatorPresenter, background: Inline, view: Seen, study: Path, tmp_path: Path, into: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    presenter.open(study)
    background.go()
    presenter.operations.rehearse(str(tmp_path / into) if into else "")
    assert not background.waiting
    assert "new or empty folder" in view.told[-1][1]
    presenter.operations.close()


def test_a_problem_is_said_in_the_words_of_the_file_of_the_list_and_of_the_field() -> None:
    found = protocol_problems(Protocol("", "S", readers=("R1", "R 2"), washout_days=-1.0))
    refused = '"R 2" may have letters, digits, dash and underscore, up to 32.'
    few = "is too small; at least 0."
    assert [str(each) for each in found] == [
        "title is empty.", f"readers: {refused}", f"washout_days = -1 {few}",
    ]  # fmt: skip
    assert [named(each) for each in found] == [
        "Title is empty.", f"Readers: {refused}", f"Washout = -1 {few}",
    ]  # fmt: skip
    assert under_fields(found) == {
        "title": "Title is empty.", "readers": refused, "washout_days": f"Washout = -1 {few}",
    }  # fmt: skip
