"""This program as a receiver of what a C-MOVE sends: from the PACS alone, and under its name."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from app.errors import AppError
from app.pacs.association import SizeLimit, entity, swift
from app.pacs.node import Node
from app.pacs.receive import Receiver, WantedSeries, storage_classes, storage_contexts
from app.pacs.tls import server_context

_ASKING_S = 5
"""How long a connection may be open before it says what it is for; whoever says nothing makes room then."""
_MOST_CONNECTIONS = 200
"""So many, that those that say nothing leave room for the one that does."""


@contextmanager
def listening(node: Node, wanted: Sequence[WantedSeries], receiver: Receiver) -> Iterator[list[str]]:
    """Receive for the time of the block; gives what is to be said of connections that were turned away.

    Raises AppError when the port is taken or a sender's name is not known in this network.
    """
    from pynetdicom import evt

    receiving = entity(node)
    receiving.require_called_aet = True
    receiving.require_calling_aet = [node.called, *(title for title, _ in node.further_senders)]
    receiving.acse_timeout, receiving.maximum_associations = _ASKING_S, _MOST_CONNECTIONS
    for context in storage_contexts(storage_classes(wanted)):
        receiving.add_supported_context(str(context.abstract_syntax), list(context.transfer_syntax))
    addresses, turned_away = _addresses(node), dict[str, None]()

    def rejected(event: Any) -> None:  # as the library calls it
        who = f'A sender called "{event.assoc.requestor.ae_title.strip()}" was turned away'
        turned_away[f"{who}: images are expected from {node.called}."] = None

    def known(_request: Any, address: tuple[str, int]) -> bool:
        if address[0] not in addresses:
            who = f"A connection from {address[0]} was turned away"
            turned_away[f"{who}: it is not {node.host}. If the PACS sends from there, enter it."] = None
        return address[0] in addresses

    try:
        server = receiving.start_server(
            ("", node.listen_port),
            block=False,
            ssl_context=server_context(node) if node.tls else None,
            evt_handlers=[
                *swift(),
                (evt.EVT_C_STORE, receiver.stored),
                (evt.EVT_REJECTED, rejected),
                *SizeLimit().handlers(),
            ],
        )
    except OSError as error:
        raise AppError(
            f"Port {node.listen_port} cannot be used for receiving: {error.strerror or 'it is taken'}.",
            "Close the program that uses it, or choose another port and tell the PACS administrator.",
        ) from error
    assert server is not None, "it does not block"
    server.verify_request = known  # type: ignore[method-assign, assignment]  # the way of socketserver to hang up at once
    said: list[str] = []
    try:
        yield said
    finally:
        server.shutdown()
        said += turned_away


def _addresses(node: Node) -> frozenset[str]:
    """Where the node, and whoever else may send for it, is in this network."""
    found: set[str] = set()
    for host in (node.host, *(host for _, host in node.further_senders)):
        try:
            found |= {str(address[0]) for *_, address in socket.getaddrinfo(host, None)}
        except OSError as error:
            raise AppError(f"{host} is not known in this network.", "Check the host name.") from error
    return frozenset(found)
