from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.cli import run
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.annotation.conftest import disc
from tests.scan.nm_files import toy_counts, write_nm

ANT = ViewName.ANTERIOR


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scans" / "a.dcm"
    path.parent.mkdir()
    write_nm(path, *toy_counts(np.random.default_rng(8)))
    return path


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    for reader, shift in (("R1", 0), ("R2", 3)):
        regions = (Region(ANT, disc(100 + shift, 300, 9)), Region(ANT, disc(128, 500, 15), label="bladder"))
        labels = LabelSet(Annotation("a", reader, regions), dict.fromkeys(ViewName, (256, 1024)))
        native.write(tmp_path / reader, labels)
    return tmp_path


def test_quantify_prints_json_and_sentences(
    scan: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quantify", str(scan), "--masks", str(drawn / "R1"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 < found["bstbi_count"]["mean"] < 1
    assert found["eod"] == 1
    assert main(["quantify", str(scan), "--masks", str(drawn / "R1")]) == 0
    said = capsys.readouterr().out
    assert "a: 1 lesion, extent of disease 1" in said
    assert "fitted to the scan, not drawn" in said
    assert main(["quantify", str(scan), "--masks", str(drawn / "R1"), "--no-bone-map"]) == 0
    said = capsys.readouterr().out
    assert "not defined" in said
    assert "no bone region map" in said


def test_quantify_refuses_what_it_cannot_use(
    scan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quantify", str(scan), "--masks", str(tmp_path / "nowhere")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert main(["quantify", str(scan), "--masks", str(tmp_path), "--k", "0"]) == 2


def test_masks_convert_says_what_it_wrote_and_what_not(
    scan: Path, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["masks", "convert", str(drawn / "R1"), str(tmp_path / "out"), "--to", "dicom-seg"]
    assert main(arguments) == 1
    assert "needs the scan" in capsys.readouterr().err
    assert main([*arguments, "--scans", str(scan.parent)]) == 0
    assert "1 case written" in capsys.readouterr().out
    assert (tmp_path / "out" / "a_seg.dcm").exists()


def test_masks_export_says_how_many_cases_each_format_has_and_why_not_all(
    scan: Path, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = scan.parent
    Image.fromarray(np.hstack([255 - toy_counts(np.random.default_rng(8))[0]] * 2).astype(np.uint8)).save(
        folder / "b.png"
    )
    write_nm(folder / "c.dcm", *toy_counts(np.random.default_rng(9)))
    kept = folder / "annotations" / "R1"
    (labels,) = (native.read("a", files) for files in native.cases(drawn / "R1").values())
    native.write(kept, labels)
    annotation = replace(labels.annotation, case="b", regions=labels.annotation.regions[:1])
    native.write(kept, replace(labels, annotation=annotation))
    out = tmp_path / "out"
    assert main(["masks", "export", str(folder), str(out), "--to", "nifti,dicom-seg"]) == 1
    said, told = capsys.readouterr()
    assert "NIfTI label maps, both views in one file: 1 case, 1 left out, 1 untouched" in said
    assert "DICOM Segmentation, both views in one object: 1 case, 1 left out, 1 untouched" in said
    assert "b.png shows one view twice" in told
    assert "Untouched, and so in no format: c\n" in (out / "left_out.txt").read_text(encoding="utf-8")
    assert (out / "nifti" / "a_seg.nii.gz").is_file()
    assert main(["masks", "export", str(folder), str(out), "--to", "nifti", "--finished"]) == 0
    assert "0 cases" in capsys.readouterr().out


def test_a_structure_set_is_refused_in_one_sentence(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["masks", "convert", str(drawn / "R1"), str(tmp_path / "out"), "--to", "rtstruct"]) == 2
    assert "planar scans have no position" in capsys.readouterr().err


def test_masks_agree_prints_the_classes_and_the_files(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [str(drawn / reader) for reader in ("R1", "R2")]
    assert main(["masks", "agree", *folders, "--out", str(tmp_path / "agreement")]) == 0
    said = capsys.readouterr().out
    assert "metastasis (1 images): Dice 0." in said
    assert "bladder (1 images): Dice 1.000" in said
    assert "agreement_pairs.csv" in said


def test_annotate_asks_for_the_window_on_the_folder(scan: Path) -> None:
    request = run(["annotate", str(scan.parent), "--annotator", "R3"])
    assert isinstance(request, WindowRequest)
    assert (request.page, request.reader, request.paths) == ("annotate", "R3", (scan.parent.absolute(),))
    assert run(["annotate", str(scan.parent / "nowhere")]) == 2
    assert run(["annotate", str(scan.parent), "--annotator", "a/b"]) == 2


def test_a_map_says_what_the_classes_of_others_mean(
    scan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    regions = (Region(ANT, disc(100, 300, 9), label="hot spot"),)
    native.write(
        tmp_path / "R9", LabelSet(Annotation("a", "R9", regions), dict.fromkeys(ViewName, (256, 1024)))
    )
    asked = ["quantify", str(scan), "--masks", str(tmp_path / "R9"), "--no-bone-map"]
    assert main(asked) == 2
    assert "“hot spot” (1)" in capsys.readouterr().err
    (tmp_path / "map.toml").write_text('"Hot spots" = "metastasis"', encoding="utf-8")
    assert main([*asked, "--classes", str(tmp_path / "map.toml")]) == 0
    said = capsys.readouterr().out
    assert "a: 1 lesion, extent of disease 1" in said
    assert "1 region called “hot spot” read as metastasis" in said
