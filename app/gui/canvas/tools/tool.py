"""What a tool is: a small object that turns events in image pixels into annotations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.annotation.annotation import Annotation
from app.annotation.model_map import ModelMap
from app.annotation.region import ProposedBy, Vertices
from app.scan.scan import Counts, ViewName


@dataclass(frozen=True)
class Pointer:
    """Where something happened: image pixels (x, y) of a view; `reach`: how many pixels count as touching.

    `control`, `shift`: these keys were held when the button went down.
    """

    view: ViewName
    x: float
    y: float
    reach: float
    control: bool = False
    shift: bool = False


@dataclass(frozen=True, eq=False)
class Sketch:
    """A half-drawn outline: float64 (n, 2) vertices of one view, the line going on to the pointer.

    `handles`: its vertices are shown; `closed`: it is drawn as a whole, without the dashed way back.
    """

    view: ViewName
    vertices: Vertices
    towards: tuple[float, float] | None = None
    handles: bool = True
    closed: bool = False
    line: bool = False
    """It is a line and no outline: nothing leads back to its start."""


@dataclass(frozen=True)
class HalfDrawn:
    """A half-drawn outline that was put away: the tool's id, the view, and the vertices in image pixels."""

    tool: str
    view: ViewName
    vertices: tuple[tuple[float, float], ...]


class Board(Protocol):
    """What tools work on; the canvas provides it."""

    @property
    def annotation(self) -> Annotation:
        """The annotation as it is, without a change that is still being dragged."""

    @property
    def model_map(self) -> ModelMap | None:
        """What a model sees on the scan, once it is known."""

    @property
    def selected(self) -> str:
        """The selected region, empty when there is none."""

    @property
    def fresh(self) -> bool:
        """Whether the selected region was only just drawn, and nobody has chosen it."""

    @property
    def sizes(self) -> dict[ViewName, tuple[int, int]]:
        """Columns and rows of the image of each view there is."""

    def size_of(self, view: ViewName) -> tuple[int, int]:
        """Columns and rows of a view's image."""

    def counts_of(self, view: ViewName) -> Counts:
        """The counts of a view, float32 (rows, cols)."""

    def select(self, uuid: str) -> None:
        """Select a region, or none."""

    def add_mark(
        self,
        name: str,
        view: ViewName,
        vertices: Vertices,
        more: Sequence[tuple[ViewName, Vertices]] = (),
        onto: Annotation | None = None,
        by: ProposedBy | None = None,
    ) -> bool:
        """Add a region, float64 (n, 2) in image pixels; False when it was refused.

        `more`: further outlines of its lesion; `onto`: the annotation to add it to, if it is changed by that;
        `by`: the model whose outline it is.
        """

    def preview(self, annotation: Annotation | None) -> None:
        """Show a change that is under way, or None to show the annotation as it is."""

    def record(self, name: str, annotation: Annotation) -> None:
        """Make a change, as one step of undo."""

    def refuse(self, text: str) -> None:
        """Tell the reader why nothing happened."""

    def sketch_changed(self) -> None:
        """The tool's half-drawn outline is different now."""


class Tool:
    """Does nothing with every event; tools override what they need. All positions lie on the image."""

    id = ""
    draws = True
    """Whether it makes new marks."""
    takes_wheel = False
    """Whether the plain wheel is for the tool; with Shift it always is."""
    value = 0.0
    """What its setting stands at, where it has one."""

    def __init__(self, board: Board) -> None:
        self.board = board

    @property
    def sketch(self) -> Sketch | None:
        """What is half drawn."""
        return None

    @property
    def fences(self) -> Sequence[Sketch]:
        """Lines of the tool's own that stay where they are."""
        return ()

    @property
    def hover(self) -> Sketch | None:
        """What a click would make here; shown, but nothing is under way."""
        return None

    def press(self, at: Pointer) -> None:
        """The left button went down."""

    def move(self, at: Pointer, held: bool) -> None:
        """The pointer moved, with the left button down or up; a held pointer is kept on its image."""

    def release(self, at: Pointer) -> None:
        """The left button went up."""

    def double_click(self, at: Pointer) -> None:
        """The second click of two; the first one came as press and release."""

    def secondary(self, at: Pointer) -> None:
        """A right click that was no drag."""

    def wheel(self, at: Pointer, turned: float) -> bool:  # noqa: ARG002
        """The wheel was turned by so many notches; False when the tool has no use for it."""
        return False

    def set_value(self, value: float) -> None:
        """Change its setting, within its limits."""

    def leave(self) -> None:
        """The pointer left the images."""

    def close(self) -> None:
        """Finish what is half drawn."""

    def step_back(self) -> None:
        """Take back the last vertex of what is half drawn."""

    def cancel(self) -> None:
        """Drop what is half drawn or being dragged."""

    def draft(self) -> HalfDrawn | None:
        """What is half drawn, to be taken up again; None where nothing is, or only a drag under way."""
        return None

    def take_up(self, draft: HalfDrawn) -> None:
        """Go on with what was half drawn."""


@dataclass(frozen=True)
class Setting:
    """A number that a tool can be set to: what it is called, its limits, its steps per one, how it reads."""

    name: str
    least: float
    greatest: float
    steps: int
    said: Callable[[float], str]


@dataclass(frozen=True)
class ToolEntry:
    """A tool with what a person is told of it."""

    tool: type[Tool]
    text: str
    help: str
    setting: Setting | None = None

    @property
    def id(self) -> str:
        """The tool's short name."""
        return self.tool.id
