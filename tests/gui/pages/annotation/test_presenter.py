from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from app.annotation import edits
from app.annotation.agreement.adjudication import Dispute
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.formats import labelme_json, native
from app.annotation.label_set import LabelSet
from app.annotation.proposed import Proposed
from app.annotation.region import Region
from app.errors import AppError
from app.gui.canvas.prepared import PreparedScan
from app.gui.pages.annotation.annotate_view import Saved
from app.gui.pages.annotation.case_checks import Found
from app.gui.pages.annotation.measures import Measures
from app.gui.pages.annotation.presenter import AnnotatePresenter
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from app.workflows.annotation.annotate import Loaded
from app.workflows.annotation.desk_record import DeskRecord
from app.workflows.scans.scan_row import ScanRow
from tests.gui.inline import Inline

SQUARE = np.array([[10.0, 10], [20, 10], [20, 20], [10, 20]])
SIZE = (256.0, 1024.0)


class View:
    """Remembers what it was asked to show."""

    def __init__(self) -> None:
        self.cases: list[tuple[str, Loaded]] = []
        self.states: list[Saved] = []
        self.notes: list[str] = []
        self.errors: list[AppError] = []
        self.failures: list[AppError] = []
        self.changes: list[AppError] = []
        self.annotator = ""
        self.statuses: dict[str, str] = {}
        self.advice: list[str] = []
        self.others: dict[str, Annotation] = {}
        self.proposing: list[bool] = []
        self.proposals: list[Proposed] = []

    def show_folder(self, name: str, annotator: str, rows: Sequence[ScanRow]) -> None:
        self.annotator = annotator

    def show_fields(self, fields: object) -> None:
        self.fields = fields

    def show_prior(self, prior: object, prepared: object = None) -> None:
        self.prior = prior

    def show_model_map(self, model_map: object) -> None:
        self.model_map = model_map

    def show_classes(self, table: ClassTable) -> None:
        self.classes = [each.name for each in table.classes]

    def ask_classes(self, table: ClassTable, used: Mapping[str, int]) -> None:
        self.used = dict(used)

    def show_record(self, record: DeskRecord) -> None:
        self.statuses = {case: record.status(case).value for case in ("a", "b", "c")}

    def show_concerns(self, found: Found) -> None:
        """Nothing to remember."""

    def advise(self, text: str) -> None:
        self.advice.append(text)

    def show_case(self, place: int, prepared: PreparedScan, loaded: Loaded, measures: Measures) -> None:
        self.cases.append((prepared.scan.case, loaded))

    def show_saved(self, state: Saved) -> None:
        self.states.append(state)

    def show_others(self, others: Mapping[str, Annotation], disputed: Sequence[Dispute]) -> None:
        self.others = dict(others)

    def show_proposing(self, running: bool) -> None:
        self.proposing.append(running)

    def show_proposals(self, proposed: Proposed) -> None:
        self.proposals.append(proposed)

    def info(self, text: str, hint: str = "") -> None:
        self.notes.append(text)

    def error(self, text: AppError, hint: str = "") -> None:
        self.errors.append(text)

    def warn(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def wrote(self, text: str, folder: Path) -> None:
        """Nothing to remember."""

    def show_save_failed(self, error: AppError) -> None:
        self.failures.append(error)

    def show_changed_elsewhere(self, error: AppError) -> None:
        self.changes.append(error)


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def background() -> Inline:
    return Inline()


@pytest.fixture
def presenter(view: View, background: Inline, scans: Path) -> AnnotatePresenter:
    made = AnnotatePresenter(view, background)
    made.open_folder(scans, "R1")
    background.go()
    return made


def drawn(case: str = "a", *more: Region) -> Annotation:
    return edits.add(Annotation(case, "R1"), Region(ViewName.ANTERIOR, SQUARE), SIZE)


def saved(scans: Path, case: str) -> Annotation:
    file = scans / "annotations" / "R1" / f"{case}.annotation.json"
    return native.read(case, (file,)).annotation


def test_a_folder_opens_at_its_first_case(presenter: AnnotatePresenter, view: View) -> None:
    assert [row.case for row in presenter.rows] == ["a", "b", "c"]
    assert view.cases[-1][0] == "a"
    assert presenter.clean


def test_a_folder_opens_where_the_work_was_left(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    presenter.changed(drawn())
    background.go()
    presenter.close()
    again = AnnotatePresenter(view, background)
    again.open_folder(scans, "R1")
    background.go()
    assert view.statuses["a"] == "in work"
    assert view.cases[-1][0] == "a"


def test_every_change_is_on_the_disk_at_once(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    presenter.changed(drawn())
    assert view.states[-1] is Saved.SAVING
    assert not presenter.clean
    background.go()
    assert view.states[-1] is Saved.CLEAN
    assert len(saved(scans, "a").regions) == 1


def test_what_is_drawn_while_saving_is_saved_too(
    presenter: AnnotatePresenter, background: Inline, scans: Path
) -> None:
    first = drawn()
    presenter.changed(first)
    presenter.changed(edits.add(first, Region(ViewName.POSTERIOR, SQUARE), SIZE))
    background.go()
    assert presenter.clean
    assert len(saved(scans, "a").regions) == 2


def test_a_slow_save_never_lands_on_what_was_drawn_after_it(
    presenter: AnnotatePresenter, background: Inline, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert presenter.folder is not None
    save, begun, go_on = presenter.folder.save, threading.Event(), threading.Event()

    def slowly(scan: Scan, annotation: Annotation) -> Path:
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            assert go_on.wait(60)
        return save(scan, annotation)

    monkeypatch.setattr(presenter.folder, "save", slowly)
    first = drawn()
    presenter.changed(first)
    slow = threading.Thread(target=background.waiting.pop())
    slow.start()
    assert begun.wait(60)  # the first region is on its way to the disk …
    presenter.changed(edits.add(first, Region(ViewName.POSTERIOR, SQUARE), SIZE))
    threading.Timer(0.2, go_on.set).start()
    presenter.step(1)  # … when the second is drawn and the case is left
    go_on.set()
    slow.join()
    background.go()
    assert len(saved(scans, "a").regions) == 2


def test_a_late_save_never_lands_in_another_case(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    presenter.changed(drawn())  # its save waits in the background …
    waiting = background.waiting.pop()
    presenter.step(1)
    background.go()  # … while the next case is opened …
    presenter.changed(Annotation("b", "R1"))
    waiting()  # … and comes only now
    background.go()
    assert len(saved(scans, "a").regions) == 1
    assert saved(scans, "b").regions == ()
    assert presenter.clean


def test_a_failed_save_is_never_clean_and_what_was_drawn_comes_back(
    presenter: AnnotatePresenter,
    view: View,
    background: Inline,
    scans: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = native.write_whole

    def full(path: Path, content: bytes) -> None:
        raise AppError(f"{path.name} could not be written: no space left.")

    monkeypatch.setattr(native, "write_whole", full)
    presenter.changed(drawn())
    background.go()
    assert view.states[-1] is Saved.FAILED
    assert not presenter.clean
    assert "no space left" in view.failures[-1].message
    presenter.step(1)
    background.go()
    assert view.cases[-1][0] == "a"  # the case is not left with something unsaved
    monkeypatch.setattr(native, "write_whole", whole)

    assert presenter.folder is not None
    presenter.folder.release()  # as when the process is gone
    crashed = View()
    again = AnnotatePresenter(crashed, background)
    again.open_folder(scans, "R1")
    background.go()
    assert crashed.cases[-1][1].unsaved
    assert any("recovered" in note for note in crashed.notes)
    assert len(saved(scans, "a").regions) == 1
    assert again.clean


def test_two_windows_never_annotate_under_one_name(
    presenter: AnnotatePresenter, background: Inline, scans: Path
) -> None:
    second = View()
    other = AnnotatePresenter(second, background)
    other.open_folder(scans, "R1")
    background.go()
    assert "already annotating this folder as R1: on " in second.errors[-1].message
    assert second.cases == []
    other.open_folder(scans, "R2")
    background.go()
    assert second.cases[-1][0] == "a"
    presenter.open_folder(scans, "R1")  # the same once more is no second window
    background.go()
    assert other.folder is not None
    other.open_folder(scans, "R1")
    background.go()
    assert len(second.errors) == 2
    assert other.folder.annotator == "R2", "what was open stays open"
    presenter.close()
    other.open_folder(scans, "R1")
    background.go()
    assert other.folder.annotator == "R1"
    other.close()
    assert list((scans / "annotations").glob("*.lock")) == []


def test_a_folder_that_turned_out_empty_is_let_go_and_the_one_before_stays(
    presenter: AnnotatePresenter, view: View, background: Inline, tmp_path: Path, scans: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    presenter.open_folder(empty, "R1")
    background.go()
    assert list(empty.rglob("*.lock")) == []
    assert len(list(scans.rglob("R1.lock"))) == 1
    presenter.changed(drawn())
    background.go()
    assert presenter.clean


def test_a_file_that_changed_under_the_window_is_never_written_over(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    first = drawn()
    presenter.changed(first)
    background.go()
    file = scans / "annotations" / "R1" / "a.annotation.json"
    theirs = drawn()
    assert presenter.folder is not None
    elsewhere = native.content_of(LabelSet(theirs, dict.fromkeys(ViewName, (256, 1024))))
    file.write_bytes(elsewhere)

    ours = edits.add(first, Region(ViewName.POSTERIOR, SQUARE), SIZE)
    presenter.changed(ours)
    background.go()
    assert file.read_bytes() == elsewhere
    assert view.states[-1] is Saved.FAILED
    assert "changed by another program" in view.changes[-1].message
    presenter.step(1)
    background.go()
    assert view.cases[-1][0] == "a", "the case is not left with something unsaved"
    presenter.close()

    again = AnnotatePresenter(view, background)  # the recovery copy does not write over it either
    again.open_folder(scans, "R1")
    background.go()
    again.open(0)
    background.go()
    assert file.read_bytes() == elsewhere
    assert view.states[-1] is Saved.FAILED
    again.keep_both()
    background.go()
    assert view.states[-1] is Saved.CLEAN
    assert [region.uuid for region in saved(scans, "a").regions] == [each.uuid for each in ours.regions]
    (other,) = file.parent.glob("*.other")
    assert other.read_bytes() == elsewhere
    assert other.name in view.notes[-1]
    again.step(1)
    background.go()
    assert view.cases[-1][0] == "b"
    again.close()


def test_a_file_that_appeared_where_there_was_none_is_not_written_over(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    file = scans / "annotations" / "R1" / "a.annotation.json"
    file.parent.mkdir()
    file.write_text("somebody's work")
    presenter.changed(drawn())
    background.go()
    assert file.read_text() == "somebody's work"
    assert view.states[-1] is Saved.FAILED


def test_what_was_taken_over_from_labelme_is_on_the_disk_before_anything_says_so(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    labelme_json.write(
        scans, LabelSet(drawn("b"), dict.fromkeys(ViewName, (256, 1024))), read_scan(scans / "b.dcm")
    )
    presenter.step(1)
    while background.waiting:
        background.waiting.pop(0)()
        if view.states[-1] is Saved.CLEAN and view.cases[-1][0] == "b":
            assert len(saved(scans, "b").regions) == 1
    assert any("Taken over from b_anterior.json" in note for note in view.notes)
    assert view.states[-1] is Saved.CLEAN
    assert len(saved(scans, "b").regions) == 1


def test_trying_again_saves(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(native, "write_whole", _refuse)
        presenter.changed(drawn())
        background.go()
    presenter.save()
    background.go()
    assert view.states[-1] is Saved.CLEAN
    assert presenter.flush()


def _refuse(path: Path, content: bytes) -> None:
    raise AppError(f"{path.name} could not be written: read-only.")


def test_other_annotators_are_shown_only_when_asked_for(
    presenter: AnnotatePresenter, view: View, background: Inline, scans: Path
) -> None:
    other = AnnotatePresenter(View(), background)
    other.open_folder(scans, "R2")
    background.go()
    other.changed(drawn())
    background.go()
    assert view.others == {}
    presenter.toggle_others()
    background.go()
    assert list(view.others) == ["R2"]
    presenter.step(1)
    background.go()
    assert view.others == {}
    assert "Nobody else" in view.notes[-1]
    presenter.step(-1)
    background.go()
    assert list(view.others) == ["R2"]
    presenter.toggle_others()
    assert view.others == {}


def test_an_empty_folder_or_a_strange_code_is_told(
    view: View, background: Inline, tmp_path: Path, scans: Path
) -> None:
    presenter = AnnotatePresenter(view, background)
    empty = tmp_path / "empty"
    empty.mkdir()
    presenter.open_folder(empty, "R1")
    background.go()
    presenter.open_folder(scans, "../R1")
    presenter.open_folder(tmp_path / "nowhere", "R1")
    said = " ".join(error.message for error in view.errors)
    assert "no scans" in said
    assert "annotator's code" in said
    assert "not a folder" in said


def test_looking_for_lesions_can_be_stopped_and_stops_when_another_case_opens(
    presenter: AnnotatePresenter, view: View, background: Inline
) -> None:
    presenter.propose()
    presenter.propose()
    assert view.proposing == [True, False]
    background.go()
    assert view.proposals == []
    presenter.propose()
    presenter.step(1)
    background.go()
    assert view.proposing == [True, False, True, False]
    assert view.proposals == []
    presenter.propose()
    background.go()
    assert len(view.proposals) == 1
    assert view.proposing[-1] is False
