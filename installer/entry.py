"""Where the frozen program begins; outside `app`, so that no module of it can be mistaken for a library."""

import multiprocessing
import os
import sys


def say_when_shown() -> None:
    """Print `shown` at the first paint of the window, for the measurement of the start."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    class FirstPaint(QObject):
        """Hears all events of the program until the first paint."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and watched.isWidgetType():
                print("shown", flush=True)
                QApplication.instance().removeEventFilter(self)
            return False

    run = QApplication.exec
    probe = FirstPaint()

    def listen_and_run() -> int:
        QApplication.instance().installEventFilter(probe)
        return run()

    QApplication.exec = staticmethod(listen_and_run)


if __name__ == "__main__":
    multiprocessing.freeze_support()  # a child process of the frozen program is this program again
    if os.environ.get("SCINTIREAD_SAY_WHEN_SHOWN"):
        say_when_shown()
    from app.__main__ import main

    sys.exit(main())
