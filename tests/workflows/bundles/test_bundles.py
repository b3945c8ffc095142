"""Reading offline: what a bundle holds, how it is read, and how it is refused."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.bundles.archive import opened_bundle
from app.errors import AppError
from app.study.protocol import Mode
from app.study.snapshot import Stage
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.open import check_bundle, open_bundle
from tests.study.helpers import DISPLAY, NO, YES
from tests.workflows.bundle_studies import (
    HYPOTHESIS,
    LOOKED,
    PASSPHRASE,
    PATIENT,
    PROBABILITIES,
    copy_of,
    make_bundles,
    make_study,
    read,
    rules,
    sit,
)
from tests.workflows.studies import read_one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study and the bundles of both readers, one of them once more with a passphrase."""
    return make_bundles(tmp_path_factory.mktemp("made"))


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    """The bundle of R1, as it was sent."""
    return copy_of(made / "OFF-R1.scintiread", tmp_path / "stick")


def everything(file: Path, passphrase: str | None = None) -> bytes:
    """All bytes of a bundle, packed and unpacked."""
    with opened_bundle(file, passphrase) as archive:
        members = [archive.read(member.name) for member in archive.manifest.members]
        names = [member.name.encode() for member in archive.manifest.members]
    return b"\n".join([file.read_bytes(), *names, *members])


def test_a_bundle_holds_no_truth_no_patient_no_other_reader_and_no_readable_ai(made: Path) -> None:
    content = everything(made / "OFF-R1.scintiread")
    for patient in (*PATIENT.split("^"), "KLINIK", "19480321"):
        assert patient.encode() not in content
    for probability in PROBABILITIES.values():
        assert str(probability).encode() not in content
    assert b'"R2"' not in content and b"OFF-R2" not in content
    assert HYPOTHESIS.encode() not in content
    assert b"spine" not in content and b'"truth' not in content
    with opened_bundle(made / "OFF-R1.scintiread") as archive:
        study = archive.read("study.json")
    assert b'"wrong_cases":[]' in study and b'"absent_cases":[]' in study


def test_the_seals_do_not_tell_which_results_are_absent_or_wrong(made: Path) -> None:
    with opened_bundle(made / "OFF-R1.scintiread") as archive:
        sizes = [member.size for member in archive.manifest.members if member.name.startswith("ai/")]
    assert len(sizes) == 3 and len(set(sizes)) == 1


def test_behind_a_passphrase_nothing_at_all_can_be_read(made: Path) -> None:
    content = (made / "locked.scintiread").read_bytes()
    for word in (b"Offline", b"scans/", b"study.json", b"manifest", b"DICM", b"reader"):
        assert word not in content
    with pytest.raises(AppError, match=r"locked.scintiread is behind a passphrase"):
        check_bundle(made / "locked.scintiread")
    with pytest.raises(AppError, match=r"passphrase does not open locked.scintiread"):
        check_bundle(made / "locked.scintiread", passphrase="falsch geraten")
    assert check_bundle(made / "locked.scintiread", passphrase=PASSPHRASE).reader == "R1"


def test_the_ai_stays_sealed_until_the_first_answer_is_locked(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, clock = sit(bundle, tmp_path / "home", monkeypatch)
    seen = {}
    for _ in range(3):
        assignment = session.session.open_next()
        assert assignment is not None
        loaded = session.load(assignment)
        session.session.displayed(DISPLAY, loaded.image_hashes, 0.1, clock.advance(1))
        with pytest.raises(AppError, match="sealed until the first answer is locked"):
            session.ai_result(assignment)
        session.session.lock(NO, DISPLAY)
        seen[assignment.case] = session.ai_result(assignment)
        session.session.reveal()
        reading = session.session.submit(YES, DISPLAY)
        assert reading.ai is not None
        assert (reading.ai.shown is None) == (assignment.case == "C2")
    session.close()
    assert seen["C2"] is None, "planned to be absent"
    assert seen["C3"] is not None and seen["C3"].probability == PROBABILITIES["C3"]
    assert seen["C1"] is not None and seen["C1"].probability < 0.5, "planned to be wrong"


def test_reading_goes_on_on_another_computer_with_the_file_of_results(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(bundle, tmp_path / "home A", monkeypatch, 2)
    session, clock = sit(bundle, tmp_path / "home B", monkeypatch)
    assert session.session.snapshot.done == 2
    read_one(session, clock, NO)
    session.close()
    session, _ = sit(bundle, tmp_path / "home A", monkeypatch)
    assert session.session.open_next() is None
    assert session.session.snapshot.stage is Stage.FINISHED
    session.close()


def test_two_computers_with_other_answers_are_told_apart_and_nothing_is_lost(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_of(bundle, tmp_path / "mail")
    read(bundle, tmp_path / "home A", monkeypatch, 1)
    read(other, tmp_path / "home B", monkeypatch, 2, NO)
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home B"))
    before = bundle.with_suffix(".scintiread-results").read_bytes()
    with pytest.raises(AppError, match="was read on another computer too"):
        open_bundle(bundle)
    assert bundle.with_suffix(".scintiread-results").read_bytes() == before


def test_a_second_program_on_the_same_bundle_is_refused_by_name(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = sit(bundle, tmp_path / "home", monkeypatch)
    with pytest.raises(AppError, match=r"OFF-R1.scintiread is being read already: on .+, process \d+"):
        open_bundle(bundle)
    session.close()
    open_bundle(bundle).close()


def test_a_place_where_nothing_can_be_written_is_told_in_one_sentence(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    # the name leaves no room for any file beside it; a read-only stick answers in the same way, also to root
    long = bundle.rename(bundle.with_name("x" * 240 + ".scintiread"))
    with pytest.raises(AppError, match=r"x.scintiread lies where nothing can be written \("):
        open_bundle(long)
    assert [file.name for file in long.parent.iterdir()] == [long.name]


def test_the_images_of_a_bundle_behind_a_passphrase_are_put_away_after_reading(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = copy_of(made / "locked.scintiread", tmp_path / "stick")
    session, clock = sit(locked, tmp_path / "home", monkeypatch, PASSPHRASE)
    (place,) = (tmp_path / "home" / "data" / "bundles").iterdir()
    assert len(list((place / "scans").iterdir())) == 3
    read_one(session, clock, YES)
    session.close()
    assert not (place / "scans").exists()
    session, _ = sit(locked, tmp_path / "home", monkeypatch, PASSPHRASE)
    assert session.session.snapshot.done == 1
    session.close()


MEMBERS = ("study.json", "keys.json", "scans/00002.dcm", "ai/00003.sealed", "history.jsonl")
SAID = (
    "the reading list",
    "the bundle's key",
    "the image of case C2",
    "AI result of case C3",
    "earlier readings",
)


def repacked(bundle: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """Write the bundle anew with other members."""
    draft = bundle.with_suffix(".new")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            member = change(info.filename, old.read(info))
            if member is not None:
                new.writestr(*member)
    draft.replace(bundle)


@pytest.mark.parametrize(("name", "said"), zip(MEMBERS, SAID, strict=True))
def test_each_altered_member_is_refused_by_its_name(bundle: Path, name: str, said: str) -> None:
    repacked(bundle, lambda found, content: (found, content[:-1] + b"!" if found == name else content))
    with pytest.raises(AppError, match=rf"OFF-R1.scintiread: .*{said}.* was altered"):
        open_bundle(bundle)


def test_a_missing_a_foreign_and_an_escaping_member_are_refused(bundle: Path, tmp_path: Path) -> None:
    sound = bundle.read_bytes()
    repacked(bundle, lambda name, content: None if name == "scans/00001.dcm" else (name, content))
    with pytest.raises(AppError, match="the image of case C1 is missing"):
        open_bundle(bundle)
    for name in ("scans/00009.dcm", "../outside.txt", "scans/../../outside.txt", "/etc/outside"):
        bundle.write_bytes(sound)
        with zipfile.ZipFile(bundle, "a") as archive:
            archive.writestr(name, b"more")
        with pytest.raises(AppError, match="holds files that do not belong into a bundle"):
            open_bundle(bundle)
    assert not list(tmp_path.glob("outside*"))


def test_a_changed_table_of_contents_is_refused(bundle: Path) -> None:
    def other_reader(name: str, content: bytes) -> tuple[str, bytes]:
        changed = content.replace(b'"reader":"R1"', b'"reader":"R9"')
        return name, changed if name == "manifest.json" else content

    repacked(bundle, other_reader)
    with pytest.raises(AppError, match="its table of contents was altered"):
        open_bundle(bundle)


@pytest.mark.parametrize("name", ["OFF-R1.scintiread", "locked.scintiread"])
def test_a_bundle_that_was_cut_off_anywhere_is_refused_and_leaves_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    whole = (made / name).read_bytes()
    cut = tmp_path / name
    for part in range(12):
        cut.write_bytes(whole[: len(whole) * part // 12])
        with pytest.raises(AppError, match=name.replace(".", r"\.")):
            open_bundle(cut, passphrase=PASSPHRASE)
    assert not cut.with_name(f"{name}.lock").exists()
    assert not list((tmp_path / "home").rglob("*.dcm"))


def test_a_changed_byte_behind_the_passphrase_is_seen(made: Path, tmp_path: Path) -> None:
    locked = copy_of(made / "locked.scintiread", tmp_path)
    content = bytearray(locked.read_bytes())
    content[len(content) // 2] ^= 1
    locked.write_bytes(content)
    with pytest.raises(AppError, match="its encrypted content was altered"):
        check_bundle(locked, passphrase=PASSPHRASE)


def test_what_cannot_be_a_bundle_is_refused(made: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(made / "study", study)
    with pytest.raises(AppError, match="The study has no reader R9"):
        make_bundle(study, "R9", tmp_path / "a.scintiread", assurance=LOOKED)
    with pytest.raises(AppError, match="The case codes are the names of files"):
        make_bundle(study, "R1", tmp_path / "a.scintiread")
    with pytest.raises(AppError, match="passphrase is too short"):
        make_bundle(study, "R1", tmp_path / "a.scintiread", assurance=LOOKED, passphrase="kurz")
    (tmp_path / "b.scintiread").write_bytes(b"answers may belong to it")
    with pytest.raises(AppError, match="is there already"):
        make_bundle(study, "R1", tmp_path / "b.scintiread", assurance=LOOKED)
    assert not list(tmp_path.glob(".*.part"))
    training = make_study(tmp_path / "training", rules(Mode.TRAINING))
    with pytest.raises(AppError, match="a bundle never carries the truth"):
        make_bundle(training, "R1", tmp_path / "c.scintiread", assurance=LOOKED)


def test_an_aided_study_without_ai_results_makes_no_bundle(tmp_path: Path) -> None:
    from app.workflows.study.ai_results import clear_ai

    study = make_study(tmp_path, rules())
    clear_ai(study)
    with pytest.raises(AppError, match="2 cases that are read with the AI have no AI result"):
        make_bundle(study, "R1", tmp_path / "a.scintiread", assurance=LOOKED)


def test_a_later_bundle_goes_on_where_the_reader_stands(
    made: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.workflows.bundles.merge import merge_bundles

    study = tmp_path / "study"
    for folder in ("study", "scans"):
        shutil.copytree(made / folder, tmp_path / folder)
    results = read(bundle, tmp_path / "home", monkeypatch, 2)
    assert merge_bundles(study, [results]).ok
    later = make_bundle(study, "R1", tmp_path / "later.scintiread", assurance=LOOKED)
    session, clock = sit(later.file, tmp_path / "home", monkeypatch)
    assert session.session.snapshot.done == 2
    read_one(session, clock, NO)
    session.close()
    report = merge_bundles(study, [later.file])
    assert report.ok and report.files[0].added == 2
