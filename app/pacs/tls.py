"""Who is trusted and who we are on an encrypted connection; the peer's certificate is always verified."""

from __future__ import annotations

import ssl
from pathlib import Path

from app.errors import AppError
from app.pacs.node import Node


def client_context(node: Node) -> ssl.SSLContext:
    """TLS for connections to a node: its certificate and its host name are checked.

    Raises AppError when a PEM file cannot be used.
    """
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    _load(context, node)
    return context


def server_context(node: Node) -> ssl.SSLContext:
    """TLS for what a C-MOVE sends here: only a peer with a certificate of the same CA may connect.

    Raises AppError when a PEM file is missing or cannot be used.
    """
    if not node.certificate or not node.ca_file:
        raise AppError(
            f"{node.name}: to receive a C-MOVE with TLS, this program needs a certificate and a CA file.",
            "Add both to the node, or let images come by C-GET.",
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    _load(context, node)
    return context


def _load(context: ssl.SSLContext, node: Node) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    path = node.ca_file
    try:
        if node.ca_file:
            context.load_verify_locations(cafile=node.ca_file)
        path = node.certificate
        if node.certificate:
            context.load_cert_chain(node.certificate, node.key_file or None, password=lambda: b"")
    except (OSError, ssl.SSLError, ValueError) as error:
        raise AppError(
            f"{Path(path).name} cannot be used for {node.name}: it is no PEM file that fits.",
            "The key must be without a passphrase and belong to the certificate.",
        ) from error


def certificate_fault(node: Node, error: ssl.SSLError) -> AppError:
    """One sentence for a connection that TLS refused."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return AppError(
            f"The certificate of {node.name} is not trusted: {error.verify_message}.",
            "Nothing was sent. Give the CA file that signed it, if you know whose it is.",
        )
    return AppError(
        f"{node.name} and this program agree on no encrypted connection.",
        "Check whether that port uses TLS and whether it wants a client certificate.",
    )
