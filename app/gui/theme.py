"""The two looks of the program: a dark grey room with white films, and a light one; one accent colour.

Widgets that paint themselves take their colours from the palette: `Window` the room, `Base` fields and
lists, `Mid` hairlines, `PlaceholderText` what is said quietly, `Highlight` the accent. Lengths are in
`em(widget, ...)`, never in bare pixels, so that everything grows with the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

_BASE_POINTS = 10.0


@dataclass(frozen=True)
class ThemeColours:
    """The colours of one theme."""

    room: str
    raised: str
    field: str
    line: str
    text: str
    quiet: str
    grey: str
    frame: str
    """What the style darkens to draw the frames of boxes, drop-down lists and number fields."""
    accent: str
    on_accent: str
    info: str
    warn: str
    error: str


DARK = ThemeColours(
    room="#202225",
    raised="#2b2e33",
    field="#191b1d",
    line="#45494f",
    text="#e6e8ea",
    quiet="#a9afb6",
    grey="#7b8188",
    frame="#b9bfc6",
    accent="#4aa8ff",
    on_accent="#0b1a2a",
    info="#26394b",
    warn="#4d3f1d",
    error="#552a2a",
)
LIGHT = ThemeColours(
    room="#eceef0",
    raised="#f7f8f9",
    field="#ffffff",
    line="#b4bac1",
    text="#1b1e22",
    quiet="#535a62",
    grey="#8a9199",
    frame="#9aa1a9",
    accent="#0b62ad",
    on_accent="#ffffff",
    info="#d6e7f7",
    warn="#fbeccb",
    error="#f8d7d5",
)
LOOKS = {"dark": DARK, "light": LIGHT}


def apply_theme(application: QApplication, theme: str, scale_percent: int) -> None:
    """Dress the whole program; may be called again at any time."""
    look = LOOKS[theme]
    if application.style().objectName().lower() != "fusion":
        application.setStyle("Fusion")
    font = application.font()
    font.setPointSizeF(_BASE_POINTS * scale_percent / 100)
    application.setFont(font)
    palette = palette_of(look)
    scheme = Qt.ColorScheme.Dark if look is DARK else Qt.ColorScheme.Light
    application.styleHints().setColorScheme(scheme)  # the title bar, which the system draws, in the same look
    application.setPalette(palette)
    for kind in ("QCheckBox", "QRadioButton", "QComboBox", "QAbstractSpinBox"):
        application.setPalette(_framed(palette, look), kind)  # type: ignore[arg-type]  # the stub says bytes
    application.setStyleSheet(_style_sheet(look, scale_percent / 100))


def em(widget: QWidget, heights: float) -> int:
    """So many heights of a line of the widget's text, in logical pixels."""
    return round(widget.fontMetrics().height() * heights)


def palette_of(look: ThemeColours) -> QPalette:
    """The Qt palette of a look."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: look.room,
        roles.WindowText: look.text,
        roles.Base: look.field,
        roles.AlternateBase: look.raised,
        roles.ToolTipBase: look.raised,
        roles.ToolTipText: look.text,
        roles.PlaceholderText: look.quiet,
        roles.Text: look.text,
        roles.Button: look.raised,
        roles.ButtonText: look.text,
        roles.BrightText: look.error,
        roles.Light: look.line,
        roles.Midlight: look.line,
        roles.Mid: look.line,
        roles.Dark: look.field,
        roles.Shadow: "#000000",
        roles.Highlight: look.accent,
        roles.HighlightedText: look.on_accent,
        roles.Accent: look.accent,
        roles.Link: look.accent,
        roles.LinkVisited: look.accent,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(look.grey))
    palette.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(look.line))
    return palette


def _framed(palette: QPalette, look: ThemeColours) -> QPalette:
    """The palette of controls with a frame, which the style draws somewhat darker than `Window`.

    In a dark room that would be dark on dark: nobody would find the box to tick.
    """
    framed = QPalette(palette)
    framed.setColor(QPalette.ColorRole.Window, QColor(look.frame))
    return framed


def _style_sheet(look: ThemeColours, scale: float) -> str:
    def px(length: float) -> str:
        return f"{max(1, round(length * scale))}px"

    return f"""
QPushButton {{
    background: {look.raised}; border: 1px solid {look.line}; border-radius: {px(4)};
    padding: {px(5)} {px(12)};
}}
QPushButton:hover {{ border-color: {look.quiet}; }}
QPushButton:pressed, QPushButton:checked {{ background: {look.field}; border-color: {look.accent}; }}
QPushButton:disabled {{ color: {look.grey}; border-color: {look.line}; background: transparent; }}
QPushButton:flat {{ background: transparent; border-color: transparent; }}
QPushButton[primary="true"] {{
    background: {look.accent}; color: {look.on_accent}; border-color: {look.accent}; font-weight: 600;
}}
QPushButton[primary="true"]:disabled {{
    background: transparent; color: {look.grey}; border-color: {look.line}; font-weight: 400;
}}
QPushButton:checked:disabled {{ border: 2px solid {look.quiet}; color: {look.quiet}; font-weight: 600; }}
QPushButton:focus, QToolButton:focus, QLineEdit:focus, QPlainTextEdit:focus,
QAbstractItemView:focus {{ border: 2px solid {look.accent}; }}
QPushButton:focus {{ padding: {px(4)} {px(11)}; }}
QLineEdit:focus {{ padding: {px(2)} {px(5)}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {look.text}; }}
QCheckBox:focus, QRadioButton:focus {{ color: {look.accent}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: {px(15)}; height: {px(15)}; }}
QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {look.field}; border: 1px solid {look.line}; border-radius: {px(3)};
    padding: {px(3)} {px(6)}; selection-background-color: {look.accent}; selection-color: {look.on_accent};
}}
QAbstractItemView {{ background: {look.field}; border: 1px solid {look.line}; outline: none; }}
QHeaderView::section {{
    background: {look.raised}; border: none; border-right: 1px solid {look.line};
    border-bottom: 1px solid {look.line}; padding: {px(4)} {px(6)};
}}
QToolTip {{ background: {look.raised}; color: {look.text}; border: 1px solid {look.line}; padding: {px(3)}; }}
QMenuBar {{ background: {look.room}; }}
QMenu {{ background: {look.raised}; border: 1px solid {look.line}; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {look.accent}; color: {look.on_accent}; }}
QMenu::item:disabled {{ color: {look.grey}; }}
QStatusBar {{ color: {look.quiet}; }}
QStatusBar::item {{ border: none; }}
QGroupBox {{ border: 1px solid {look.line}; border-radius: {px(4)}; margin-top: {px(18)}; padding: {px(8)}; }}
QGroupBox::title {{ subcontrol-origin: margin; left: {px(4)}; padding: 0 {px(2)}; font-weight: 600; }}
QProgressBar {{
    border: 1px solid {look.line}; border-radius: {px(3)}; background: {look.field}; text-align: center;
}}
QProgressBar::chunk {{ background: {look.accent}; }}
QFrame#banner[level="info"] {{ background: {look.info}; border-left: {px(4)} solid {look.accent}; }}
QFrame#banner[level="warn"] {{ background: {look.warn}; border-left: {px(4)} solid #d9a21b; }}
QFrame#banner[level="error"] {{ background: {look.error}; border-left: {px(4)} solid #e05a50; }}
QLabel#feedback {{
    background: {look.info}; border-left: {px(4)} solid {look.accent}; padding: {px(8)}; font-weight: 600;
}}
QFrame#rail {{ background: {look.raised}; border: none; border-right: 1px solid {look.line}; }}
QFrame#rail QToolButton {{
    border: 2px solid transparent; border-left: {px(3)} solid transparent; padding: {px(7)} {px(4)};
}}
QFrame#rail QToolButton:hover {{ background: {look.room}; }}
QFrame#rail QToolButton:checked {{ background: {look.room}; border-left-color: {look.accent}; }}
QFrame#rail QToolButton:focus {{ border-color: {look.accent}; }}
QFrame#strip {{ background: {look.raised}; border: none; }}
QFrame#strip QToolButton {{ border: 2px solid transparent; border-radius: {px(4)}; padding: {px(2)}; }}
QFrame#strip QToolButton:hover {{ background: {look.room}; }}
QFrame#strip QToolButton:checked {{ background: {look.field}; border-color: {look.accent}; }}
QFrame#strip QToolButton:focus {{ border-color: {look.text}; }}
QTabWidget#panel QTabBar::tab {{
    border: none; border-bottom: 2px solid transparent; padding: {px(5)} {px(6)};
}}
QTabWidget#panel QTabBar::tab:hover {{ background: {look.raised}; }}
QTabWidget#panel QTabBar::tab:selected {{ border-bottom-color: {look.accent}; }}
QTabWidget#panel QTabBar::tab:focus {{ border-bottom-color: {look.text}; }}
QFrame#sheet {{ background: {look.raised}; border: 1px solid {look.line}; border-radius: {px(6)}; }}
QLabel[role="heading"] {{ font-size: {15 * scale:.1f}pt; font-weight: 600; }}
QLabel[role="subheading"] {{ font-weight: 600; }}
QLabel[role="quiet"] {{ color: {look.quiet}; }}
QLabel[role="key"] {{
    background: {look.field}; border: 1px solid {look.line}; border-radius: {px(3)}; padding: {px(1)} {px(6)};
}}
QSplitter::handle {{ background: {look.line}; }}
QScrollArea {{ border: none; }}
"""
