"""De-identification: nothing that identifies survives, and what a reader needs does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import RLELossless, SecondaryCaptureImageStorage

from app.errors import AppError
from app.scan.deidentify import deidentify
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.pseudonyms import Pseudonyms
from app.scan.read import read_scan
from app.scan.scan import ViewEvidence
from tests.scan.nm_files import LOSSLESS, nm_dataset, toy_counts, write_nm

JPEG_2000 = Path(get_testdata_file("JPEG2000.dcm", download=False))
REAL = [JPEG_2000, pytest.param(LOSSLESS, marks=pytest.mark.skipif(not LOSSLESS.exists(), reason="not here"))]
KEY = Pseudonyms(b"a key of thirty-two bytes, secret")
LOOKED = DeidentifyOptions(no_burned_in_text=True)
ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(9))

IDENTIFYING = re.compile(
    "Name$|Names$|ID$|IDs$|Date$|UID$|Institution|Station|Serial|Address|Telephone|Comments|Physician|Operator|"
    "Description|Accession|Protocol|History|Software|Timezone"
)
PUBLIC = re.compile("SOPClassUID|TransferSyntaxUID|Manufacturer")
PRIVATE_TEXT = {"LO", "SH", "PN", "LT", "ST", "DA", "TM", "UI", "UN"}
WORDS_OF_THE_STANDARD = {"WHOLE BODY", "BODY", "WHOLE", "BONE", "NM", "LIN", "NRGY", "MANU", "1PS", "HFS"}


def strings(value: object) -> set[str]:
    """A value as text, whole and in words of four letters and more."""
    parts = value if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]
    texts = {str(part).strip() for part in parts}
    pieces = {piece for text in texts for piece in re.split(r"[\^\s,\\]+", text)}
    return {text for text in texts | pieces if len(text) >= 4 and text.upper() not in WORDS_OF_THE_STANDARD}


def identifying_strings(dataset: Dataset) -> set[str]:
    """Every text of an identifying or private element of the original, nested ones included."""
    found: set[str] = set()
    for element in dataset.iterall():
        keyword = keyword_for_tag(element.tag)
        private = element.tag.is_private and element.VR in PRIVATE_TEXT
        public = bool(PUBLIC.search(keyword))
        identifying = private or (not public and (element.VR == "PN" or IDENTIFYING.search(keyword)))
        if identifying and element.VR != "SQ" and not isinstance(element.value, bytes):
            found |= strings(element.value)
    return found


def clean(path: Path, options: DeidentifyOptions = LOOKED, key: Pseudonyms = KEY) -> FileDataset:
    return dcmread(BytesIO(deidentify(path, key, options).content))


@pytest.mark.parametrize("path", REAL)
def test_nothing_identifying_of_a_real_scan_survives(path: Path) -> None:
    original = dcmread(path)
    content = deidentify(path, KEY, LOOKED).content
    forbidden = identifying_strings(original) | strings(
        original.file_meta.get("SourceApplicationEntityTitle")
    )
    assert len(forbidden) > 30
    private_name = str(original.get_private_item(0x0009, 0x40, "GEMS_GENIE_1").value)
    assert strings(private_name) <= forbidden
    kept = re.compile("|".join(re.escape(str(original[word].value)) for word in ("Manufacturer",)))
    text = kept.sub("", content.decode("latin-1"))
    assert [word for word in forbidden if word.lower() in text.lower()] == []


@pytest.mark.parametrize("path", REAL)
def test_no_private_element_survives(path: Path) -> None:
    assert any(element.tag.is_private for element in dcmread(path).iterall())
    assert not any(element.tag.is_private for element in clean(path).iterall())


@pytest.mark.parametrize("path", REAL)
def test_a_real_scan_keeps_its_counts_its_facts_and_the_side_that_private_text_named(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.dcm").write_bytes(deidentify(path, KEY, LOOKED).content)
    before, after = read_scan(path), read_scan(tmp_path / "x.dcm")
    assert before.anterior is not None
    assert after.anterior is not None
    assert np.array_equal(before.anterior.counts, after.anterior.counts)
    assert after.anterior.spacing_mm == before.anterior.spacing_mm
    assert after.anterior.counts_accumulated == before.anterior.counts_accumulated
    assert after.anterior.evidence is ViewEvidence.CODE
    assert after.lossy == before.lossy
    assert after.acquisition.duration_s == before.acquisition.duration_s


def test_the_copy_says_how_it_was_made() -> None:
    dataset = clean(JPEG_2000, DeidentifyOptions(True, descriptions=True, characteristics=True, device=True))
    codes = [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113105", "113107", "113108", "113109"]
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert dataset.DeviceSerialNumber == dcmread(JPEG_2000).DeviceSerialNumber
    plain = clean(JPEG_2000)
    assert [item.CodeValue for item in plain.DeidentificationMethodCodeSequence] == ["113100", "113107"]
    assert "DeviceSerialNumber" not in plain


PAIRS = [(f"{name}Date", f"{name}Time") for name in ("Study", "Series", "Acquisition", "Content")]


def test_all_moments_of_a_patient_move_by_one_shift() -> None:
    before, after = dcmread(JPEG_2000), clean(JPEG_2000)
    done = deidentify(JPEG_2000, KEY, LOOKED)
    shifts = {_moment(after, *pair) - _moment(before, *pair) for pair in PAIRS}
    assert shifts == {timedelta(days=done.shift_days, seconds=done.shift_seconds)}
    assert -3650 <= done.shift_days <= -1
    assert -86400 < done.shift_seconds < 0


def test_no_time_of_day_stays_and_the_wait_between_injection_and_scan_does(tmp_path: Path) -> None:
    agent = Dataset()
    agent.RadiopharmaceuticalStartTime = "091742.5"
    stamped = Dataset()
    stamped.RadiopharmaceuticalStartDateTime = "20200102091742"
    tags = {"AcquisitionDate": "20200102", "AcquisitionTime": "122842", "ContentTime": "1231"}
    for name, item in (("time", agent), ("stamp", stamped)):
        told = {**tags, "RadiopharmaceuticalInformationSequence": [item]}
        path = write_nm(tmp_path / f"{name}.dcm", ANTERIOR, **told)
        content = deidentify(path, KEY, LOOKED).content
        (tmp_path / f"{name}-clean.dcm").write_bytes(content)
        assert read_scan(path).acquisition.injected_to_scan_h == pytest.approx(3 + 11 / 60)
        kept = read_scan(tmp_path / f"{name}-clean.dcm").acquisition
        assert kept.injected_to_scan_h == pytest.approx(3 + 11 / 60)
        assert not any(time in content for time in (b"091742", b"122842", b"1231"))


def _moment(dataset: Dataset, date: str, time: str) -> datetime:
    return datetime.strptime(dataset[date].value + dataset[time].value[:6], "%Y%m%d%H%M%S")


def _day(date: str) -> int:
    from datetime import date as calendar

    return calendar(int(date[:4]), int(date[4:6]), int(date[6:])).toordinal()


def test_dates_can_be_left_out() -> None:
    dataset = clean(JPEG_2000, DeidentifyOptions(True, dates=False))
    assert dataset.StudyDate == ""
    assert "AcquisitionDate" not in dataset
    assert dataset.LongitudinalTemporalInformationModified == "REMOVED"


def test_uids_and_codes_are_the_same_with_the_same_key_and_others_with_another(tmp_path: Path) -> None:
    shared = {"StudyInstanceUID": "1.2.3.4.5", "PatientID": "77-A"}
    one = clean(write_nm(tmp_path / "1.dcm", ANTERIOR, **shared))
    two = clean(write_nm(tmp_path / "2.dcm", POSTERIOR, **shared))
    other = clean(tmp_path / "1.dcm", key=Pseudonyms(b"quite another key of many bytes!"))
    assert one.StudyInstanceUID == two.StudyInstanceUID != "1.2.3.4.5"
    assert one.PatientID == two.PatientID == one.PatientName
    assert one.SOPInstanceUID != two.SOPInstanceUID
    assert other.StudyInstanceUID != one.StudyInstanceUID
    assert other.PatientID != one.PatientID
    assert one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID


def test_unknown_burned_in_text_stops_until_a_person_has_looked(tmp_path: Path) -> None:
    unknown = write_nm(tmp_path / "a.dcm", ANTERIOR, CountsAccumulated=None)
    told_none = write_nm(tmp_path / "b.dcm", ANTERIOR, BurnedInAnnotation="NO")
    told = write_nm(tmp_path / "c.dcm", ANTERIOR, BurnedInAnnotation="YES")
    with pytest.raises(AppError, match="does not say whether") as caught:
        deidentify(unknown, KEY, DeidentifyOptions())
    assert "--no-burned-in-text" in caught.value.hint
    with pytest.raises(AppError, match="text is burned into"):
        deidentify(told, KEY, DeidentifyOptions())
    assert clean(told_none, DeidentifyOptions()).BurnedInAnnotation == "NO"
    assert clean(unknown).BurnedInAnnotation == "NO"


@pytest.mark.parametrize("syntax", [None, RLELossless])
def test_an_original_image_of_counts_has_no_room_for_text(syntax: str | None, tmp_path: Path) -> None:
    dataset = nm_dataset(ANTERIOR, POSTERIOR)
    if syntax:
        dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    assert clean(tmp_path / "x.dcm", DeidentifyOptions()).BurnedInAnnotation == "NO"


@pytest.mark.parametrize(
    "tags",
    [
        {"CountsAccumulated": int(ANTERIOR.sum()) - 1},
        {"CountsAccumulated": None},
        {"ImageType": ["DERIVED", "PRIMARY", "WHOLE BODY", "EMISSION"]},
        {"BurnedInAnnotation": "YES"},
        {"SOPClassUID": SecondaryCaptureImageStorage, "Modality": "OT"},
    ],
)
def test_any_doubt_about_the_counts_asks_a_person(tags: dict[str, object], tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, **tags)
    with pytest.raises(AppError, match="burned in"):
        deidentify(path, KEY, DeidentifyOptions())


def test_blanked_rectangles_hold_nothing_and_say_so(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "a.dcm", ANTERIOR + 1, POSTERIOR + 1)
    dataset = clean(path, DeidentifyOptions(blank=((10, 20, 30, 40),)))
    pixels = dataset.pixel_array
    assert not pixels[:, 10:40, 20:60].any()
    assert pixels[:, :10].all()
    assert "113101" in [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]


def test_names_hidden_in_allowed_attributes_are_dropped(tmp_path: Path) -> None:
    dataset = nm_dataset(
        ANTERIOR,
        PatientName="Quillfeather^Odo",
        PatientID="4711-Q",
        Manufacturer="Camera of Quillfeather",
        ManufacturerModelName="For 4711-q",
        BodyPartExamined="QUILLFEATHER",
        ImageComments="Quillfeather",
    )
    block = dataset.private_block(0x0099, "ANYONE", create=True)
    item = Dataset()
    item.PatientName = "Quillfeather"
    block.add_new(0x01, "SQ", [item])
    block.add_new(0x02, "UN", b"Odo Quillfeather")
    dataset.add_new(0x00081140, "SQ", [item])
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    content = deidentify(
        tmp_path / "x.dcm", KEY, DeidentifyOptions(True, descriptions=True, device=True)
    ).content
    assert b"quillfeather" not in content.lower()
    assert b"4711-q" not in content.lower()


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Wu^Li", "for Wu, ward 3"),
        ("Wu^Li", "LI-2"),
        ("Doe^J", "Camera of J. D."),
        ("Wang^Lei=王^磊", "王磊骨扫描"),
        ("Wang^Lei=王^磊", "磊"),
        ("王小明", "小明"),
        ("O'Neil^Odo", "Neil"),
        ("やまだ^たろう", "たろう用"),
    ],
)
def test_short_parts_of_a_name_are_dropped_from_texts_that_stay(
    name: str, model: str, tmp_path: Path
) -> None:
    tags = {"SpecificCharacterSet": "ISO_IR 192", "PatientName": name, "ManufacturerModelName": model}
    assert "ManufacturerModelName" not in clean(write_nm(tmp_path / "x.dcm", ANTERIOR, **tags))
    other = {**tags, "ManufacturerModelName": "Wulian Jade 小月 1"}
    kept = clean(write_nm(tmp_path / "y.dcm", ANTERIOR, **other)).ManufacturerModelName
    assert kept == "Wulian Jade 小月 1"


def test_a_sex_stays_though_a_name_has_its_letter(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, PatientName="Doe^John^M", PatientSex="M")
    assert clean(path, DeidentifyOptions(True, characteristics=True)).PatientSex == "M"


def test_a_patient_called_like_a_term_of_the_standard_leaves_the_image_readable(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, PatientName="Body^Whole", PatientID="NM")
    dataset = clean(path)
    assert list(dataset.ImageType) == ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]
    assert dataset.PhotometricInterpretation == "MONOCHROME2"


def test_comments_inside_compressed_pixels_and_trailing_bytes_stay_behind(tmp_path: Path) -> None:
    dataset = nm_dataset(ANTERIOR, PatientName="Quillfeather")
    dataset.PixelData += b"Quillfeather"
    dataset.DataSetTrailingPadding = b"Quillfeather"
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    assert b"Quillfeather" not in deidentify(tmp_path / "x.dcm", KEY, LOOKED).content


def test_text_in_numeric_elements_stays_behind(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, ScanLength="1899")
    path.write_bytes(path.read_bytes().replace(b"IS\x04\x001899", b"IS\x04\x00Odo "))
    assert "ScanLength" not in clean(path)


def test_descriptions_keep_only_harmless_words(tmp_path: Path) -> None:
    path = write_nm(
        tmp_path / "x.dcm",
        ANTERIOR,
        SeriesDescription="Whole Body ANT, Mr. Quillfeather, room 12",
        ImageID="WB ANT Odo",
    )
    assert "SeriesDescription" not in clean(path)
    dataset = clean(path, DeidentifyOptions(True, descriptions=True))
    assert dataset.SeriesDescription == "WHOLE BODY ANT"
    assert dataset.ImageID == "WB ANT"


def test_characteristics_stay_when_asked_and_great_ages_are_capped(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, PatientSex="F", PatientAge="097Y", PatientWeight="61.5")
    assert clean(path).PatientSex == ""
    assert "PatientAge" not in clean(path)
    dataset = clean(path, DeidentifyOptions(True, characteristics=True))
    assert (dataset.PatientSex, dataset.PatientAge, dataset.PatientWeight) == ("F", "090Y", 61.5)


def test_a_guessed_side_is_not_written_down_as_known(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, POSTERIOR, view_codes=(None, None))
    (tmp_path / "y.dcm").write_bytes(deidentify(path, KEY, LOOKED).content)
    scan = read_scan(tmp_path / "y.dcm")
    assert {view.evidence for view in scan.views} == {ViewEvidence.DETECTOR}


def test_both_views_survive_and_a_second_round_changes_no_pixel(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, POSTERIOR)
    (tmp_path / "y.dcm").write_bytes(deidentify(path, KEY, LOOKED).content)
    (tmp_path / "z.dcm").write_bytes(deidentify(tmp_path / "y.dcm", KEY, DeidentifyOptions()).content)
    scan = read_scan(tmp_path / "z.dcm")
    assert scan.anterior is not None
    assert scan.posterior is not None
    assert np.array_equal(scan.anterior.counts, ANTERIOR)
    assert np.array_equal(scan.posterior.counts, POSTERIOR)


def test_a_simulated_scan_stays_marked(tmp_path: Path) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, ImageComments="SIMULATED by Odo", PatientID="SIM-3")
    dataset = clean(path)
    assert dataset.ImageComments == "SIMULATED"
    assert dataset.PatientID.startswith("SIM-P-")


@given(identity=st.text(max_size=20), year=st.integers(1930, 2030), month=st.integers(1, 12))
def test_shifts_are_one_per_patient_and_keep_intervals(identity: str, year: int, month: int) -> None:
    first, second = (KEY.shifted(identity, f"{year}{month:02}{day:02}")[0] for day in (3, 24))
    assert _day(second) - _day(first) == 21
    assert _day(first) - _day(f"{year}{month:02}03") == KEY.shift_days(identity)


@given(uid=st.from_regex(r"\A[12](\.[1-9][0-9]{0,8}){1,6}\Z"))
def test_new_uids_are_valid(uid: str) -> None:
    new = KEY.uid(uid)
    assert re.fullmatch(r"2\.25\.[1-9][0-9]{0,38}", new)
    assert len(new) <= 64
    assert new == KEY.uid(uid)


def test_a_simulated_scan_keeps_its_mark_and_loses_its_number(tmp_path: Path) -> None:
    from app.simulator.cohort import Cohort
    from app.simulator.difficulty import PRESETS
    from app.workflows.simulator.simulate import make_cohort

    make_cohort(Cohort(1, PRESETS["easy"], 4), tmp_path, workers=1)
    (file,) = (tmp_path / "scans").glob("*.dcm")
    clean = dcmread(BytesIO(deidentify(file, KEY, LOOKED).content))
    assert clean.ImageComments == "SIMULATED"
    assert str(clean.PatientID).startswith("SIM-")
    assert dcmread(file).PatientID not in str(clean)
