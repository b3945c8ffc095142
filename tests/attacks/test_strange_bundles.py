"""A stranger makes a bundle that looks like the study's, with a key of the own."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.bundles.keys import SigningKey
from app.bundles.manifest import Manifest, Member
from app.bundles.writer import BundleWriter
from app.errors import AppError
from app.window_request import WindowRequest
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.open import check_bundle, open_bundle
from app.workflows.bundles.signers import UnfamiliarSigner
from tests.gui.pages.reading.driver import Person
from tests.workflows.bundle_studies import LOOKED, make_study, rules


def bundle_of(folder: Path) -> Path:
    study = make_study(folder, rules(readers=("R1",)))
    return make_bundle(study, "R1", folder / "R1.scintiread", assurance=LOOKED).file


@pytest.fixture
def readers_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From here on a computer that has seen no bundle yet."""
    home = tmp_path / "reader"
    monkeypatch.setenv("SCINTIREAD_HOME", str(home))
    return home


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A bundle of the study, and one of a stranger's study that has the same short name."""
    return bundle_of(tmp_path / "study"), bundle_of(tmp_path / "strange")


def test_the_first_bundle_of_a_study_is_asked_about_once(
    two: tuple[Path, Path], readers_computer: Path
) -> None:
    own, _ = two
    with pytest.raises(UnfamiliarSigner, match="first bundle of the study OFF") as asked:
        open_bundle(own, trusted="")
    assert not (readers_computer / "data" / "bundles").exists(), "nothing was unpacked"
    open_bundle(own, trusted=asked.value.signer).close()
    open_bundle(own, trusted="").close()


def test_another_key_for_a_known_study_is_told(two: tuple[Path, Path], readers_computer: Path) -> None:
    own, strange = two
    open_bundle(own).close()
    with pytest.raises(UnfamiliarSigner, match="opened here before have another") as told:
        open_bundle(strange, trusted="")
    assert check_bundle(own).fingerprint in told.value.message
    assert check_bundle(strange).fingerprint in told.value.message
    open_bundle(own, trusted="").close()


def test_the_window_asks_whose_bundle_it_is_and_opens_it_when_that_is_known(
    two: tuple[Path, Path], readers_computer: Path, qapp: object, tmp_path: Path
) -> None:
    me = Person(tmp_path)
    me.window.open_page(WindowRequest(page="reading", bundle=two[0]))
    me.wait(lambda: me.curtain == "Whose bundle is this?")
    asked = me.page.curtain.curtain
    assert asked is not None and any(check_bundle(two[0]).fingerprint in line for line in asked.lines)
    assert not (readers_computer / "data" / "bundles").exists()
    me.choose("Open it")
    me.wait(lambda: me.curtain not in ("", "Whose bundle is this?") and not me.curtain.startswith("Opening "))
    assert (readers_computer / "data" / "bundles").is_dir()
    me.leave()


def test_a_bundle_that_claims_to_unpack_to_gigabytes_is_refused_before_anything_is_unpacked(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    found = check_bundle(two[0])
    bomb = tmp_path / "bomb.scintiread"
    members = tuple(Member(f"scans/{number}.dcm", "an image", "0" * 64, 200 * 2**20) for number in range(9))
    write(bomb, found, members)
    tracemalloc.start()
    with pytest.raises(AppError, match="would unpack to 1,800 MiB"):
        check_bundle(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**26


def test_a_member_longer_than_any_scan_is_refused(two: tuple[Path, Path], tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.scintiread"
    write(bomb, check_bundle(two[0]), (Member("scans/1.dcm", "an image", "0" * 64, 2**30),))
    with pytest.raises(AppError, match="larger than a bundle can be"):
        check_bundle(bomb)


def write(file: Path, manifest: Manifest, members: tuple[Member, ...]) -> None:
    """A bundle of zeros that is signed with a key of its own, and lists these members."""
    key = SigningKey.new()
    with BundleWriter(file) as writer:
        for member in members:
            writer.add(member.name, member.what, b"")
        writer._members = list(members)
        writer.finish(replace(manifest, signer=key.public), key, None)
    assert ZipFile(file).namelist()
