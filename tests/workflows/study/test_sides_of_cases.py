"""A study keeps the sides that it was made with, and what was drawn follows its images."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet, images_of, sizes_of
from app.annotation.region import Region
from app.cli.study.study import _confirm
from app.scan.hashing import view_hash
from app.scan.pairing import exchanged
from app.scan.read import read_scan
from app.scan.scan import ViewEvidence, ViewName
from app.study.case import StudyCase
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.labels import labels_of
from app.workflows.scans.confirmed_views import confirmed_views
from app.workflows.scans.information import scan_info
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.study.case_scan import read_case
from tests.scan.nm_files import toy_counts, write_nm

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(9))
SQUARE = np.array([[10.0, 10], [20, 10], [20, 20], [10, 20]])


def guessed(folder: Path) -> Path:
    """A scan whose sides only its picture tells."""
    return write_nm(folder / "x.dcm", ANTERIOR, POSTERIOR, view_codes=(None, None), DetectorVector=None)


def test_a_case_keeps_its_frozen_sides_when_the_guess_is_another_now(tmp_path: Path) -> None:
    scan = read_scan(guessed(tmp_path))
    frozen = {view.name.value: view_hash(view) for view in exchanged(scan).views}
    for as_shown in (None, True, False):
        case = StudyCase("C1", ("x.dcm",), frozen, as_shown=as_shown)
        read = read_case(tmp_path, case)
        assert {view.name.value: view_hash(view) for view in read.views} == frozen
        evidence = ViewEvidence.IMAGE if as_shown is None else ViewEvidence.PERSON
        assert {view.evidence for view in read.views} == {evidence}


def test_a_case_without_hashes_goes_by_what_was_said_of_the_guess(tmp_path: Path) -> None:
    scan = read_scan(guessed(tmp_path))
    read = read_case(tmp_path, StudyCase("C1", ("x.dcm",), as_shown=False))
    assert read.anterior is not None
    assert scan.posterior is not None
    assert np.array_equal(read.anterior.counts, scan.posterior.counts)


def test_what_was_drawn_follows_its_image_when_the_views_are_exchanged(tmp_path: Path) -> None:
    scan = read_scan(guessed(tmp_path))
    folder = AnnotationFolder(tmp_path, "R1")
    file = folder.save(scan, Annotation("x", "R1", (Region(ViewName.ANTERIOR, SQUARE),)))
    loaded = folder.load(exchanged(scan))
    assert [region.view for region in loaded.annotation.regions] == [ViewName.POSTERIOR]
    assert any("exchanged" in sentence for sentence in loaded.told)
    assert [each.view for each in labels_of(exchanged(scan), file).annotation.regions] == [ViewName.POSTERIOR]
    assert [each.view for each in labels_of(scan, file).annotation.regions] == [ViewName.ANTERIOR]


def test_what_was_drawn_on_a_view_alone_follows_it_too(tmp_path: Path) -> None:
    scan = replace(read_scan(guessed(tmp_path)), posterior=None)
    labels = LabelSet(
        Annotation("x", "R1", (Region(ViewName.ANTERIOR, SQUARE),)), sizes_of(scan), images=images_of(scan)
    )
    (file,) = native.write(tmp_path / "labels", labels)
    assert [each.view for each in labels_of(exchanged(scan), file).annotation.regions] == [ViewName.POSTERIOR]


def test_what_was_said_once_holds_for_every_command(home: Path, tmp_path: Path) -> None:
    path = guessed(tmp_path)
    guess = read_scan(path)
    confirmed_views().remember(guess, as_shown=False)
    (row,) = find_scans(tmp_path, decode=False).usable
    assert images_of(load_scan(row)) == images_of(exchanged(guess))
    assert [view["decided_by"] for view in scan_info(path)["views"]] == ["a person", "a person"]
    chosen = argparse.Namespace(confirm_views=True)
    assert _confirm(chosen)(guess) is False
