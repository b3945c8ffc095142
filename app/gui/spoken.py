"""The language that the window speaks: the program's own words, and Qt's in fields and dialogs."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app import language


def speak(application: QApplication, chosen: str) -> None:
    """Speak the chosen language from now on; empty: the system's.

    A window that is made already keeps its words.
    """
    language.use(chosen or language.nearest(QLocale.system().uiLanguages()))
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    words = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language.in_use() != language.ENGLISH and words.load(f"qtbase_{language.in_use()}", folder):
        application.installTranslator(words)
