"""What a report says, word for word where it matters."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.report.bone_scan.content import listed
from app.report.bone_scan.document import new_document, signed
from app.report.bone_scan.document_file import write_document
from app.workflows.reports.bone_scan import BoneScanReport, report_of
from tests.report.bone_scan.conftest import Reporter
from tests.report.bone_scan.made import ANT, FEMUR, PELVIS, SKULL, labels_file, lesion, scan_file


def text(report: BoneScanReport, section: str) -> str:
    return report.document.text(section)


def test_a_scan_without_lesions_gets_the_normal_report(reported: Reporter) -> None:
    report = reported()
    assert text(report, "findings").startswith("No focal uptake suspicious for metastasis is marked.")
    assert text(report, "interpretation") == (
        "No scintigraphic sign of bone metastasis on this study; follow-up as clinically indicated."
    )


def test_one_focus_is_solitary_and_its_verb_agrees(reported: Reporter) -> None:
    report = reported(*lesion("a", 128, 300))
    assert "A solitary focus of increased uptake is found in the spine." in text(report, "findings")
    said = text(report, "interpretation")
    assert said.startswith("A solitary focus in the spine;")
    assert "bone metastasis is the most likely possibility" in said
    assert "Regular follow-up is recommended. If necessary, SPECT/CT of the spine should" in said


def test_several_foci_are_multiple_and_their_verb_agrees(two: BoneScanReport) -> None:
    assert "Multiple foci (2) of increased uptake are found in the spine and pelvis." in text(two, "findings")
    assert "bone metastases are the most likely possibility" in text(two, "interpretation")
    assert "Extent of disease grade 1 (2 foci)" in text(two, "interpretation")


def test_regions_stand_in_the_fixed_order_whatever_the_order_of_the_marks(reported: Reporter) -> None:
    marks = (*lesion("1", 96, 700, FEMUR), *lesion("2", 128, 100, SKULL), *lesion("3", 128, 470, PELVIS))
    facts = reported(*marks).document.content.facts
    assert facts.regions == ("pelvis", "femur", "other")
    assert [one.name for one in facts.lesions] == ["P1", "F1", "O1"]


@pytest.mark.parametrize(
    ("rating", "words"), [(90.0, "the most likely possibility"), (50.0, "possible"), (10.0, "unlikely")]
)
def test_the_rating_of_the_surest_focus_gives_the_likelihood(
    rating: float, words: str, reported: Reporter
) -> None:
    marks = (*lesion("a", 128, 300, rating=rating), *lesion("b", 128, 470, rating=5.0))
    assert f"bone metastases are {words}." in text(reported(*marks), "interpretation")


def test_an_equivocal_focus_alone_makes_no_normal_impression(reported: Reporter) -> None:
    report = reported(*lesion("a", 128, 300, label="equivocal"))
    assert text(report, "interpretation").startswith(
        "1 equivocal focus: bone metastasis is neither shown nor"
    )
    assert "equivocal 1" in text(report, "findings")


def test_how_the_scan_was_made_is_said_as_the_file_has_it(reported: Reporter) -> None:
    said = text(reported(), "procedure")
    assert said.startswith("Whole-body anterior and posterior images, 3.0 h after 600 MBq Tc-99m MDP.")
    assert "Examination date: 2020-01-02. Camera: Test camera works. Scan speed: 10 cm/min." in said


def test_what_the_file_does_not_say_is_not_recorded(reported: Reporter, tmp_path: Path) -> None:
    bare = {"RadiopharmaceuticalInformationSequence": [], "ScanVelocity": None, "AcquisitionDate": ""}
    said = text(reported(scan=scan_file(tmp_path, "bare", **bare)), "procedure")
    assert (
        "Agent: not recorded. Activity: not recorded. Time from injection to imaging: not recorded." in said
    )
    assert "Scan speed: not recorded" in said


def test_a_picture_has_no_counts_and_no_index_and_says_so(tmp_path: Path) -> None:
    grey = np.full((600, 200), 255, np.uint8)
    grey[100:500, 60:140] = 120
    picture = tmp_path / "film_anterior.png"
    Image.fromarray(grey).save(picture)
    labels = tmp_path / "labels"
    region = Region(ANT, np.array([[80, 200], [100, 200], [100, 220.0]]))
    native.write(labels, LabelSet(Annotation("film_anterior", "R1", (region,)), {ANT: (200, 600)}))
    report = report_of((picture,), masks=labels, bone_map=False)
    assert "BSTBI cannot be given" in text(report, "findings")
    assert "Image quality limited: one view only; grey values of a picture" in text(report, "procedure")
    assert "there is no posterior view" in text(report, "procedure")
    assert report.document.content.facts.indices.bstbi_count == (None, None, None)


def test_the_question_is_said_and_without_one_that_too(two: BoneScanReport, reported: Reporter) -> None:
    assert text(two, "question") == "Größe? 骨 <b>&"
    assert text(reported(), "question") == "No clinical question was given."


def test_an_earlier_report_is_compared_with_days_new_regions_and_the_flare_note(
    reported: Reporter, tmp_path: Path
) -> None:
    before = reported(*lesion("a", 128, 300))
    now = datetime(2020, 1, 5, tzinfo=UTC)
    earlier = new_document(before.document.content, before.document.pictures, "0.1.0", now)
    file = tmp_path / "before.report.json"
    write_document(file, signed(earlier, "Dr. Früh", now))
    later = scan_file(tmp_path, "later", AcquisitionDate="20200402")
    marks = (*lesion("a", 128, 300), *lesion("leg", 96, 700, FEMUR))
    masks = labels_file(tmp_path / "marks", marks, "later")
    report = report_of((later,), masks=masks, prior=file, bone_map=False)
    said = text(report, "comparison")
    assert "Earlier report of case-7, 2020-01-02: 1 focus" in said
    assert "Now: 2 foci" in said
    assert "91 days apart" in said
    assert "Regions with foci now and none before: femur." in said
    assert "Flare: a rise within 3 to 6 months of effective therapy is not proof of progression." in said
    assert "not signed" not in said


def test_lists_read_as_people_write_them() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
