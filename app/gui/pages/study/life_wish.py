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
    CORRECT = "Correct the truth of a case"
    AMEND = "Amend the protocol"
    RECORD = "Put the truth on record as it lies there"


SUBJECT = {
    LifeAct.WITHDRAW: "Reader",
    LifeAct.REINSTATE: "Reader",
    LifeAct.EXCLUDE: "Case",
    LifeAct.READMIT: "Case",
    LifeAct.CORRECT: "Case",
    LifeAct.AMEND: "Field",
}
"""What the first field names, where there is one."""
ABOUT = {
    LifeAct.WITHDRAW: "The reader opens no further case. What was read is kept, and left out per protocol.",
    LifeAct.REINSTATE: "Both decisions stay on record.",
    LifeAct.EXCLUDE: "Nobody is offered the case any more. Its answers are kept, and left out per protocol.",
    LifeAct.READMIT: "Both decisions stay on record.",
    LifeAct.CORRECT: "No reader sees case, truth and reason of this: the chain has only hashes of them.",
    LifeAct.AMEND: "A new version; readings carry the one that they were read by.",
    LifeAct.RECORD: "For a truth.csv or lesion masks that came or were changed after the first session.",
}
VALUE = {
    LifeAct.WITHDRAW: "Code of a new reader in the place (optional)",
    LifeAct.CORRECT: "1 for metastases, 0 for none",
    LifeAct.AMEND: "What stands there from now on",
}
"""What the second field asks for, where there is one."""


@dataclass(frozen=True)
class LifeWish:
    """One decision as it is typed: of whom or what, the new value, who decides it, and why."""

    act: LifeAct = LifeAct.WITHDRAW
    subject: str = ""
    value: str = ""
    by: str = ""
    reason: str = ""
