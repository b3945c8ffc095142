"""`scintiread pacs nodes|add|remove|echo`: the PACS that are entered."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.pacs.node import CALLING, LISTEN_PORT, Node, Retrieve
from app.workflows.pacs.nodes import echo_node, keep_node, node_named, nodes_of, remove_node, settings_file


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    verbs.add_parser("nodes", help="list the PACS that are entered").set_defaults(run=_list)
    _configure_add(verbs.add_parser("add", help="enter a PACS, or change one of the same name"))
    for verb, purpose, run in (
        ("remove", "forget a PACS and its password", _remove),
        ("echo", "ask a PACS whether it answers", _echo),
    ):
        sub = verbs.add_parser(verb, help=purpose)
        sub.add_argument("node", metavar="NODE", help="the name under which it is entered")
        sub.set_defaults(run=run)


def _configure_add(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("node", metavar="NODE", help="a name for it, such as: hospital")
    add("--host", default="", help="host name or address")
    add("--port", type=int, default=104, help="its DICOM port (default: 104)")
    add("--aet", default="", help="its AE title")
    add("--own-aet", default=CALLING, help=f"this program's AE title (default: {CALLING})")
    ways = [way.value for way in Retrieve]
    add("--retrieve", choices=ways, default=Retrieve.GET.value, help="how images come (default: get)")
    add("--listen", type=int, default=LISTEN_PORT, help="port where images of a C-MOVE arrive")
    add("--senders", default="", metavar="TITLE@HOST,...", help="who else may send images of a C-MOVE")
    add("--url", default="", help="DICOMweb address, instead of host, port and AE titles")
    add("--user", default="", help="user name for DICOMweb; the password is asked for")
    add("--password-stdin", action="store_true", help="take the password from standard input")
    add("--tls", action="store_true", help="encrypt the DICOM connection")
    add("--ca", type=Path, help="PEM file of the authority that signed its certificate")
    add("--certificate", type=Path, help="PEM file of this program's certificate")
    add("--private-key", type=Path, help="PEM file of that certificate's key")
    add("--timeout", type=int, default=30, help="seconds to wait for an answer (default: 30)")
    parser.set_defaults(run=_add)


def _list(_chosen: argparse.Namespace) -> int:
    nodes = nodes_of(settings_file().current)
    for node in nodes:
        print(f"{node.name}\t{node.words}")
    if not nodes:
        print("No PACS is entered. Enter one: scintiread pacs add --help")
    return 0


def _add(chosen: argparse.Namespace) -> int:
    def path(given: Path | None) -> str:
        return str(given) if given else ""

    node = Node(
        name=chosen.node,
        host=chosen.host,
        port=chosen.port,
        called=chosen.aet,
        calling=chosen.own_aet,
        retrieve=chosen.retrieve,
        listen_port=chosen.listen,
        url=chosen.url,
        user=chosen.user,
        tls=chosen.tls,
        ca_file=path(chosen.ca),
        certificate=path(chosen.certificate),
        key_file=path(chosen.private_key),
        timeout_s=chosen.timeout,
        senders=chosen.senders,
    )
    if node.url:
        node = replace(node, host="", called="")
    password = _password(chosen) if node.user else ""
    kept = keep_node(settings_file(), node, password)
    print(f"{kept.name} is entered: {kept.words}. Test it: scintiread pacs echo {kept.name}")
    return 0


def _password(chosen: argparse.Namespace) -> str:
    """The password, typed or piped; never an argument, where every other process could read it."""
    if chosen.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AppError("There is no terminal to ask for the password.", "Pipe it in with --password-stdin.")
    import getpass

    return getpass.getpass(f"Password of {chosen.user}: ")


def _remove(chosen: argparse.Namespace) -> int:
    remove_node(settings_file(), chosen.node)
    print(f"{chosen.node} is forgotten.")
    return 0


def _echo(chosen: argparse.Namespace) -> int:
    print(echo_node(node_named(settings_file().current, chosen.node)))
    return 0
