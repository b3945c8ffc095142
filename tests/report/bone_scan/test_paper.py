"""PDF and HTML: what stands on each page, images without loss, text of any kind."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.report.bone_scan.document import ReportDocument, edited, new_document, signed
from app.report.bone_scan.html import html_text
from app.report.bone_scan.pdf import pdf_bytes
from app.report.bone_scan.pictures import grey
from app.report.fonts import markup
from app.scan.window import Levels
from app.wording import RESEARCH_USE
from app.workflows.reports.bone_scan import BoneScanReport

T = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDF back")


def pages(content: bytes, tmp_path: Path) -> list[str]:
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    run = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return run.stdout.decode("utf-8").split("\f")[:-1]


def simulated(document: ReportDocument) -> ReportDocument:
    content = replace(document.content, facts=replace(document.content.facts, simulated=True))
    return new_document(content, document.pictures, "0.1.0", T)


@poppler
def test_every_page_of_a_draft_says_draft_simulated_and_research_use(
    two: BoneScanReport, tmp_path: Path
) -> None:
    found = pages(pdf_bytes(simulated(two.document)), tmp_path)
    assert len(found) >= 2
    for page in found:
        assert "DRAFT – not signed" in page
        assert "SIMULATED – not a patient" in page
        assert "For research, teaching and software testing only. Not a medical device." in page


@poppler
def test_a_signed_report_says_who_and_no_page_says_draft(two: BoneScanReport, tmp_path: Path) -> None:
    document = signed(edited(two.document, "findings", "Äußerst klar.", "Dr. Ö", T), "Dr. Ö", T)
    found = pages(pdf_bytes(document), tmp_path)
    for page in found:
        assert "Signed by Dr. Ö, 2026-01-02 03:04 UTC" in page
        assert "DRAFT" not in page
        assert "SIMULATED" not in page
    whole = "\n".join(found)
    assert "Äußerst klar." in whole
    assert "Edited by Dr. Ö" in whole
    assert "Größe?" in whole
    assert "骨" in whole


@poppler
def test_the_images_in_the_pdf_are_those_of_the_scan_pixel_for_pixel(
    two: BoneScanReport, tmp_path: Path
) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf_bytes(two.document))
    subprocess.run(["pdfimages", "-png", str(file), str(tmp_path / "out")], check=True)
    found = [np.asarray(Image.open(each).convert("L")) for each in sorted(tmp_path.glob("out*.png"))]
    assert two.scan is not None
    levels = Levels(*two.document.content.facts.levels)
    wanted = [grey(view.counts, levels) for view in two.scan.views]
    assert len(found) == len(wanted) == 2
    assert all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))


def test_the_same_document_gives_the_same_pdf(two: BoneScanReport) -> None:
    assert pdf_bytes(two.document) == pdf_bytes(two.document)


def test_a_very_long_text_goes_on_on_the_next_page(two: BoneScanReport) -> None:
    long = edited(two.document, "findings", "Focus after focus. " * 900, "A", T)
    assert pdf_bytes(long).count(b"/Type /Page\n") > pdf_bytes(two.document).count(b"/Type /Page\n")


def test_signs_that_the_font_lacks_get_one_that_has_them() -> None:
    assert markup("Größe <5 & x") == "Größe &lt;5 &amp; x"
    assert markup("骨の한") == (
        '<font name="STSong-Light">骨</font><font name="HeiseiMin-W3">の</font>'
        '<font name="HYSMyeongJo-Medium">한</font>'
    )


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_needs_no_other_file_and_escapes_what_people_type(two: BoneScanReport) -> None:
    document = edited(two.document, "findings", "<script>alert(1)</script>", "<i>A</i>", T)
    page = _Page()
    page.feed(html_text(document))
    assert "script" not in page.tags
    assert "i" not in page.tags
    assert "<script>alert(1)</script>" in page.said
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    assert page.tags.count("polygon") == 4
    assert {"ins", "del"} <= set(page.tags)
    assert " ".join(RESEARCH_USE) in page.said
    assert "DRAFT – not signed" in page.said


def test_an_addendum_stands_in_both_forms(two: BoneScanReport) -> None:
    document = edited(signed(two.document, "A", T), "interpretation", "Seen again.", "B", T)
    assert "Addendum by B" in html_text(document)
    assert pdf_bytes(document)


def test_pictures_are_grey_as_the_window_shows_them() -> None:
    counts = np.array([[0, 5, 10, 20, -3]], np.float32)
    assert grey(counts, Levels(0, 10)).tolist() == [[255, 128, 0, 0, 255]]


def test_a_picture_in_the_document_is_a_png_of_the_view(two: BoneScanReport) -> None:
    for picture in two.document.pictures:
        with Image.open(BytesIO(picture.content)) as image:
            assert image.size == (picture.columns, picture.rows)
