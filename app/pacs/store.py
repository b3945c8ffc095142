"""C-STORE: files to the PACS as they are, each with what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.pacs.association import answered, associated, lost
from app.pacs.node import Node
from app.pacs.receive import UNCOMPRESSED
from app.pacs.services import VERIFICATION
from app.progress import Progress
from app.scan.limits import file_size
from app.scan.read import one_sentence
from app.scan.readers.dicom_file import DEFLATED, EXPLICIT, open_dataset, text

if TYPE_CHECKING:
    from pynetdicom.association import Association
    from pynetdicom.presentation import PresentationContext

_MOST_KINDS = 120
"""An association takes 128 presentation contexts, PS3.8 section 9.3.2.2."""

_STATUS = {
    0x0122: "it does not take this kind of object",
    0x0124: "this program is not allowed to store there",
    0x0111: "it has this object already",
}


@dataclass(frozen=True)
class Sent:
    """What became of one file: taken when `reason` is empty; `remark` is what the PACS added."""

    path: Path
    reason: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A file that can be sent: its object's class, UID and transfer syntax."""

    path: Path
    sop_class: str
    uid: str
    syntax: str


def outgoing(path: Path) -> Outgoing:
    """What a file is; raises AppError when it is no DICOM object or lacks what sending needs."""
    file_size(path)
    with one_sentence(path):
        header = open_dataset(path)
        meta = getattr(header, "file_meta", None)
        syntax = str(meta.get("TransferSyntaxUID", "")) if meta is not None else ""
        sop_class, uid = text(header, "SOPClassUID"), text(header, "SOPInstanceUID")
        if _deflated(path):
            syntax = EXPLICIT  # it was inflated, within bounds, when it was opened
    if not syntax or not sop_class or not uid:
        raise AppError(f"{path.name} is no complete DICOM object.", "Export it again as a DICOM file.")
    return Outgoing(path, sop_class, uid, syntax)


def store(node: Node, files: Sequence[Outgoing], progress: Progress) -> Iterator[Sent]:
    """Send files (C-STORE); yields the fate of each.

    Raises AppError when the connection fails, and Cancelled.
    """
    done = 0
    for part in _parts(files):
        with associated(node, _contexts(part), progress) as assoc:
            for each in part:
                progress.report(done / len(files), f"File {done + 1} of {len(files)}")
                if not assoc.is_established:
                    raise lost(node, assoc, "taking files")
                yield _send(node, assoc, each)
                done += 1


def _send(node: Node, assoc: Association, each: Outgoing) -> Sent:
    name = each.path.name
    if reason := _not_negotiated(node, assoc, each):
        return Sent(each.path, f"{name}: {reason}")
    try:
        with one_sentence(each.path):
            status = assoc.send_c_store(open_dataset(each.path, pixels=True))
    except AppError as error:
        if not assoc.is_established:
            raise lost(node, assoc, "taking files") from error
        return Sent(each.path, str(error))
    code = answered(node, assoc, status, f"taking {name}")
    if code == 0:
        return Sent(each.path)
    if 0xB000 <= code < 0xC000:
        return Sent(each.path, remark=f"{name}: {node.name} changed or dropped elements (status {code:04X}).")
    if 0xA700 <= code < 0xA800:
        why = "it has no room"
    elif 0xA900 <= code < 0xAA00:
        why = "its content does not fit its class"
    else:
        why = _STATUS.get(code, "it cannot store it")
    return Sent(each.path, f"{name}: {node.name} refuses it, {why} (status {code:04X}).")


def _not_negotiated(node: Node, assoc: Association, each: Outgoing) -> str:
    """Why no context carries this file, empty when one does."""
    from pydicom.uid import UID

    syntaxes = UNCOMPRESSED if each.syntax in UNCOMPRESSED else (each.syntax,)
    if any(
        context.abstract_syntax == each.sop_class and context.transfer_syntax[0] in syntaxes
        for context in assoc.accepted_contexts
    ):
        return ""
    wanted, encoding = UID(each.sop_class).name, UID(each.syntax).name
    results = {
        context.result for context in assoc.rejected_contexts if context.abstract_syntax == each.sop_class
    }
    if results == {0x03}:
        return f"{node.name} does not take {wanted} (SOP class refused)."
    return f"{node.name} does not take {wanted} as {encoding} (transfer syntax refused)."


def _contexts(part: Sequence[Outgoing]) -> list[PresentationContext]:
    from pynetdicom import build_context

    kinds = dict.fromkeys(
        (each.sop_class, UNCOMPRESSED if each.syntax in UNCOMPRESSED else (each.syntax,)) for each in part
    )
    # with the test service the connection opens even where every file's kind is refused, and says which
    contexts = [build_context(sop_class, list(syntaxes)) for sop_class, syntaxes in kinds]
    return [*contexts, build_context(VERIFICATION)]


def _parts(files: Sequence[Outgoing]) -> Iterator[list[Outgoing]]:
    """The files in portions whose kinds fit into one association."""
    part: list[Outgoing] = []
    kinds: set[tuple[str, str]] = set()
    for each in files:
        kinds.add((each.sop_class, each.syntax))
        if len(kinds) > _MOST_KINDS:
            yield part
            part, kinds = [], {(each.sop_class, each.syntax)}
        part.append(each)
    if part:
        yield part


def _deflated(path: Path) -> bool:
    with path.open("rb") as file:
        return DEFLATED.encode() in file.read(1024)
