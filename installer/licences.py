"""The licences of everything in the program, in one file beside it.

`python -m installer.licences REQUIREMENT ...` prints them in UTF-8: the environment's own Python does.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from installer.editions import Edition, requirements
from installer.environment import Environment

_RULE = "=" * 100
_QT = """
Qt and PySide6 are used under the GNU Lesser General Public License, version 3. Their libraries lie as
separate files in the folder PySide6 and may be exchanged for other builds of the same version.
"""


def write_licences(environment: Environment, edition: Edition, cpu: bool, own: Path, target: Path) -> None:
    """Write the program's own licence and those of all packages that ship; raises CalledProcessError.

    An environment that lacks one of them is told so by its status.
    """
    said = environment.run("-m", "installer.licences", *requirements(edition, cpu))
    target.write_text(own.read_text(encoding="utf-8") + _QT + said, encoding="utf-8")


def shipped(wanted: list[str]) -> dict[str, Distribution]:
    """The packages that these requirements name, and those that they need in turn, by name.

    Raises SystemExit for one that is not installed, or in another version.
    """
    from packaging.requirements import Requirement  # comes with PyInstaller
    from packaging.utils import canonicalize_name

    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    open_ = [(Requirement(line), "") for line in wanted]
    while open_:
        one, extra = open_.pop()
        if one.marker is not None and not one.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(one.name)
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{one} is not installed in the Python that freezes.") from None
        if not one.specifier.contains(found[name].version, prereleases=True):
            raise SystemExit(f"{one} is wanted by the program, and {found[name].version} is installed.")
        for asked in {"", *one.extras} - {extra for other, extra in seen if other == name}:
            seen.add((name, asked))
            open_ += [(Requirement(line), asked) for line in found[name].requires or ()]
    return dict(sorted(found.items()))


def _texts(package: Distribution) -> Iterator[str]:
    meta = package.metadata
    said = meta.get("License-Expression") or meta.get("License") or ""
    classes = [
        line.split(" :: ")[-1] for line in meta.get_all("Classifier") or [] if line.startswith("License")
    ]
    licence = next(iter(said.splitlines()), "") or "; ".join(classes) or "see below"
    yield f"{_RULE}\n{meta['Name']} {package.version}: {licence}\n{_RULE}"
    for file in package.files or ():
        low = file.name.lower()
        if low.startswith(("license", "licence", "copying", "notice")) and not low.endswith((".py", ".pyc")):
            place = Path(str(file.locate()))
            if place.is_file():
                yield place.read_text(encoding="utf-8", errors="replace")


def main(wanted: list[str]) -> None:
    """Print the licences of what ships, whatever the system's code page is."""
    for package in shipped(wanted).values():
        for text in _texts(package):
            sys.stdout.buffer.write(f"{text}\n".encode())
    last = f"{_RULE}\nPython {platform.python_version()}: Python Software Foundation License 2\n"
    sys.stdout.buffer.write(last.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
