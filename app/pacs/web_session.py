"""HTTP for DICOMweb: verified, bounded, cancellable; whatever goes wrong becomes one sentence."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.errors import AppError
from app.pacs.node import Node
from app.pacs.secrets import password_of
from app.pacs.tls import certificate_fault, client_context
from app.progress import Progress, check_cancelled
from app.scan.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

_CONNECT_S = 10
_CHUNK = 2**18
_MOST_BYTES = MAX_FILE_BYTES + 2**20

_BARE = (("%2A", "*"), ("%3F", "?"))
"""Wildcards, which some servers (Orthanc 1.10) take as they stand only."""

_ANSWERS = {
    401: ("wants a user name and a password, or other ones", "Enter them with the node."),
    403: ("does not allow this", "Ask the PACS administrator for the right to do it."),
    404: ("has nothing at this address", "Check the address; it often ends in /dicom-web or /wado-rs."),
    413: ("finds the file too large", "Ask the PACS administrator."),
    415: ("does not take this kind of file", "Ask the PACS administrator which ones it takes."),
}


def open_session(node: Node, progress: Progress) -> Session:
    """A session that speaks to one node; its password comes from the key ring. Raises AppError."""
    from requests import Session
    from requests.adapters import HTTPAdapter

    for name in ("dicomweb_client", "urllib3", "requests"):  # addresses hold patients' names
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    context = client_context(node) if urlsplit(node.url).scheme == "https" else None

    class Verified(HTTPAdapter):
        """Connects with the node's own TLS context."""

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # as the library calls it
            super().init_poolmanager(*args, **kwargs, ssl_context=context)

        def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:  # as the library calls it
            """The context decides; the library's own list of authorities is not added to it."""
            conn.cert_reqs = "CERT_REQUIRED"

        def build_connection_pool_key_attributes(self, request: Any, *_: Any, **__: Any) -> Any:  # same
            parts = urlsplit(request.url)
            host = {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port}
            return host, ({"ssl_context": context} if context is not None else {})

    class Bounded(Session):
        """Reads no more than a scan can hold, follows no redirection elsewhere, stops when cancelled."""

        def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
            check_cancelled(progress)
            for coded, sign in _BARE:
                request.url = (request.url or "").replace(coded, sign)
            kwargs |= {"stream": True, "allow_redirects": False, "timeout": (_CONNECT_S, node.timeout_s)}
            response = super().send(request, **kwargs)
            content = bytearray()
            for chunk in response.iter_content(_CHUNK):
                check_cancelled(progress)
                content += chunk
                if len(content) > _MOST_BYTES:
                    response.close()
                    raise AppError(
                        f"{node.name} sends more than any scan holds.", "The transfer was stopped."
                    )
            response._content = bytes(content)  # read by `content`, as if the library itself had
            if response.is_redirect:
                raise AppError(
                    f"{node.name} has moved.", "Ask for its new address; none is followed unasked."
                )
            return response

    session = Bounded()
    session.trust_env = False  # no proxy and no password file that nobody entered here
    session.mount("https://", Verified())
    session.max_redirects = 0
    if node.user:
        session.auth = (node.user, password_of(node))
    return session


@contextmanager
def one_sentence_of(
    node: Node, doing: str, kinds: Mapping[int, type[AppError]] | None = None
) -> Iterator[None]:
    """Turn what HTTP and the parsers of answers raise into an AppError, or the kind of its HTTP status."""
    import requests

    try:
        yield
    except requests.exceptions.SSLError as error:
        raise certificate_fault(node, _root(error)) from error
    except requests.exceptions.ConnectTimeout as error:
        raise AppError(f"{node.name} does not answer.", "Check address, port and firewall.") from error
    except requests.exceptions.Timeout as error:
        raise AppError(
            f"{node.name} did not answer within {node.timeout_s} s while {doing}.",
            "Try again, or give the node a longer time-out.",
        ) from error
    except requests.exceptions.HTTPError as error:
        code = error.response.status_code if error.response is not None else 0
        what, hint = _ANSWERS.get(code, (f"answers with HTTP status {code}", "Ask its administrator."))
        raise (kinds or {}).get(code, AppError)(f"{node.name} {what} ({doing}).", hint) from error
    except requests.exceptions.ConnectionError as error:
        if "timed out" in str(error).lower():
            raise AppError(
                f"{node.name} did not answer within {node.timeout_s} s while {doing}.", "Try again."
            ) from error
        raise AppError(
            f"{node.name} cannot be reached, or broke off while {doing}.",
            "Check the address, and whether the server runs; what has arrived is kept.",
        ) from error
    except (requests.exceptions.RequestException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AppError(
            f"{node.name} answers with something that is no DICOMweb ({doing}).", "Check the address."
        ) from error


def _root(error: BaseException) -> ssl.SSLError:
    """The error of TLS inside the ones around it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return seen
        inner = getattr(seen, "reason", None) or seen.__cause__ or seen.__context__
        seen = next((part for part in (*seen.args, inner) if isinstance(part, BaseException)), None)
    return ssl.SSLError()
