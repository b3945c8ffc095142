"""What is read with a bundle, kept beside it: appended and signed after it is durable in the working copy."""

from __future__ import annotations

from pathlib import Path

from app.bundles.keys import SigningKey, signed_by
from app.bundles.manifest import RESULTS_SUFFIX
from app.bundles.results import Results, ResultsHeader, batch_line, header_line, parse_results
from app.errors import AppError
from app.files import refusal, refused, whole
from app.language import for_later, tr
from app.store.mirror import Mirror, Missing
from app.study.chain import BadLineError, DurableStep, Head


def results_file(bundle: Path) -> Path:
    """Where the results of a bundle lie: beside it, under its name."""
    return bundle.with_name(bundle.stem + RESULTS_SUFFIX)


class BundleJournal(Mirror):
    """The file of results beside a bundle; it repairs itself from the working copy."""

    called = for_later("The file of results")

    def __init__(self, bundle: Path, header: ResultsHeader, key: SigningKey, missing: Missing) -> None:
        """`missing` gives, from the working copy, what came after the place where the file ends."""
        super().__init__(bundle.parent, header.study, header.reader, missing)
        self.file = results_file(bundle)
        self._bundle = bundle
        self._header = header
        self._key = key

    def begin(self) -> None:
        """Write the first line when there is no file yet; raises AppError when that is impossible."""
        try:
            if self.file.exists():
                return
            with whole(self.file) as out:
                out.write(f"{header_line(self._header, self._key.sign)}\n".encode())
        except OSError as error:
            raise nowhere_to_write(self._bundle, error) from error

    def catch_up(self, head: Head) -> None:
        """Write what the working copy has beyond the file; `problem` says when that failed."""
        try:
            behind = self._repair() != (head.readings, head.events)
        except (OSError, ValueError):
            behind = True  # the attempt says what is wrong
        if behind:
            self.append(DurableStep(head, ()))

    def content(self) -> bytes:
        """All that is in the file; a line that a power cut left half-written is in it too."""
        try:
            return self.file.read_bytes()
        except OSError as error:
            raise refused(self.file, error, tr("Check the disk."), "cannot be read") from error

    def _line(self, batch: DurableStep) -> str:
        return batch_line(self._header.bundle, batch, self._key.sign)

    def _repair(self) -> tuple[int, int]:
        if not self._bundle.is_file():  # a stick that was pulled out: nothing may be written in its place
            raise FileNotFoundError(2, f"{self._bundle.name} is not there any more")
        self.begin()
        return super()._repair()


def checked_results(name: str, content: bytes, reader_key: str) -> Results:
    """The results, every line of which was checked; raises AppError naming the file, the line and what is
    wrong with it."""
    try:
        return parse_results(content, lambda signature, digest: signed_by(reader_key, signature, digest))
    except BadLineError as error:
        where = f"{name}, line {error.line}," if error.line > 1 else f"{name}:"
        raise AppError(
            f"{where} {error}.", tr("Ask for the file again; nothing of it was taken over.")
        ) from error


def nowhere_to_write(bundle: Path, error: OSError) -> AppError:
    """What is said when answers could not be kept beside the bundle."""
    return AppError(
        tr("{file} lies where nothing can be written ({why}).", file=bundle.name, why=refusal(error)),
        tr("Copy it into a folder of your own and open it there."),
    )
