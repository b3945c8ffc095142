"""One connection by the classic protocol: opened, watched, ended; what goes wrong becomes one sentence."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.pacs.node import Node
from app.pacs.reactor import reading_ourselves
from app.pacs.tls import certificate_fault, client_context
from app.progress import Progress, check_cancelled
from app.scan.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pynetdicom import AE
    from pynetdicom.association import Association
    from pynetdicom.presentation import PresentationContext

Handler = tuple[Any, ...]  # pynetdicom's event and its function; the library has no public type for it

_CONNECT_S = 10
_LOOK_EVERY_S = 0.1
_MESSAGE_BYTES = MAX_FILE_BYTES + 2**20

_ASK = "Ask the PACS administrator to enter it there; titles are case-sensitive."
_REJECTIONS = {
    (1, 3): ('{name} does not know this program\'s AE title "{calling}".', _ASK),
    (1, 7): ('{name} does not call itself "{called}".', "Correct the AE title of the PACS; case counts."),
    (3, 1): ("{name} is busy and takes no more connections.", "Try again in a minute."),
    (3, 2): ("{name} has reached its limit of connections.", "Try again in a minute."),
}
"""Result source and diagnostic of A-ASSOCIATE-RJ, PS3.8 table 9-21."""


def quiet() -> None:
    """Keep the library's own words out of every log: they hold patients' names and numbers."""
    from pynetdicom import _config

    _config.LOG_RESPONSE_IDENTIFIERS = _config.LOG_REQUEST_IDENTIFIERS = False
    for name in ("pynetdicom", "pydicom"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def entity(node: Node) -> AE:
    """This program as the application entity that a node knows, with time-outs."""
    from pynetdicom import AE

    quiet()
    made = AE(ae_title=node.calling)
    made.connection_timeout = min(_CONNECT_S, node.timeout_s)
    made.acse_timeout = made.dimse_timeout = made.network_timeout = node.timeout_s
    return made


@contextmanager
def associated(
    node: Node,
    contexts: Sequence[PresentationContext],
    progress: Progress,
    roles: Sequence[Any] = (),  # pynetdicom's role items have no public type
    handlers: Sequence[Handler] = (),
) -> Iterator[Association]:
    """A connection to a node for the time of the block; it is aborted when the block fails or is cancelled.

    Raises AppError when it cannot be opened, and Cancelled.
    """
    from pynetdicom import evt

    check_cancelled(progress)
    opened: list[float] = []
    size = SizeLimit()

    def connected(_event: Any) -> None:  # as the library calls it
        opened.append(time.monotonic())

    try:
        assoc = entity(node).associate(
            node.host,
            node.port,
            list(contexts),
            ae_title=node.called,
            ext_neg=list(roles) or None,
            tls_args=(client_context(node), node.host) if node.tls else None,
            evt_handlers=[(evt.EVT_CONN_OPEN, connected), *swift(), *size.handlers(), *handlers],
        )
    except OSError as error:  # a name that nobody knows is told in this way only
        raise _why_no_connection(node) from error
    if not assoc.is_established:
        check_cancelled(progress)
        raise _not_opened(node, assoc, opened)
    with reading_ourselves(assoc), _watched(assoc, progress):
        try:
            yield assoc
        except BaseException:
            assoc.abort()
            check_cancelled(progress)  # what failed did so because the watcher hung up
            size.check(node)  # or because too much came
            raise
        check_cancelled(progress)
        size.check(node)
        if assoc.is_established:
            assoc.release()


def answered(node: Node, assoc: Association, status: Dataset, what: str) -> int:
    """The status code of an answer; raises AppError when there was none: hung up, or silent for too long."""
    if "Status" in status:
        return int(status.Status)
    raise lost(node, assoc, what)


def lost(node: Node, assoc: Association, what: str) -> AppError:
    """The sentence for a connection that ended before its answer."""
    if assoc.acse.is_aborted("a-abort") and not assoc._sent_abort:
        return AppError(f"{node.name} broke off while {what}.", "Try again; what has arrived is kept.")
    if assoc._sent_abort:
        return AppError(
            f"{node.name} did not answer within {node.timeout_s} s while {what}.",
            "Try again, or give the node a longer time-out.",
        )
    return AppError(f"The connection to {node.name} was lost while {what}.", "Try again.")


def hang_up(assoc: Association, wait: bool = True) -> None:
    """Abort, and wake whoever waits for an answer on this connection."""
    assoc.abort(block=wait)
    assoc.dimse.msg_queue.put((None, None))


def swift() -> list[Handler]:
    """Handlers that send small messages at once and acknowledge at once.

    Many a PACS writes a message in two pieces and holds the second back until the first is acknowledged,
    which a system otherwise does after 40 ms: 50 ms for a question instead of 3 (Linux; others decide
    for themselves).
    """
    from pynetdicom import evt

    def tune(event: Any) -> None:  # as the library calls it
        line = event.assoc.dul.socket.socket if event.assoc.dul.socket is not None else None
        if line is None:
            return
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_QUICKACK"):  # the system forgets it, so it is said each time
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError:
            return  # closed meanwhile

    return [(evt.EVT_CONN_OPEN, tune), (evt.EVT_DATA_SENT, tune), (evt.EVT_DATA_RECV, tune)]


def _not_opened(node: Node, assoc: Association, opened: Sequence[float]) -> AppError:
    if assoc.is_rejected:
        answer = assoc.acceptor.primitive
        sentence, hint = _REJECTIONS.get(
            (getattr(answer, "result_source", 0) or 0, getattr(answer, "diagnostic", 0) or 0),
            (
                "{name} refuses the connection.",
                "Ask its administrator whether this program may connect.",
            ),
        )
        return AppError(sentence.format(name=node.name, called=node.called, calling=node.calling), hint)
    if not opened:
        return _why_no_connection(node)
    if assoc.acceptor.primitive is not None and not assoc.accepted_contexts:
        return AppError(
            f"{node.name} offers none of the services that this needs.", "Ask which ones this AE title has."
        )
    if time.monotonic() - opened[0] >= 0.9 * node.timeout_s:
        return AppError(
            f"{node.name} did not answer within {node.timeout_s} s.",
            "Something listens on that port, but it is perhaps no DICOM service; check the port and TLS.",
        )
    return AppError(
        f"{node.name} hung up before anything was said.",
        "Check the port, the AE titles and whether TLS is on.",
    )


def _why_no_connection(node: Node) -> AppError:
    """Try the bare connection once more, to say what the library keeps to itself."""
    try:
        with socket.create_connection((node.host, node.port), _CONNECT_S) as bare:
            if node.tls:
                with client_context(node).wrap_socket(bare, server_hostname=node.host) as wrapped:
                    wrapped.settimeout(0.5)
                    wrapped.recv(1)  # TLS 1.3 refuses our certificate only after the handshake
    except ssl.SSLError as error:
        return certificate_fault(node, error)
    except socket.gaierror:
        return AppError(f"{node.host} is not known in this network.", "Check the host name.")
    except TimeoutError:
        return AppError(
            f"{node.host} does not answer on port {node.port}.", "Check address, port and firewall."
        )
    except ConnectionRefusedError:
        return AppError(
            f"Nothing listens on port {node.port} of {node.host}.",
            "Check the port, and whether the PACS runs.",
        )
    except OSError as error:
        return AppError(
            f"{node.host} cannot be reached: {error.strerror or 'the network refused'}.", "Check the network."
        )
    return AppError(f"{node.name} hung up at once.", "Check the port and whether TLS is on.")


@contextmanager
def _watched(assoc: Association, progress: Progress) -> Iterator[None]:
    """Hang up as soon as the user cancels, however long the peer is silent."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY_S):
            if progress.cancelled:
                hang_up(assoc)
                return

    watcher = threading.Thread(target=look, name="pacs-watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


class SizeLimit:
    """Hangs up when one message grows beyond what any scan has: memory is the program's, not the peer's."""

    def __init__(self) -> None:
        self.exceeded = False
        self._bytes = 0

    def handlers(self) -> list[Handler]:
        """What the connection has to tell it."""
        from pynetdicom import evt

        return [(evt.EVT_DATA_RECV, self._received), (evt.EVT_DIMSE_RECV, self._complete)]

    def check(self, node: Node) -> None:
        """Raise AppError when it was exceeded."""
        if self.exceeded:
            raise AppError(f"{node.name} sends more than any scan holds.", "The transfer was stopped.")

    def _received(self, event: Any) -> None:  # as the library calls it
        self._bytes += len(event.data)
        if self._bytes > _MESSAGE_BYTES and not self.exceeded:
            self.exceeded = True
            hang_up(event.assoc, wait=False)

    def _complete(self, _event: Any) -> None:
        self._bytes = 0
