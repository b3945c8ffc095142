"""What the coordinator wants to put on record of a study's life."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LifeAct(StrEnum):
    """What is decided; the word stands in the list to choose from."""

    WITHDRAW = "Withdraw a reader"
    REINSTATE = "Let a withdrawn reader read again"
    EXCLUDE = "Exclude a case"
    READMIT = "Take an excluded case in again"


OF_READERS = (LifeAct.WITHDRAW, LifeAct.REINSTATE)
ABOUT = {
    LifeAct.WITHDRAW: "The reader opens no further case. What was read is kept, and left out per protocol.",
    LifeAct.REINSTATE: "Both decisions stay on record.",
    LifeAct.EXCLUDE: "Nobody is offered the case any more. Its answers are kept, and left out per protocol.",
    LifeAct.READMIT: "Both decisions stay on record.",
}
VALUE = {LifeAct.WITHDRAW: "Code of a new reader in the place (optional)"}
"""What the second field asks for, where there is one."""


@dataclass(frozen=True)
class LifeWish:
    """One decision as it is typed: of whom or what, the new value, who decides it, and why."""

    act: LifeAct = LifeAct.WITHDRAW
    subject: str = ""
    value: str = ""
    by: str = ""
    reason: str = ""
