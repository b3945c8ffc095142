"""Sides and partners by the names of files and folders, and folders that name the class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.scan.class_words import class_by_folder, named_class, untelling, without_class
from app.scan.read import read_scan
from app.scan.scan import ViewEvidence, ViewName
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.scans.library import find_scans
from tests.scan.nm_files import toy_counts

SIDES = (ViewName.ANTERIOR, ViewName.POSTERIOR)
ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(5))


def picture(path: Path, counts: np.ndarray, mark: int = 0) -> Path:
    """A grey picture; `mark` makes it another one than those with another mark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = np.clip(counts * 2, 0, 255).astype(np.uint8)
    grey[0, mark] = 9
    Image.fromarray(grey).save(path)
    return path


@pytest.mark.parametrize(
    ("front", "back", "case"),
    [
        ("wholeBodyANT/20.png", "wholeBodyPOST/20.png", "20"),
        ("x/anterior/20.png", "x/posterior/20.png", "20"),
        ("20_front.png", "20_back.png", "20"),
        ("20_A.png", "20_P.png", "20_A"),
        ("前位/20.png", "后位/20.png", "20"),
        ("病人20前位.png", "病人20后位.png", "病人20"),
        ("20 vorne.png", "20 hinten.png", "20"),
        ("20-ventral.png", "20-dorsal.png", "20"),
        ("20_ant.jpg", "20_post.jpg", "20"),
        ("20_ant.bmp", "20_post.bmp", "20"),
    ],
)
def test_names_of_files_and_folders_make_pairs_whose_sides_are_known(
    front: str, back: str, case: str, tmp_path: Path
) -> None:
    first, second = picture(tmp_path / front, POSTERIOR), picture(tmp_path / back, ANTERIOR, 1)
    (row,) = find_scans(tmp_path).rows
    assert row.case == case
    assert sorted(row.files) == sorted((first, second))
    assert row.views == SIDES
    assert set(row.evidence) == {ViewEvidence.TEXT}
    scan = read_scan(second, first)
    assert scan.anterior is not None
    assert scan.anterior.evidence is ViewEvidence.TEXT
    shown = scan.anterior.counts[300:400, 128].mean()
    assert shown > 1.5 * (scan.posterior.counts[300:400, 128].mean() if scan.posterior else 0)  # as named


def test_numbers_make_a_pair_that_is_to_be_confirmed(tmp_path: Path) -> None:
    picture(tmp_path / "Q002-1.png", ANTERIOR)
    picture(tmp_path / "Q002-2.png", POSTERIOR, 1)
    (row,) = find_scans(tmp_path).rows
    assert set(row.evidence) == {ViewEvidence.NUMBER}
    assert row.needs_confirmation


@pytest.mark.parametrize("names", [("case-1", "case-2"), ("Q1-1", "Q1-2", "Q1-3"), ("p5_pre", "p5_post")])
def test_counted_patients_and_points_in_time_make_no_pair(names: tuple[str, ...], tmp_path: Path) -> None:
    for mark, name in enumerate(names):
        picture(tmp_path / f"{name}.png", ANTERIOR, mark)
    rows = find_scans(tmp_path).usable
    assert [row.case for row in rows] == sorted(names)
    assert all(row.needs_confirmation for row in rows)


@pytest.mark.parametrize("name", ["Q003_back.png", "Q003_post.png", "POST/3.png"])
def test_a_word_of_two_meanings_alone_is_a_guess(name: str, tmp_path: Path) -> None:
    scan = read_scan(picture(tmp_path / name, ANTERIOR))
    assert [view.name for view in scan.views] == [ViewName.POSTERIOR]
    assert scan.needs_confirmation


def test_a_folder_that_names_the_class_reaches_no_code_and_no_order(tmp_path: Path) -> None:
    mark = 0
    for kind in ("metastasis", "Normal"):
        for side, counts in (("anterior", ANTERIOR), ("posterior", POSTERIOR)):
            for number in (20, 21):
                picture(tmp_path / kind / side / f"{number}.png", counts, mark := mark + 1)
    codes = [row.case for row in find_scans(tmp_path).usable]
    assert len(set(codes)) == 4
    assert all(code[:3] in ("20-", "21-") and len(code) == 7 for code in codes)
    assert len({code[3:] for code in codes}) == 4  # no sign that scans of one class share
    rows = AnnotationFolder(tmp_path, "R1").rows()
    assert [row.case for row in rows] == sorted(row.case for row in rows)
    assert all(row.case[:3] in ("20-", "21-") for row in rows)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("metastasis_03", "03"), ("normal-7", "7"), ("malignant 2", "2"), ("Metastatic", ""),
        ("P7_转移_2", "P7_2"), ("no bone metastases 4", "4"), ("site2_non-metastatic_12", "site2_12"),
        ("positions_1", "positions_1"), ("wholeBodyANT", "wholeBodyANT"), ("Knochenmetastase_1", "Knochen_1"),
    ],
)  # fmt: skip
def test_words_that_tell_the_class_are_taken_out_of_a_name(name: str, rest: str) -> None:
    assert without_class(name) == rest


def test_codes_without_the_class_are_all_different() -> None:
    names = ("metastasis_03", "normal_03", "malignant", "normal", "P1")
    codes = untelling(names)
    assert list(codes) == list(names)
    assert codes["P1"] == "P1"
    assert len(set(codes.values())) == len(names)
    assert all(named_class(code) is None for code in codes.values())
    assert untelling(("normal_03",)) == {"normal_03": codes["normal_03"]}
    again = untelling(("normal_03",), taken=codes.values())
    assert again["normal_03"] == f"{codes['normal_03']}-2"


def test_a_file_that_names_the_class_reaches_no_code_of_the_annotator(tmp_path: Path) -> None:
    for mark, name in enumerate(("metastasis_03", "normal_03", "P1")):
        picture(tmp_path / f"{name}.png", ANTERIOR, mark)
    codes = [row.case for row in AnnotationFolder(tmp_path, "R1").rows()]
    assert [code[:3] for code in codes] == ["03-", "03-", "P1"]
    known = AnnotationFolder(tmp_path, "R2")
    known.file("metastasis_03").parent.mkdir(parents=True)
    known.file("metastasis_03").touch()
    assert "metastasis_03" in {row.case for row in known.rows()}, "what was drawn before stays found"


@pytest.mark.parametrize(
    ("folder", "ill"),
    [
        ("metastasis", True), ("Bone_Metastases", True), ("positive", True), ("abnormal", True),
        ("转移", True), ("normal", False), ("no metastasis", False), ("non-metastatic", False),
        ("NEG", False), ("benign", False), ("wholeBodyANT", None), ("positions", None), ("scans", None),
    ],
)  # fmt: skip
def test_folders_name_a_class_or_nothing(folder: str, ill: bool | None) -> None:
    assert named_class(folder) is ill


def test_the_nearest_folder_names_the_class() -> None:
    assert class_by_folder(("normal dose", "metastasis", "anterior")) is True
