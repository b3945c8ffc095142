"""The screen that a session runs on, for its record."""

from __future__ import annotations

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from app.language import in_use
from app.study.answer import ScreenRecord


def screen_record(widget: QWidget) -> ScreenRecord:
    """What is known of the screen under this widget; sizes in device pixels."""
    screen: QScreen | None = widget.screen()
    if screen is None:
        return ScreenRecord()
    ratio = screen.devicePixelRatio()
    size = screen.size()
    return ScreenRecord(
        name=screen.model() or screen.name(),
        width=round(size.width() * ratio),
        height=round(size.height() * ratio),
        device_pixel_ratio=ratio,
        physical_dpi=round(screen.physicalDotsPerInch(), 1),
        details={
            "depth_bits": str(screen.depth()),
            "refresh_hz": f"{screen.refreshRate():g}",
            "platform": QGuiApplication.platformName(),
            "qt": qVersion() or "",
            "language": in_use(),
            "window": f"{widget.window().width()}x{widget.window().height()}",
        },
    )
