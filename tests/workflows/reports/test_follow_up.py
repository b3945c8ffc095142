"""Two visits of simulated patients, compared by the front door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.annotation.formats import simulator_labels
from app.errors import AppError
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.workflows.reports.follow_up import FollowUp, compare, follow_up
from app.workflows.simulator.simulate import make_cohort

STABLE, WORSE = 0, 2
"""First visits of a patient without disease, and of one whose disease progresses."""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("visits")
    made = Cohort(80, preset("trial", 0.7), 902, "trial", True)
    make_cohort(made, out, first=0, last=2)
    make_cohort(made, out, first=4, last=6)
    return out


def visits(cohort: Path) -> list[Path]:
    return sorted((cohort / "scans").glob("*.dcm"))


@pytest.fixture(scope="module")
def worse(cohort: Path) -> FollowUp:
    first, second = visits(cohort)[WORSE : WORSE + 2]
    labels = cohort / "labels"
    return follow_up(first, second, labels / f"{first.stem}.npz", labels / f"{second.stem}.npz")


def test_a_stable_pair_has_a_variance_of_about_one_on_its_bones(cohort: Path) -> None:
    first, second = visits(cohort)[STABLE : STABLE + 2]
    found = follow_up(first, second)
    organs = np.load(cohort / "labels" / f"{second.stem}.npz")["organ"]
    bones = simulator_labels.read(second.stem, (cohort / "labels" / f"{second.stem}.npz",)).bones
    for view, organ in zip(found.views, organs, strict=True):
        z = view.z[view.body & (bones[view.name] > 0) & (organ <= 1)]
        spread = 1.4826 * float(np.median(abs(z - np.median(z))))
        assert 0.7 < spread**2 < 1.5
        assert abs(float(np.median(z))) < 1.0


def test_new_lesions_of_a_progression_stand_out(worse: FollowUp) -> None:
    new = [lesion.z for lesion in worse.lesions if lesion.new]
    assert new
    assert min(new) > 0
    assert np.median(new) > 5  # a lesion that hardly shows on one view changes little there


def test_indices_are_compared_with_the_days_between(worse: FollowUp) -> None:
    by_name = {change.name: change for change in worse.changes}
    assert worse.days == 177
    assert by_name["Lesions"].change == 2
    assert by_name["BSI"].change > 0
    assert any(note.startswith("flare: 177 days") for note in worse.validity)
    assert any("simulated" in note for note in worse.validity)


def test_a_scan_that_was_made_later_is_no_prior(cohort: Path) -> None:
    first, second = visits(cohort)[:2]
    with pytest.raises(AppError, match=f"{second.stem} was made after {first.stem}"):
        follow_up(second, first)


def test_without_labels_nothing_is_said_of_indices_and_one_view_is_enough(cohort: Path) -> None:
    from dataclasses import replace

    first, second = (read_scan(file) for file in visits(cohort)[:2])
    found = compare(replace(first, anterior=None), second, days=400)
    assert [view.name for view in found.views] == [ViewName.POSTERIOR]
    assert not found.changes
    assert any("no labels" in note for note in found.validity)
    assert any("no difference on the anterior view" in note for note in found.validity)
    assert not any("flare" in note for note in found.validity)


@pytest.fixture
def said(cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[str, Path]]:
    first, second = visits(cohort)[:2]
    assert main(["follow-up", str(first), str(second), "--out", str(tmp_path / "out")]) == 0
    yield capsys.readouterr().out, tmp_path / "out"


def test_the_command_says_it_in_sentences_and_writes_files(said: tuple[str, Path]) -> None:
    text, out = said
    assert "days later" in text
    assert "plainly more uptake on" in text
    assert {file.name for file in out.iterdir()} == {
        "follow_up.json", "follow_up.csv", "follow_up.png", "follow_up.svg", "z_maps.npz",
    }  # fmt: skip
    assert "SIMULATED" in (out / "follow_up.svg").read_text(encoding="utf-8")
    assert json.loads((out / "follow_up.json").read_text(encoding="utf-8"))["days"] == 116
    with np.load(out / "z_maps.npz") as maps:
        assert maps["z_anterior"].shape == (1024, 256)


def test_labels_of_one_scan_alone_are_refused(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = visits(cohort)[:2]
    masks = str(cohort / "labels" / f"{first.stem}.npz")
    assert main(["follow-up", str(first), str(second), "--prior-masks", masks]) == 2
    assert "both --prior-masks and --current-masks" in capsys.readouterr().err
