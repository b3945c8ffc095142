"""What does not fit into its place on the screen: words that are cut off, and lists to be moved sideways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.gui.widgets.elided_label import ElidedLabel

_ROUNDING = 1
_WORD = re.compile("[\\u2e80-\\uffef]|[^\\s\\u2e80-\\uffef]+")
"""What a line is not broken in: a word, but any one letter of Chinese and Japanese."""


def cut_off(root: QWidget) -> list[str]:
    """The words under `root` that stand on the screen without room for all of their letters."""
    return [words for widget in root.findChildren(QWidget) if widget.isVisible() for words in _cut(widget)]


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel) and widget.text().strip():
        if widget.wordWrap():
            wanted = max(
                widget.fontMetrics().horizontalAdvance(word) for word in _WORD.findall(widget.text())
            )
            fits = widget.heightForWidth(widget.width()) <= widget.height() + _ROUNDING
            fits = fits and wanted <= widget.width() + _ROUNDING
        else:
            fits = widget.sizeHint().width() <= widget.width() + _ROUNDING
        if not fits:
            yield widget.text()
    elif isinstance(widget, QAbstractButton | QComboBox) and not isinstance(widget.parent(), QHeaderView):
        words = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if words and widget.fontMetrics().horizontalAdvance(words) > widget.width() + _ROUNDING:
            yield words
    elif isinstance(widget, QLineEdit | QPlainTextEdit) and widget.placeholderText():
        words = widget.placeholderText()
        if isinstance(widget, QLineEdit) and widget.fontMetrics().horizontalAdvance(words) > widget.width():
            yield words
    elif isinstance(widget, QHeaderView) and widget.model() is not None:
        for section in range(widget.count()):
            words = str(widget.model().headerData(section, widget.orientation()))
            if not widget.isSectionHidden(section) and (
                widget.fontMetrics().horizontalAdvance(words) > widget.sectionSize(section)
            ):
                yield words
    if isinstance(widget, QAbstractScrollArea) and widget.horizontalScrollBar().isVisible():
        yield f"sideways: {widget.accessibleName() or type(widget).__name__}"
