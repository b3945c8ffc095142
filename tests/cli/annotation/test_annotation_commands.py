from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

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
    assert (tmp_path / "out" / "a_anterior_seg.dcm").exists()


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
    (tmp_path / "map.toml").write_text('"Hot spots" = "metastasis"')
    assert main([*asked, "--classes", str(tmp_path / "map.toml")]) == 0
    said = capsys.readouterr().out
    assert "a: 1 lesion, extent of disease 1" in said
    assert "1 region called “hot spot” read as metastasis" in said
