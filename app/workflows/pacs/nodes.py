"""The PACS that the user has entered: kept in the settings, their passwords in the system's key ring."""

from __future__ import annotations

from pathlib import Path

from app import paths
from app.errors import AppError
from app.pacs.archive import archive_of
from app.pacs.node import Node, checked, from_text, to_text
from app.pacs.secrets import forget_password, keep_password
from app.progress import NoProgress, Progress
from app.settings import Settings, SettingsStore


def nodes_of(settings: Settings) -> tuple[Node, ...]:
    """The nodes of the settings, as they were entered; a line that is none is left out."""
    return tuple(node for line in settings.pacs_nodes if (node := from_text(line)) is not None)


def settings_file() -> SettingsStore:
    """The settings that window and command line share."""
    return SettingsStore(paths.user_config() / "settings.json")


def node_named(settings: Settings, name: str) -> Node:
    """The node of a name; raises AppError, with the names there are, when there is none."""
    nodes = nodes_of(settings)
    found = next((node for node in nodes if node.name == name), None)
    if found is None:
        known = f"Known are: {', '.join(node.name for node in nodes)}." if nodes else "None is entered yet."
        raise AppError(f"No PACS is called {name}.", f"{known} Enter one: scintiread pacs add --help")
    return found


def keep_node(store: SettingsStore, node: Node, password: str = "") -> Node:
    """Enter a node, or another version of the one of the same name; its password goes into the key ring.

    Raises AppError, and changes nothing, when something about it cannot be or the key ring refuses.
    """
    files = {
        name: str(Path(value).expanduser().absolute()) if value else ""
        for name in ("ca_file", "certificate", "key_file")
        if (value := getattr(node, name)) is not None
    }
    node = checked(Node(**{**vars(node), **files}))
    if password and not node.user:
        raise AppError(f"{node.name} has a password but no user name.", "Give both, or neither.")
    if password:
        keep_password(node, password)
    lines = list(store.current.pacs_nodes)
    at = next((index for index, each in enumerate(lines) if _name(each) == node.name), len(lines))
    lines[at : at + 1] = [to_text(node)]
    store.change(pacs_nodes=tuple(lines))
    return node


def remove_node(store: SettingsStore, name: str) -> None:
    """Forget a node and its password; raises AppError when there is none of that name."""
    node = node_named(store.current, name)
    store.change(pacs_nodes=tuple(line for line in store.current.pacs_nodes if _name(line) != name))
    if node.user:
        forget_password(node)


def echo_node(node: Node, progress: Progress | None = None) -> str:
    """Ask a node whether it answers, and say so in a sentence; raises AppError when it does not."""
    archive_of(checked(node)).echo(node, progress or NoProgress())
    return f"{node.name} answers."


def _name(line: str) -> str:
    node = from_text(line)
    return node.name if node is not None else ""
