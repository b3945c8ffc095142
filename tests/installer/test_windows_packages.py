"""What Windows installs, packed of a small folder; tests/windows installs the real one."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from installer.editions import READER, ROOT, version
from installer.exe import make_exe
from installer.frozen import Frozen
from installer.msi import make_msi, package
from installer.signing import Certificate, sign

needs_nsis = pytest.mark.skipif(shutil.which("makensis") is None, reason="needs NSIS")
needs_wixl = pytest.mark.skipif(
    not (shutil.which("wixl") and shutil.which("msiinfo")), reason="needs wixl and msiinfo (msitools)"
)
needs_signer = pytest.mark.skipif(shutil.which("osslsigncode") is None, reason="needs osslsigncode")
PLACES = (
    "scintiread.exe",
    "scintiread.com",
    "scintiread.pkg",
    "LICENSES.txt",
    "_internal/base.zip",
    "_internal/a/base.zip",
)


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    """A folder as PyInstaller lays it out, of nothing."""
    made = Frozen(tmp_path / "dist" / "scintiread", READER, "win32", tmp_path / "build", tmp_path / "dist")
    for place in PLACES:
        (made.folder / place).parent.mkdir(parents=True, exist_ok=True)
        (made.folder / place).write_bytes(b"nothing")
    (made.build / "icons").mkdir(parents=True)
    shutil.copyfile(icon(tmp_path), made.build / "icons" / "scintiread.ico")
    return made


def icon(folder: Path) -> Path:
    from PIL import Image

    Image.new("RGBA", (32, 32)).save(folder / "icon.ico")
    return folder / "icon.ico"


@needs_nsis
def test_a_setup_program_is_packed(frozen: Frozen) -> None:
    made = make_exe(frozen)
    assert made.name == f"scintiread-reader-{version()}.exe"
    assert made.read_bytes()[:2] == b"MZ"


def test_without_anything_that_packs_the_sentence_says_what_is_missing(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"NSIS .* not installed here"):
        make_exe(frozen)
    with pytest.raises(SystemExit, match=r"wixl .* neither is installed here"):
        make_msi(frozen)
    with pytest.raises(SystemExit, match="osslsigncode"):
        sign(frozen.program, Certificate(Path("own.pfx"), Path("word")))


def test_the_package_names_every_file_once_and_the_same_file_always_alike(frozen: Frozen) -> None:
    one, again = (package(frozen.folder, frozen.program) for _ in range(2))
    assert sorted(each.attrib["Source"] for each in one.iter("File")) == sorted(PLACES)
    ids = [each.attrib["Id"] for each in one.iter() if each.tag in ("File", "Directory", "Component")]
    assert len(ids) == len(set(ids))
    codes = [[each.attrib["Guid"] for each in made.iter("Component")] for made in (one, again)]
    assert codes[0] == codes[1]
    assert {each.attrib["Id"] for each in one.iter("Component")} == {
        each.attrib["Id"] for each in one.iter("ComponentRef")
    }


@needs_wixl
def test_a_package_for_windows_installer_holds_the_files_for_one_user(frozen: Frozen) -> None:
    made = make_msi(frozen)
    tables = {
        name: subprocess.run(
            ["msiinfo", "export", str(made), name], capture_output=True, text=True, check=True
        ).stdout
        for name in ("File", "Registry", "Upgrade", "Property")
    }
    assert tables["File"].count("base.zip") == 2
    assert r"shell\open\command" in tables["Registry"]
    assert "WIX_UPGRADE_DETECTED" in tables["Upgrade"]
    assert "ALLUSERS" not in tables["Property"]


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """One that signs programs, believed by nobody."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A hospital")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .sign(key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(b"a word")
    (tmp_path / "own.pfx").write_bytes(pkcs12.serialize_key_and_certificates(b"own", key, made, None, lock))
    (tmp_path / "own.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "word").write_text("a word", encoding="utf-8")
    return Certificate(tmp_path / "own.pfx", tmp_path / "word")


@needs_nsis
@needs_signer
def test_setup_and_what_uninstalls_are_signed_where_a_certificate_is_given(
    frozen: Frozen, certificate: Certificate, tmp_path: Path
) -> None:
    plain = make_exe(frozen).stat().st_size
    signing = Frozen(frozen.folder, READER, "win32", frozen.build, frozen.dist, certificate)
    made = make_exe(signing)
    assert made.stat().st_size > plain  # the signed uninstaller lies in it
    sign(made, certificate)
    chain = ["-CAfile", str(tmp_path / "own.pem"), "-in", str(made)]
    said = subprocess.run(["osslsigncode", "verify", *chain], capture_output=True, text=True, check=False)
    assert "A hospital" in said.stdout
    assert "Signature verification: ok" in said.stdout


def test_the_setup_program_asks_for_no_administrator_and_forgets_nobody_s_studies() -> None:
    script = (ROOT / "installer" / "scintiread.nsi").read_text(encoding="utf-8")
    assert "RequestExecutionLevel user" in script
    assert "HKLM" not in script
    removed = [line.strip() for line in script.splitlines() if line.strip().startswith("RMDir /r")]
    assert removed == [r'RMDir /r "$INSTDIR\_internal"']
