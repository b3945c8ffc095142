"""What the user is told: banners over the page, with a hint, at most one button, and a way to dismiss them.

::

    context.banners.error(AppError(...))                     # or .error("sentence", "hint")
    context.banners.warn("The folder is read-only.", "Choose another one.", action=("Choose…", self._choose))
    context.banners.info("12 scans added.", key="library")   # the same key replaces the older banner
    context.banners.dismiss("library")
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.errors import AppError
from app.gui.widgets.labels import note
from app.language import tr

Button = tuple[str, Callable[[], object]]
_MOST = 3
_INFO_MS = 8_000


class Banner(QFrame):
    """One message, with its level ("info", "warn", "error") as a word too, not as a colour alone."""

    def __init__(self, level: str, text: str, hint: str, action: Button | None, key: str) -> None:
        super().__init__()
        self.level, self.text, self.hint, self.key = level, text, hint, key
        self.setObjectName("banner")
        self.setProperty("level", level)
        word = {"info": tr("Note"), "warn": tr("Warning"), "error": tr("Error")}[level]
        self.label = note(f"{word}: {text} {hint}".strip() if level != "info" else f"{text} {hint}".strip())
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # a new policy forgets that the words are wrapped
        self.label.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.label, 1)
        self.action_button: QPushButton | None = None
        if action is not None:
            self.action_button = QPushButton(action[0])
            self.action_button.setAutoDefault(True)  # Enter presses it
            self.action_button.clicked.connect(action[1])
            row.addWidget(self.action_button)
        self.dismiss_button = QPushButton(tr("Dismiss"))
        self.dismiss_button.setFlat(True)
        self.dismiss_button.setAutoDefault(True)
        self.dismiss_button.setAccessibleName(f"{tr('Dismiss')}: {text}")
        row.addWidget(self.dismiss_button)


class Banners(QWidget):
    """The banners over the page, the latest first, at most three; they move nothing but themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._banners: list[Banner] = []
        self.setVisible(False)

    def info(self, text: str, hint: str = "", action: Button | None = None, key: str = "") -> Banner:
        """Tell something good to know; it goes by itself when it offers nothing to do."""
        banner = self._show("info", text, hint, action, key)
        if action is None:
            QTimer.singleShot(_INFO_MS, banner, lambda: self._remove(banner))
        return banner

    def warn(self, text: str, hint: str = "", action: Button | None = None, key: str = "") -> Banner:
        """Tell something to be careful about."""
        return self._show("warn", text, hint, action, key)

    def error(
        self, error: AppError | str, hint: str = "", action: Button | None = None, key: str = ""
    ) -> Banner:
        """Tell what went wrong and what to do about it."""
        if isinstance(error, AppError):
            return self._show("error", error.message, hint or error.hint, action, key)
        return self._show("error", error, hint, action, key)

    def dismiss(self, key: str, level: str = "") -> None:
        """Take away the banner of that key, if it is there; with a `level` only if it has that."""
        for banner in tuple(self._banners):
            if banner.key == key and level in ("", banner.level):
                self._remove(banner)

    def shown(self) -> tuple[Banner, ...]:
        """The banners on screen, the latest first."""
        return tuple(self._banners)

    def _show(self, level: str, text: str, hint: str, action: Button | None, key: str) -> Banner:
        for old in tuple(self._banners):  # the same thing said twice is one banner
            if (key and old.key == key) or (old.text, old.hint) == (text, hint):
                self._remove(old)
        banner = Banner(level, text, hint, action, key)
        banner.dismiss_button.clicked.connect(lambda: self._remove(banner))
        self._banners.insert(0, banner)
        self._column.insertWidget(0, banner)
        banner.show()  # now, so that the room for it is known when the next frame is painted
        for old in self._banners[_MOST:]:
            self._remove(old)
        self.setVisible(True)
        event = QAccessibleAnnouncementEvent(banner, banner.label.text())
        QAccessible.updateAccessibility(event)
        return banner

    def _remove(self, banner: Banner) -> None:
        if banner in self._banners:
            self._banners.remove(banner)
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
            self.setVisible(bool(self._banners))
