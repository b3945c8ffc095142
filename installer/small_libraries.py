"""Two large libraries of which the program uses next to nothing, made anew with just that.

ICU's tables of all languages: Qt has its own of dates, numbers and text, and asks ICU for sorting, which its
common root does. OpenBLAS of scipy: `scipy.special` names one function of it for ellipsoidal harmonics, which
nothing here computes. Both need a C compiler; without one the libraries stay as they are.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

from installer.shrink import elf

_MOST_STAND_INS = 3
"""An edition that uses more of OpenBLAS keeps it."""
_KEPT_TABLES = re.compile(
    r"coll/(root|res_index)\.res|coll/ucadata.*|[^/]+\.(nrm|icu)|"
    r"(root|res_index|pool|en|icuver|icustd|supplementalData|likelySubtags|keyTypeData|metadata|plurals|"
    r"numberingSystems|zoneinfo64|timezoneTypes|metaZones|windowsZones)\.res"
)
"""Names inside ICU's package: sorting by the common root, letters, time zones; no single language."""


def make_small(internal: Path) -> None:
    """Replace both in the frozen folder; raises CalledProcessError."""
    compiler = shutil.which("cc")
    if compiler is None or shutil.which("nm") is None:
        print("Without a C compiler the tables of ICU and a second OpenBLAS stay whole.")
        return
    for library in internal.glob("scipy.libs/libscipy_openblas-*.so"):
        _stand_in(library, internal, compiler)
    for library in internal.glob("PySide6/Qt/lib/libicudata.so.*"):
        _shorten(library, compiler)


def _stand_in(library: Path, internal: Path, compiler: str) -> None:
    """A library with the few functions that others name, each of which ends the program with a word."""
    modules = sorted(internal.glob("scipy/**/*.so"))
    users = [path for path in modules if library.name in elf(path).needs]
    asked = {name for user in users for name in _symbols(user, "--undefined-only")}
    names = sorted(asked & _symbols(library, "--defined-only"))
    if not names or len(names) > _MOST_STAND_INS:
        return
    said = "This edition of the program has no linear algebra of scipy.\\n"
    functions = [
        f'void {name}(void) {{ fputs("{said}", stderr); abort(); }}' for name in names if name.isidentifier()
    ]
    code = "\n".join(["#include <stdio.h>", "#include <stdlib.h>", *functions, ""])
    _compile(code, ".c", library, [compiler, "-shared", "-fPIC", "-O1"])
    for other in library.parent.glob("lib*.so*"):  # what only the large one needed
        if not any(other.name in elf(path).needs for path in [*modules, *library.parent.iterdir()]):
            other.unlink()


def _shorten(library: Path, compiler: str) -> None:
    """The library with the kept tables only; as it is where it is not laid out as expected."""
    (symbol,) = _symbols(library, "--defined-only") or {""}
    package = _package(library.read_bytes())
    if not re.fullmatch(r"icudt\d+_dat", symbol) or package is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "tables.dat"
        data.write_bytes(package)
        code = (
            f".section .rodata\n.balign 16\n.globl {symbol}\n.type {symbol}, %object\n{symbol}:\n"
            f'.incbin "{data}"\n.size {symbol}, .-{symbol}\n.section .note.GNU-stack,"",%progbits\n'
        )
        _compile(code, ".s", library, [compiler, "-shared", "-nostdlib"])


def _package(content: bytes) -> bytes | None:
    """ICU's common data with the kept items: header, table of offsets, names, items on 16 bytes each.

    After ICU's `udata` and `pkgdata`: <https://unicode-org.github.io/icu/userguide/icu_data/>.
    """
    at = content.find(b"CmnD") - 12  # the format's name stands behind sizes and signs
    if at < 0 or content[at + 2 : at + 4] != b"\xda\x27":
        return None
    table = at + struct.unpack_from("<H", content, at)[0]
    (number,) = struct.unpack_from("<I", content, table)
    places = [struct.unpack_from("<II", content, table + 4 + 8 * each) for each in range(number)]
    ends = [place for _, place in places[1:]]
    kept: list[tuple[bytes, bytes]] = []
    for (name_at, begin), end in zip(places, ends, strict=False):  # the last one is no table of ours
        name = content[table + name_at : content.index(b"\0", table + name_at)]
        if _KEPT_TABLES.fullmatch(name.decode().split("/", 1)[1]):
            kept.append((name, content[table + begin : table + end]))
    return content[at:table] + _laid_out(kept)


def _laid_out(items: list[tuple[bytes, bytes]]) -> bytes:
    """Number, offsets and names of the items, and the items; offsets count from here."""
    names, offsets = b"", []
    for name, _ in items:
        offsets.append(4 + 8 * len(items) + len(names))
        names += name + b"\0"
    head = 4 + 8 * len(items) + len(names)
    body = bytes(-head % 16)
    table = struct.pack("<I", len(items))
    for offset, (_, item) in zip(offsets, items, strict=True):
        table += struct.pack("<II", offset, head + len(body))
        body += item + bytes(-len(item) % 16)
    return table + names + body


def _symbols(library: Path, which: str) -> set[str]:
    run = subprocess.run(["nm", "-D", which, str(library)], check=True, capture_output=True, encoding="utf-8")
    return {line.split()[-1].split("@")[0] for line in run.stdout.splitlines()}


def _compile(code: str, ending: str, library: Path, command: list[str]) -> None:
    """Put the compiled library in the place of the other, under the same name for those who need it."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / f"source{ending}", Path(folder) / "made.so"
        source.write_text(code, encoding="utf-8")
        subprocess.run([*command, f"-Wl,-soname,{library.name}", "-o", str(made), str(source)], check=True)
        shutil.copyfile(made, library)
