"""Installs a setup program or a package, uses it, and takes it away again: to be run by a Windows Python.

`python -m tests.windows.installed SETUP` says what holds, and ends with a traceback at the first thing
that does not. It leaves the computer as it found it, and refuses where the program is installed already.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if sys.platform == "win32":
    import winreg

CLASSES = r"Software\Classes"
LISTED = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\ScintiRead"
FOLDER = Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "ScintiRead"
MENU = Path(os.environ.get("APPDATA", "")) / "Microsoft/Windows/Start Menu/Programs/ScintiRead.lnk"
PATIENCE_S = 900


def registered(key: str, name: str = "") -> str | None:
    """A value of this user's registry, None where there is none."""
    if sys.platform == "win32":
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except FileNotFoundError:
            return None
    return None


def says(*words: str, status: int = 0) -> str:
    """What the installed command line says."""
    command = [str(FOLDER / "scintiread.com"), *words]
    run = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    said, complained = run.stdout.decode("utf-8"), run.stderr.decode("utf-8")
    assert run.returncode == status, (words, run.returncode, said[-2000:], complained[-2000:])
    return said


def shown(command: str | list[str]) -> subprocess.Popen[str]:
    """A window of the installed program, once it has painted itself."""
    probe = {"SCINTIREAD_SAY_WHEN_SHOWN": "1", "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(command, env={**os.environ, **probe}, stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    assert window.stdout.readline().strip() == "shown", command
    return window


def close(window: subprocess.Popen[str]) -> None:
    window.kill()
    window.communicate(timeout=PATIENCE_S)


def install(setup: str, status: int = 0) -> float:
    """Install without a question; gives the seconds."""
    begun = time.monotonic()
    words = ["msiexec", "/i", setup, "/qn"] if is_package(setup) else [setup, "/S"]
    run = subprocess.run(words, timeout=PATIENCE_S, check=False)
    assert run.returncode == status, run.returncode
    return time.monotonic() - begun


def is_package(setup: str) -> bool:
    """Whether Windows Installer installs it: then it knows itself what stands in its list of programs."""
    return setup.lower().endswith(".msi")


def is_installed() -> None:
    assert (FOLDER / "scintiread.exe").is_file() and (FOLDER / "_internal").is_dir()
    assert MENU.is_file()
    assert registered(rf"{CLASSES}\.scintiread") == "ScintiRead.Bundle"


def is_listed() -> None:
    assert registered(LISTED, "DisplayName") == "ScintiRead"
    assert int(registered(LISTED, "EstimatedSize") or 0) > 10_000


def is_away() -> None:
    deadline = time.monotonic() + PATIENCE_S  # an uninstaller goes on from a copy of itself
    while FOLDER.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not FOLDER.exists(), list(FOLDER.rglob("*"))[:5]
    assert not MENU.exists()
    for key in (LISTED, r"Software\ScintiRead", rf"{CLASSES}\.scintiread", rf"{CLASSES}\ScintiRead.Bundle"):
        assert registered(key) is None and registered(key, "DisplayName") is None, key


def uses_it(folder: Path) -> None:
    """A study is read, verified and sealed into a bundle, and the bundle opens as a double click opens it."""
    begun = time.monotonic()
    says("demo", "--headless", "--out", str(folder / "demo"))
    (protocol,) = (folder / "demo").rglob("protocol.toml")
    study = protocol.parent
    print(says("study", "verify", str(study)).strip().splitlines()[-1])
    print(f"demo read and verified: {time.monotonic() - begun:.0f} s")
    bundle = folder / "R1 of ours.scintiread"
    word = folder / "word"
    word.write_text("a passphrase of its own\n", encoding="utf-8")
    looked = ("--no-burned-in-text", "--codes-name-nobody", "--passphrase-file", str(word))
    says("study", "bundle", str(study), "--reader", "R1", "--out", str(bundle), *looked)
    opens = registered(rf"{CLASSES}\ScintiRead.Bundle\shell\open\command")
    assert opens is not None
    close(shown(opens.replace("%1", str(bundle))))
    print("a bundle opens by its association")


def is_replaced(setup: str) -> None:
    """It refuses while the program runs, and takes all of an older version away, but nothing else."""
    window = shown([str(FOLDER / "scintiread.exe")])
    install(setup, status=2)
    is_installed()
    close(window)
    print("while it runs it is not replaced")
    (FOLDER / "_internal" / "of an older version").write_text("", encoding="utf-8")
    (FOLDER / "own notes.txt").write_text("", encoding="utf-8")
    print(f"installed over an older version: {install(setup):.0f} s")
    is_installed()
    assert not (FOLDER / "_internal" / "of an older version").exists()
    (FOLDER / "own notes.txt").unlink()  # it was nobody's to take away


def main(setup: str) -> None:
    assert not FOLDER.exists(), f"{FOLDER} is there already"
    print(f"installed: {install(setup):.0f} s")
    is_installed()
    assert says("--version").startswith("scintiread ")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["SCINTIREAD_HOME"] = folder
        uses_it(Path(folder))
        if not is_package(setup):
            is_listed()
            is_replaced(setup)
    away = ["msiexec", "/x", setup, "/qn"] if is_package(setup) else [str(FOLDER / "uninstall.exe"), "/S"]
    subprocess.run(away, timeout=PATIENCE_S, check=True)
    is_away()
    print("uninstalled, nothing left")


if __name__ == "__main__":
    main(sys.argv[1])
