"""What stands on the screen instead of the images, and what a reader is asked; plain descriptions, no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.gui.canvas.prepared import PreparedScan
    from app.study.ai_result import AiResult


class CurtainPhase(StrEnum):
    """What the desk is used for."""

    CLOSED = "no case"
    WAITING = "images on their way"
    ANSWERING = "reading"
    REVEALING = "first answer locked, AI not yet painted"
    FEEDBACK = "truth shown after the answer"
    AMENDING = "last answer being changed"


@dataclass(frozen=True)
class Choice:
    """One button: its words and what it does."""

    text: str
    call: Callable[[], None]


@dataclass(frozen=True)
class Curtain:
    """A screen that hides the images."""

    heading: str
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    """Two columns, such as keys and what they do."""
    choices: tuple[Choice, ...] = ()
    suggests: bool = True
    """Whether Enter takes the first choice; False where no choice may be made by habit."""


@dataclass(frozen=True)
class Notice:
    """A line above the images that stays until it is settled: something was not saved."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """One way to answer a prompt; `call` gets the reason that was typed."""

    text: str
    call: Callable[[str], None]


@dataclass(frozen=True)
class Prompt:
    """A question that needs a reason in the reader's words; Enter takes the first verdict, Escape none."""

    question: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Desk:
    """What can be done on the desk at this moment, and what is written on it."""

    answering: bool = False
    coming: bool = False
    """The images are not painted yet: nothing that is done now is taken."""
    submit_text: str = ""
    can_submit: bool = False
    pausable: bool = False
    paused: bool = False
    can_edit_last: bool = False
    can_decline: bool = False
    """Whether the case can be skipped or reported as a technical problem."""
    amending: bool = False
    first_answer: str = ""
    """Sequential mode: what was locked."""
    feedback: str = ""
    """Training: the truth, after the answer."""
    ai_place: bool = False
    """Whether the AI has its place on the screen now; before its time it has none."""
    ai_awaited: bool = False
    """Whether it is still on its way from the server."""
    ai_visible: bool = True
    ai: AiResult | None = None
    """What the AI says of this case; always None where it has no place."""
    ai_opacity: float = 0.0
    """Of the attention over the films, 0-1."""
    beside: frozenset[str] = frozenset()
    """What stands beside the scan now, by its name in the record, see `app.study.asides`."""
    second: bool = False
    """Whether what is shown only with the second answer has its place now."""
    later: tuple[str, ...] = ()
    """Clinical facts among it."""
    later_prior: PreparedScan | None = None
    """The prior scan, where it is among it."""
    prior_in_place: bool = False
    series: str = ""
    """The key of the further series that is seen instead of the films."""
