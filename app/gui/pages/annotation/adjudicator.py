"""Takes one of several people's outlines of the lesion that is chosen among those of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.annotation.agreement.adjudication import Dispute, Take, of_person, settle, taken
from app.annotation.region import Region
from app.gui.canvas.marks import Marks
from app.gui.pages.annotation.dispute_list import DisputeList


class Adjudicator:
    """Every taking is one step of undo, and goes on to the next lesion that is not settled.

    `marks`: the adjudicator's own; `say`: tells the person.
    """

    def __init__(self, marks: Marks, disputes: DisputeList, say: Callable[[str], None]) -> None:
        self._marks, self._disputes, self._say = marks, disputes, say
        disputes.person_taken.connect(self.take_person)
        disputes.taken.connect(self.take)

    def take_person(self, name: str) -> None:
        """Take one person's outlines; of one who did not see the lesion: it is none."""
        self._settle(f"Take {name}", lambda dispute: of_person(dispute, name))

    def take_nth(self, place: int) -> None:
        """Take the outlines of the first or second of those who saw the lesion."""
        dispute = self._disputes.current()
        names = dispute.agreed.seen_by if dispute is not None else ()
        if dispute is not None and place >= len(names):
            self._say(f"Only {len(names)} saw this lesion.")
        else:
            self.take_person(names[place] if names else "")

    def take(self, how: Take) -> None:
        """Take what several people make together."""
        sizes, quorum = self._marks.sizes, self._disputes.quorum.value()
        self._settle(f"Take the {how.value}", lambda dispute: taken(dispute, how, sizes, quorum))

    def _settle(self, name: str, regions: Callable[[Dispute], Sequence[Region]]) -> None:
        dispute, marks = self._disputes.current(), self._marks
        if dispute is None:
            self._say("Choose a lesion among those of the others first.")
            return
        made = regions(dispute)
        if marks.edit(name, lambda before: settle(before, dispute, made, marks.sizes)):
            self._disputes.go_on(marks.annotation)
