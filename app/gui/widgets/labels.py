"""Words on a page, as plain text: what is a title, a heading, an explanation or a sentence to copy."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def plain(text: str = "", role: str = "", *, wraps: bool = True) -> QLabel:
    """A text; `role` is one of those that the theme dresses."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label


def tip(text: str) -> str:
    """A tool tip that shows the text as it is: Qt would follow tags in it, to pictures on a disk too."""
    if "<" not in text:
        return text
    return f"<qt>{escape(text)}</qt>".replace("\n", "<br>")


def title(text: str = "", *, wraps: bool = False) -> QLabel:
    """What a page or a screen is about."""
    return plain(text, "heading", wraps=wraps)


def heading(text: str = "", *, wraps: bool = False) -> QLabel:
    """The title of a part of a page."""
    return plain(text, "subheading", wraps=wraps)


def muted(text: str = "") -> QLabel:
    """An explanation: plain words in a quieter colour, wrapped."""
    return plain(text, "quiet")


def note(text: str = "", role: str = "") -> QLabel:
    """A sentence, wrapped, that can be selected and copied."""
    label = plain(text, role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
