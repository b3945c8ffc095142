"""Installs a version over an older one, and takes it away again: to be run by a Windows Python.

`python -m tests.windows.upgraded OLDER NEWER` says what holds, and ends with a traceback at the first thing
that does not. What a person has made lies where the program keeps it, and has to stay.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app import paths
from tests.windows.installed import FOLDER, PATIENCE_S, install, is_away, is_installed, is_package

if sys.platform == "win32":
    import winreg

LIST = r"Software\Microsoft\Windows\CurrentVersion\Uninstall"
WHERE_ONLY_THE_OLDER_HAS_IT = FOLDER / "_internal" / "of the older version"
TOO_OLD = 1603
"""What Windows Installer says of a package that refuses."""


def listed() -> list[str]:
    """The versions of the program in the list of programs, for this user or for all."""
    return sorted(_versions())


def _versions() -> Iterator[str]:
    if sys.platform == "win32":
        for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            with winreg.CreateKey(hive, LIST) as programs:
                for number in range(winreg.QueryInfoKey(programs)[0]):
                    with winreg.OpenKey(programs, winreg.EnumKey(programs, number)) as entry:
                        try:
                            if winreg.QueryValueEx(entry, "DisplayName")[0] == "ScintiRead":
                                yield str(winreg.QueryValueEx(entry, "DisplayVersion")[0])
                        except FileNotFoundError:
                            continue


def main(older: str, newer: str) -> None:
    assert not FOLDER.exists(), f"{FOLDER} is there already"
    own = [
        paths.user_config() / "settings.json",
        paths.user_data() / "models" / "own",
        Path("study") / "study.db",
    ]
    for file in own:
        assert not file.exists(), file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("of a person", encoding="utf-8")
    try:
        install(older)
        is_installed()
        assert WHERE_ONLY_THE_OLDER_HAS_IT.exists()
        (before,) = listed()
        install(newer)
        is_installed()
        assert not WHERE_ONLY_THE_OLDER_HAS_IT.exists()
        (after,) = listed()
        assert before < after, (before, after)
        print(f"{after} over {before}: one entry in the list of programs, nothing of the older one left")
        if is_package(older):
            install(older, status=TOO_OLD)
            assert listed() == [after]
            print("the older one is refused over it")
        away = ["msiexec", "/x", newer, "/qn"] if is_package(newer) else [str(FOLDER / "uninstall.exe"), "/S"]
        subprocess.run(away, timeout=PATIENCE_S, check=True)
        is_away()
        assert listed() == []
        assert [file.read_text(encoding="utf-8") for file in own] == ["of a person"] * len(own)
        print("uninstalled; settings, models and studies stay")
    finally:
        for file in own:
            file.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
