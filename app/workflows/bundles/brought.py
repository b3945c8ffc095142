"""What a file brings home: results as they are, or those inside a bundle and those beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bundles.archive import needs_passphrase, opened_bundle
from app.bundles.course import ResultsCourse, course_of
from app.bundles.inside import inside_of, name_inside
from app.bundles.journal import checked_results, results_file
from app.bundles.manifest import SUFFIX
from app.bundles.results import ResultsHeader, parse_header
from app.errors import AppError
from app.files import refused
from app.study.chain import BadLineError

LARGEST_BYTES = 2**31
_NOTHING = "Nothing of it was taken over."


@dataclass(frozen=True, eq=False)
class Brought:
    """Results before anything in them is checked; `name` says where a line of them is, `file` who came."""

    file: str
    name: str
    content: bytes

    @property
    def header(self) -> ResultsHeader:
        """Whose results these are; raises AppError when nobody can say."""
        try:
            return parse_header(self.content[: self.content.find(b"\n")].decode("utf-8", errors="replace"))
        except BadLineError as error:
            raise AppError(f"{self.name} is cut off, damaged or no file of results.", _NOTHING) from error


def brought(given: Path) -> tuple[Brought, ...]:
    """The results in a file; of a bundle those inside and those beside it, whichever there are.

    Raises AppError when there are none, or when the bundle is not as it was signed.
    """
    if given.suffix != SUFFIX:
        return (_file(given),)
    inside, beside = _inside(given), results_file(given)
    there = (_file(beside),) if beside.is_file() else ()
    if not inside and not there:
        raise AppError(f"{given.name} came without answers.", f"Ask for {beside.name} too.")
    return inside + there


def furthest(all_brought: Sequence[Brought], key_of: Callable[[Brought], str]) -> tuple[Brought, ...]:
    """The one that has all that is in the other; both when their answers contradict each other.

    `key_of` gives the public key that signed. Raises AppError when a line was altered.
    """
    if len(all_brought) == 1:
        return tuple(all_brought)
    inside, beside = all_brought
    first, second = (_course(one, key_of(one)) for one in all_brought)
    if inside.header.bundle != beside.header.bundle:
        raise AppError(f"{beside.name} belongs to another bundle than {inside.file}.", _NOTHING)
    if first.extends(second) and (not second.extends(first) or not beside.content.endswith(b"\n")):
        return (inside,)
    return (beside,) if second.extends(first) else (inside, beside)


def _inside(bundle: Path) -> tuple[Brought, ...]:
    found = None
    if not needs_passphrase(bundle):
        with opened_bundle(bundle) as archive:
            archive.check()
            found = archive.manifest.bundle
    results = inside_of(bundle).results
    if not results:
        return ()
    one = Brought(bundle.name, name_inside(bundle), results)
    if found not in (None, one.header.bundle):
        raise AppError(f"{one.name} belongs to another bundle.", _NOTHING)
    return (one,)


def _file(file: Path) -> Brought:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise AppError(f"{file.name} is larger than results can be.", _NOTHING)
        return Brought(file.name, file.name, file.read_bytes())
    except OSError as error:
        raise refused(file, error, "Check the path.", "cannot be read") from error


def _course(one: Brought, key: str) -> ResultsCourse:
    return course_of(checked_results(one.name, one.content, key), one.name)
