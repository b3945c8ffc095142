"""A truth panel: members alone, then an adjudicator who sees what the others said, then the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app import cli
from app.errors import AppError
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.protocol import Mode, PanelRules, Protocol
from app.study.truth import read_truth
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.merge import merge_bundles
from app.workflows.study.panel import lay_out_disputes, panel_truth
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO, START
from tests.workflows.bundle_studies import LOOKED, sit
from tests.workflows.studies import make_study, read_one

SPINE = Answer(call=True, rating=90, checklist=("spine",))
RIB = replace(SPINE, checklist=("rib",))
RULES = replace(
    Protocol("Panel", "PANEL"), mode=Mode.PANEL, readers=("P1", "P2", "ADJ"), panel=PanelRules("ADJ")
)


def vote(study: Path, reader: str, answers: dict[str, Answer]) -> list[str]:
    """Read everything that is on a reader's list; gives what stood beside each case."""
    clock = SimulatedClock(START)
    session = open_session(study, reader, clock=clock)
    told = []
    for assignment in session.session.upcoming(10):
        told.append(session.load(assignment).clinical_information)
        read_one(session, clock, answers[assignment.case])
    session.close()
    return told


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A panel of two members who agree on C1, on the call of C2 but not the region, and on nothing of C3."""
    path = make_study(tmp_path, RULES, truth=True).path
    told = vote(path, "P1", {"C1": NO, "C2": SPINE, "C3": SPINE})
    told += vote(path, "P2", {"C1": NO, "C2": RIB, "C3": NO})
    assert set(told) == {""}, "members read alone"
    return path


def test_disagreements_go_to_the_adjudicator_and_the_outcome_becomes_the_truth(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["study", "panel", str(study), "--adjudicate"]) == 1
    said = capsys.readouterr().out
    assert "2 disputed cases added" in said and "3 cases: 1 agreed, 2 disputed." in said
    assert "C3 (call): P1: yes, 90 (spine); P2: no, 10" in said
    with pytest.raises(AppError, match="2 cases are undecided: C2, C3"):
        panel_truth(study)
    told = vote(study, "ADJ", {"C2": RIB, "C3": NO})
    assert "The panel disagrees. P1: yes, 90 (spine); P2: no, 10." in told
    assert cli.run(["study", "panel", str(study), "--truth"]) == 0
    truth = read_truth(study / "coordinator" / "truth.csv")
    assert {case: each.truth for case, each in truth.items()} == {"C1": False, "C2": True, "C3": False}
    assert truth["C2"].regions == "rib"
    assert truth["C1"].more["decided"] == "agreed by P1, P2"
    assert truth["C2"].more["decided"] == "adjudicated by ADJ (regions disputed)"
    assert list((study / "coordinator").glob("truth-before-*.csv")), "the older truth is kept"
    assert lay_out_disputes(study) == 0, "nothing comes twice"
    assert study_verify(study).ok


def test_the_adjudicator_reads_offline_too_and_the_members_bundles_tell_nothing(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AppError, match="Reader ADJ has nothing to read yet"):
        make_bundle(study, "ADJ", tmp_path / "ADJ.scintiread", assurance=LOOKED)
    lay_out_disputes(study)
    bundle = make_bundle(study, "ADJ", tmp_path / "ADJ.scintiread", assurance=LOOKED).file
    session, clock = sit(bundle, tmp_path / "home", monkeypatch)
    for assignment in session.session.upcoming(10):
        assert "The panel disagrees. P1: yes" in session.load(assignment).clinical_information
        read_one(session, clock, SPINE)
    session.close()
    assert merge_bundles(study, [bundle]).ok
    assert read_truth(panel_truth(study))["C3"].truth
    member = make_bundle(study, "P1", tmp_path / "P1.scintiread", assurance=LOOKED)
    assert member.cases == 3


def test_nobody_adjudicates_before_the_others_are_done(tmp_path: Path) -> None:
    path = make_study(tmp_path, RULES).path
    with pytest.raises(AppError, match="3 cases are not read by all members yet"):
        lay_out_disputes(path)
