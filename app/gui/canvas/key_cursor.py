"""A cursor moved by keys, for marking without a mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.gui.canvas.films import Films
from app.gui.canvas.panel import Panel
from app.gui.canvas.tools.tool import Pointer

_NEAR_EDGE = 24.0


class KeyCursor:
    """Where the keys point: an image position on one light film, kept on the screen; hidden until used."""

    def __init__(self, films: Films) -> None:
        self._films = films
        self.panel: Panel | None = None
        self.x = 0.0
        self.y = 0.0

    @property
    def active(self) -> bool:
        """Whether the keys were used last, not the mouse."""
        return self.panel is not None

    @property
    def pointer(self) -> Pointer | None:
        """The position as a tool sees it."""
        return None if self.panel is None else self.panel.pointer_at(self.x, self.y)

    def hide(self) -> None:
        """The mouse takes over."""
        self.panel = None

    def start(self, position: QPointF | None = None, last: bool = False) -> None:
        """Appear under the mouse, or in the middle of the first (or last) film."""
        light = self._light()
        if self.panel is not None or not light:
            return
        under = self._films.panel_at(position) if position is not None else None
        if under is not None and position is not None and under.contains(*under.to_image(position)):
            self.panel = next(panel for panel in light if panel.name is under.name)
            x, y = under.to_image(position)
        else:
            self.panel = light[-1 if last else 0]
            x, y = self.panel.to_image(self.panel.visible_film.center())
        self._put(int(x) + 0.5, int(y) + 0.5)

    def step(self, dx: float, dy: float) -> None:
        """Move by image pixels; the film follows when the cursor would leave the screen."""
        self._put(self.x + dx, self.y + dy)

    def go_to_view(self, forward: bool) -> bool:
        """Go to the same place of the patient on the next film; False when there is none that way."""
        light = self._light()
        if self.panel is None or self.panel not in light:
            return False
        place = light.index(self.panel) + (1 if forward else -1)
        if not 0 <= place < len(light):
            return False
        x, y = self.panel.partner(light[place], self.x, self.y)
        self.panel = light[place]
        self._put(x, y)
        return True

    def films_moved(self) -> None:
        """The panels were made anew or moved: stay on the same film."""
        if self.panel is not None:
            name = self.panel.name
            self.panel = next((panel for panel in self._light() if panel.name is name), None)

    def _light(self) -> list[Panel]:
        return [panel for panel in self._films.panels if panel.film is not None and not panel.copy]

    def _put(self, x: float, y: float) -> None:
        panel = self.panel
        if panel is None:
            return
        cols, rows = panel.size
        self.x, self.y = min(max(x, 0.5), cols - 0.5), min(max(y, 0.5), rows - 0.5)
        at, inside = panel.to_screen(self.x, self.y), panel.rect.adjusted(*_SHRINK)
        dx = min(at.x() - inside.left(), 0.0) + max(at.x() - inside.right(), 0.0)
        dy = min(at.y() - inside.top(), 0.0) + max(at.y() - inside.bottom(), 0.0)
        if (dx or dy) and not self._films.viewpoint.fitted:
            self._films.pan_by(-dx, -dy, at if panel.rect.contains(at) else panel.rect.center())


_SHRINK = (_NEAR_EDGE, _NEAR_EDGE, -_NEAR_EDGE, -_NEAR_EDGE)
