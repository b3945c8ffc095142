"""C-GET and C-MOVE: images from the PACS, on this connection or on one that it opens to this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.errors import AppError
from app.pacs.association import answered, associated, lost
from app.pacs.listening import listening
from app.pacs.node import Node, Retrieve
from app.pacs.receive import Keep, Receiver, WantedSeries, storage_classes, storage_contexts
from app.pacs.services import GET, MOVE
from app.progress import Progress

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pynetdicom.association import Association

_PENDING = (0xFF00, 0xFF01)
_UNKNOWN_DESTINATION = 0xA801
_SOME_FAILED = range(0xB000, 0xC000)


def fetch(node: Node, wanted: Sequence[WantedSeries], keep: Keep, progress: Progress) -> list[str]:
    """Fetch what is wanted; what comes is given to `keep` at once.

    Returns what the PACS said it could not do. Raises AppError when the connection fails or an instance
    cannot be kept, and Cancelled.
    """
    receiver = Receiver(wanted, keep, progress)
    if node.retrieve == Retrieve.MOVE:
        with listening(node, wanted, receiver) as turned_away:
            remarks = _move(node, wanted, receiver, progress)
        return [*remarks, *turned_away]
    return _get(node, wanted, receiver, progress)


def _get(node: Node, wanted: Sequence[WantedSeries], receiver: Receiver, progress: Progress) -> list[str]:
    from pydicom.uid import UID
    from pynetdicom import build_context, build_role, evt

    classes = storage_classes(wanted)
    contexts = storage_contexts(classes)
    # both roles: with the provider's alone some peers accept no context for storage at all
    roles = [build_role(uid, scu_role=True, scp_role=True) for uid in classes]
    handlers = [(evt.EVT_C_STORE, receiver.stored)]
    remarks: list[str] = []
    with associated(node, [build_context(GET), *contexts], progress, roles, handlers) as assoc:
        _check_get(node, assoc)
        for identifier in _identifiers(wanted):
            _check_open(node, assoc)
            remarks += _follow(node, assoc, assoc.send_c_get(identifier, UID(GET)), receiver)
    return remarks


def _check_get(node: Node, assoc: Association) -> None:
    """Raise AppError when the PACS took no part of a C-GET, or will not send on this connection."""
    taken = {str(context.abstract_syntax): context for context in assoc.accepted_contexts}
    if taken.pop(GET, None) is None:
        raise AppError(f"{node.name} does not send images by C-GET.", by_move(node))
    if not any(context.as_scp for context in taken.values()):
        raise AppError(f"{node.name} takes a C-GET, but no storage role for this program.", by_move(node))


def by_move(node: Node) -> str:
    """What to do where C-GET does not work."""
    return (
        f"Choose C-MOVE (--retrieve move), and have {node.calling} entered there with this machine's address "
        f"and port {node.listen_port}."
    )


def _move(node: Node, wanted: Sequence[WantedSeries], receiver: Receiver, progress: Progress) -> list[str]:
    from pydicom.uid import UID
    from pynetdicom import build_context

    remarks: list[str] = []
    with associated(node, [build_context(MOVE)], progress) as assoc:
        for identifier in _identifiers(wanted):
            _check_open(node, assoc)
            responses = assoc.send_c_move(identifier, node.calling, UID(MOVE))
            remarks += _follow(node, assoc, responses, receiver)
    return remarks


def _follow(
    node: Node, assoc: Association, responses: Iterator[tuple[Dataset, Dataset | None]], receiver: Receiver
) -> list[str]:
    """Read the answers to one retrieval to their end."""
    for status, _ in responses:
        code = answered(node, assoc, status, "sending images")
        receiver.check()
        if code in _PENDING or code == 0:
            continue
        if code == _UNKNOWN_DESTINATION:
            raise AppError(
                f"{node.name} does not know where {node.calling} is, so it cannot send images there.",
                f"Have this machine entered there with port {node.listen_port}, or choose C-GET.",
            )
        if code in _SOME_FAILED:
            failed = int(status.get("NumberOfFailedSuboperations") or 0)
            return [f"{node.name} could not send {failed or 'some'} of the images (status {code:04X})."]
        way = "" if node.retrieve == Retrieve.MOVE else f" {by_move(node)}"
        return [f"{node.name} refuses to send a series (status {code:04X}).{way}"]
    return []


def _identifiers(wanted: Sequence[WantedSeries]) -> Iterator[Dataset]:
    """A whole series at once where nothing of it is here; else its missing instances one by one."""
    from pydicom.dataset import Dataset

    for one in wanted:
        for uid in ("",) if one.whole else one.missing:
            asked = Dataset()
            asked.QueryRetrieveLevel = "IMAGE" if uid else "SERIES"
            asked.StudyInstanceUID, asked.SeriesInstanceUID = one.series.study, one.series.uid
            if uid:
                asked.SOPInstanceUID = uid
            yield asked


def _check_open(node: Node, assoc: Association) -> None:
    if not assoc.is_established:
        raise lost(node, assoc, "sending images")
