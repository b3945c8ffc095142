"""An installed model answers for a study's cases: once, again when it must, and as the demo's AI."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import run as main
from app.errors import AppError
from app.progress import Cancelled
from app.store.opening import open_study
from app.study.protocol import Mode
from app.workflows.rehearsal.demo import demo_study
from app.workflows.rehearsal.demo_ai import demo_words
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.ai_results import ai_results_for, ai_state
from app.workflows.study.check import study_check
from app.workflows.study.protocol import set_protocol, study_facts
from tests.learning.tiny import install_tiny, tiny_recipes
from tests.study.helpers import YES, protocol
from tests.workflows.rehearsal.test_demo import toy_source
from tests.workflows.studies import make_study, read_all


@pytest.fixture(autouse=True)
def known_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_recipes(monkeypatch)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path, protocol(mode=Mode.SEQUENTIAL)).path


def test_without_a_model_one_sentence_says_so(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.paths.model_weights", lambda: study / "nothing")
    with pytest.raises(AppError, match="No model is installed"):
        compute_ai(study)
    assert not ai_state(study).source


def test_every_case_gets_an_answer_of_these_weights_once(study: Path) -> None:
    model = install_tiny(threshold=0.3)
    done = compute_ai(study, "tiny", device="cpu")
    assert (done.model, done.made, done.kept, done.failed) == ("tiny 1", 3, 0, ())
    opened = open_study(study)
    entries = opened.ai.entries()
    result = opened.ai.get("C1")
    opened.close()
    assert {entry.model.weights_sha256 for entry in entries} == {model.weights_sha256}
    assert all(entry.heatmap for entry in entries)
    assert result is not None
    assert result.model.training_data == "nothing (tests)"
    assert (study_facts(study).protocol.ai.model, study_facts(study).protocol.ai.threshold) == ("tiny", 0.3)
    again = compute_ai(study, "tiny", device="cpu")
    assert (again.made, again.kept) == (0, 3)
    assert study_check(study).ok


def test_what_was_computed_before_a_stop_is_kept_and_the_rest_follows(study: Path) -> None:
    install_tiny()

    class Impatient:
        cancelled = False

        def report(self, fraction: float, message: str) -> None:
            self.cancelled = fraction > 0.3

    with pytest.raises(Cancelled):
        compute_ai(study, "tiny", Impatient(), "cpu")
    assert ai_state(study).without == ("C3",)
    done = compute_ai(study, "tiny", device="cpu")
    assert (done.made, done.kept) == (1, 2)


def test_other_weights_under_the_same_name_are_a_warning_and_computed_anew(study: Path) -> None:
    install_tiny()
    compute_ai(study, "tiny", device="cpu")
    install_tiny(kind="pooled")
    stale = [finding.text for finding in study_check(study).findings if "other weights" in finding.text]
    assert len(stale) == 1
    done = compute_ai(study, "tiny", device="cpu")
    assert (done.made, done.kept) == (3, 0)
    assert not [finding for finding in study_check(study).findings if "other weights" in finding.text]


def test_images_that_were_changed_get_no_answer_and_are_named(study: Path, tmp_path: Path) -> None:
    install_tiny()
    (tmp_path / "scans" / "C2.dcm").write_bytes((tmp_path / "scans" / "C1.dcm").read_bytes())
    done = compute_ai(study, "tiny", device="cpu")
    assert (done.made, [case for case, _ in done.failed]) == (2, ["C2"])
    assert ai_state(study).without == ("C2",)


def test_the_command_computes_imports_draws_and_clears(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install_tiny()
    assert main(["study", "ai", str(study)]) == 1
    assert main(["study", "ai", str(study), "--model", "tiny", "--device", "cpu"]) == 0
    assert "tiny 1: 3 new results, 0 kept" in capsys.readouterr().out
    assert main(["study", "ai", str(study), "--absent", "1"]) == 0
    said = capsys.readouterr().out
    assert "0 wrong, 1 absent" in said
    assert not [case for case in ("C1", "C2", "C3") if case in said], "which ones is not told"
    assert main(["study", "ai", str(study), "--clear"]) == 0
    table = tmp_path / "ai.csv"
    table.write_text("case,probability\nC1,0.5\nC2,0.5\nC9,0.5\n", encoding="utf-8")
    assert main(["study", "ai", str(study), "--import", str(table)]) == 2
    assert "line 4: the study has no case “C9”" in capsys.readouterr().err
    assert main(["study", "ai", str(study), "--heatmaps", str(tmp_path)]) == 2


def test_the_demo_has_the_ai_after_each_answer_where_a_model_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.paths.model_weights", lambda: tmp_path / "nothing")
    assert demo_study(tmp_path / "plain", toy_source).protocol.mode is Mode.UNAIDED
    assert demo_words() == ""
    install_tiny()
    made = demo_study(tmp_path / "aided", toy_source)
    assert made.protocol.mode is Mode.SEQUENTIAL
    assert made.protocol.ai.model == "tiny"
    assert study_facts(made.path).sha256 == made.sha256
    assert "trained on nothing (tests)" in demo_words()
    assert study_check(made.path).ok
    read_all(made.path, YES)
    with sqlite3.connect(made.path / "study.db") as database:
        rows = database.execute("SELECT ai FROM readings WHERE arm = 'aided'").fetchall()
    assert rows
    assert all('"model":"tiny"' in row[0] for row in rows)


@pytest.mark.parametrize("name", ["tiny", "tiny-1", "tiny 1"])
def test_a_model_named_as_the_window_shows_it_stands_with_the_threshold_typed(study: Path, name: str) -> None:
    install_tiny(threshold=0.3)
    kept = study_facts(study).protocol
    set_protocol(study, replace(kept, ai=replace(kept.ai, model=name, threshold=0.5)))
    done = compute_ai(study, "tiny-1", device="cpu")
    assert done.note == "The protocol's threshold 0.5 stands; that of tiny is 0.3."
    rules = study_facts(study).protocol.ai
    assert (rules.model, rules.threshold) == (name, 0.5)
    assert not [finding for finding in study_check(study).findings if "names the model" in finding.text]
    opened = open_study(study)
    shown = ai_results_for(opened, "R1", ["C1"])["C1"]
    opened.close()
    assert shown.threshold == 0.5


def test_another_model_replaces_the_named_one_aloud_and_a_typed_threshold_stands(study: Path) -> None:
    install_tiny(threshold=0.3)
    kept = study_facts(study).protocol
    set_protocol(study, replace(kept, ai=replace(kept.ai, model="other", threshold=0.62)))
    done = compute_ai(study, "tiny", device="cpu")
    assert done.note == (
        "The protocol names tiny now, before other. "
        "The protocol's threshold 0.62 stands; that of tiny is 0.3."
    )
    rules = study_facts(study).protocol.ai
    assert (rules.model, rules.threshold) == ("tiny", 0.62)
