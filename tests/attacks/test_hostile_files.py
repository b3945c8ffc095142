"""Files of strangers, made to break the program: refused in one sentence each, and the sound ones go on."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.cli import run
from app.study.merge_report import MergeOutcome
from app.workflows.bundles.make import make_all_bundles
from app.workflows.bundles.merge import merge_bundles
from tests.scan.nm_files import toy_counts, write_nm
from tests.workflows.bundle_studies import LOOKED, make_study, read, rules

DEEP = "[" * 200_000
Refused = Callable[..., str]
"""Runs a command that has to refuse in one sentence; gives that sentence."""


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Refused:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))

    def refused(*words: object) -> str:
        status = run([str(word) for word in words])
        sentence = capsys.readouterr().err
        assert status == 2, sentence
        assert "fault of the program" not in sentence
        return sentence

    return refused


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    (tmp_path / "scans").mkdir()
    return write_nm(tmp_path / "scans" / "C1.dcm", *toy_counts(np.random.default_rng(1)))


def test_results_of_endless_depth_do_not_keep_sound_ones_from_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study(tmp_path, rules())
    make_all_bundles(study, tmp_path, assurance=LOOKED)
    read(tmp_path / "OFF-R2.scintiread", tmp_path / "home", monkeypatch)
    bad = tmp_path / "OFF-R1.scintiread-results"
    bad.write_text(DEEP + "\n", encoding="utf-8")
    report = merge_bundles(study, [bad, tmp_path / "OFF-R2.scintiread-results"])
    assert [file.outcome is MergeOutcome.REFUSED for file in report.files] == [True, False]
    assert [file.added for file in report.files] == [0, 6]


def test_a_protocol_of_endless_depth_is_refused(tmp_path: Path, scan: Path, said: Refused) -> None:
    protocol = tmp_path / "protocol.toml"
    protocol.write_text(f"title = {DEEP}", encoding="utf-8")
    words = ("study", "new", tmp_path / "study", "--scans", scan.parent, "--protocol", protocol)
    assert "protocol.toml" in said(*words)
    assert not (tmp_path / "study").exists()


def test_labels_and_runs_of_endless_depth_are_refused(tmp_path: Path, scan: Path, said: Refused) -> None:
    labels = tmp_path / "C1_anterior.json"
    labels.write_text(DEEP, encoding="utf-8")
    assert "C1_anterior.json" in said("quantify", scan, "--masks", labels)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text(DEEP, encoding="utf-8")
    assert "run.json" in said("models", "add", tmp_path / "run")


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "picture",
    [png(60_000, 60_000, zlib.compress(bytes(10**6))), png(256, 1024, b"no zlib at all")],
    ids=["bomb", "broken"],
)
def test_a_mask_that_unpacks_to_gigabytes_or_is_broken_is_refused(
    tmp_path: Path, scan: Path, picture: bytes, said: Refused
) -> None:
    mask = tmp_path / "masks" / "C1_anterior.png"
    mask.parent.mkdir()
    mask.write_bytes(picture)
    assert "C1_anterior.png" in said("quantify", scan, "--masks", mask.parent)
    embedded = tmp_path / "labels" / "C1_anterior.json"
    embedded.parent.mkdir()
    text = base64.b64encode(picture).decode()
    shape = {"label": "metastasis", "shape_type": "mask", "points": [[0, 0], [9, 9]], "mask": text}
    content = {
        "version": "5.8.1",
        "shapes": [shape],
        "imageWidth": 256,
        "imageHeight": 1024,
        "imagePath": "x.png",
    }
    embedded.write_text(json.dumps(content), encoding="utf-8")
    assert "C1_anterior.json" in said("quantify", scan, "--masks", embedded.parent)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {"abcdefghijk"[n + 1]} "{("&" + "abcdefghijk"[n] + ";") * 10}">' for n in range(9))
    + "]>"
)


def workbook(file: Path, sheet: bytes) -> Path:
    """A workbook whose one sheet is this XML."""
    from openpyxl import Workbook

    Workbook().save(file)
    with zipfile.ZipFile(file) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row><c><v>1</v>",
        (BOMB + "<worksheet><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>").encode(),
        b"<worksheet>" + b" " * (2**27 + 1) + b"</worksheet>",
    ],
    ids=["cut off", "entities", "2 GB in small"],
)
def test_a_workbook_with_broken_or_endless_xml_is_refused(
    tmp_path: Path, sheet: bytes, said: Refused
) -> None:
    file = workbook(tmp_path / "readings.xlsx", sheet)
    assert "readings.xlsx" in said("analyse", file, "--out", tmp_path / "out")


def claimed(shape: tuple[int, ...], kind: str, data: bytes) -> bytes:
    """An NPZ whose one array claims this shape."""
    array, whole = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": kind, "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lesion.npy", array.getvalue() + data)
    return whole.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        claimed((2, 2**20, 2**20), "<f8", b"few"),
        claimed((2**40, 2**40, 2**40), "|u1", b""),
        claimed((2, 4, 4), "|O", b"cos\nsystem\n"),
        claimed((2, 1024, 256), "|u1", b"cut off"),
        b"PK\x03\x04 no archive",
    ],
    ids=["16 TB", "more than counts", "pickle", "cut off", "no archive"],
)
def test_masks_are_looked_at_before_anything_is_allocated(
    tmp_path: Path, scan: Path, content: bytes, said: Refused
) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "C1.npz").write_bytes(content)
    words = ("study", "new", tmp_path / "study", "--scans", scan.parent, "--labels", tmp_path / "labels")
    assert "C1.npz is no lesion mask" in said(*words)
    assert "C1.npz" in said("quantify", scan, "--masks", tmp_path / "labels")
