"""What is done to the chosen regions and their lesions, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.annotation import edits, one_lesion, opposite, painting, proposals, shaping
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.painting import Reshape
from app.annotation.proposed import Proposed
from app.annotation.region import Region, RegionSource
from app.errors import AppError
from app.gui.canvas.marks import Marks
from app.gui.canvas.panel import SHORT_NAME
from app.gui.pages.annotation.measures import Measures
from app.wording import counted

PROPOSE = "Propose lesions"
_NAMES = {"label": "class", "bone": "bone", "rating": "confidence", "comment": "comment"}


class RegionEdits:
    """Changes every chosen region as one step of undo.

    `chosen`: the regions of the rows that are chosen, the selected one first; `say`: tells the person;
    `look`: chooses the lesion of a region and looks at it closely.
    """

    def __init__(
        self,
        marks: Marks,
        chosen: Callable[[], Sequence[str]],
        say: Callable[[str], None],
        look: Callable[[str], None],
        undo_key: str,
    ) -> None:
        self._marks = marks
        self._chosen, self._say, self._look, self._undo_key = chosen, say, look, undo_key
        self.measures: Measures | None = None
        """Of the scan on the screen."""
        self.classes: ClassTable | None = None
        """Of the folder."""

    @property
    def annotation(self) -> Annotation:
        """The annotation as it is."""
        return self._marks.annotation

    def relabel(self, **fields: object) -> None:
        """Another class, bone, confidence or comment for the chosen lesions; what changed is said."""
        before, after = self.annotation, self.annotation
        for lesion in dict.fromkeys(before.region(uuid).lesion for uuid in self._chosen()):
            after = one_lesion.change_whole(after, lesion, self.classes, **fields)
        told = _differences(before, after, fields)
        if told and self._marks.edit(f"Change {_NAMES[next(iter(fields))]}", lambda _: after):
            self._tell(told)

    def answer(self, key: str, value: str) -> None:
        """Another answer to what the folder asks of the chosen lesions."""
        before, after = self.annotation, self.annotation
        for lesion in dict.fromkeys(before.region(uuid).lesion for uuid in self._chosen()):
            after = one_lesion.answer(after, lesion, key, value)
        self._marks.edit(f"Change {key}", lambda _: after)

    def delete(self) -> None:
        """Remove the chosen regions; of proposals the whole lesion, and the next one is selected."""
        before, chosen = self.annotation, tuple(self._chosen())
        judged = any(before.region(uuid).source is RegionSource.AI for uuid in chosen)
        name = "Reject proposal" if judged else "Delete mark"
        if chosen and self._marks.edit(name, lambda was: one_lesion.remove(was, chosen)) and judged:
            self._go_on(before, chosen[0])

    def accept(self) -> bool:
        """Accept the proposals among the chosen regions, go on to the next; False when there are none."""
        before, chosen = self.annotation, tuple(self._chosen())
        if not any(before.region(uuid).source is RegionSource.AI for uuid in chosen):
            return False
        self._marks.edit("Accept proposal", lambda was: edits.accept(was, chosen))
        self._go_on(before, chosen[0])
        return True

    def accept_all(self) -> None:
        """Accept every proposal."""
        waiting = proposals.waiting(self.annotation)
        self._marks.edit("Accept proposals", lambda before: edits.accept(before, waiting))

    def reject_all(self) -> None:
        """Reject every proposal."""
        waiting = proposals.waiting(self.annotation)
        self._marks.edit("Reject proposals", lambda before: edits.without(before, waiting))

    def take_back_rejected(self) -> None:
        """Put the rejected proposals among those that wait."""
        number = proposals.rejected_lesions(self.annotation)
        if number and self._marks.edit("Take back rejected proposals", proposals.taken_back):
            self._tell(f"{counted(number, 'proposal is', 'proposals are')} to be judged again")

    def put(self, proposed: Proposed) -> None:
        """Put proposals beside what is drawn, instead of earlier ones that wait.

        What is drawn or was rejected already is not proposed again.
        """
        marks = self._marks
        fresh = proposals.not_drawn_yet(proposed.regions, self.annotation, marks.size_of)
        if not fresh:
            self._say(f"Nothing to propose that is not drawn or rejected already, by {proposed.by}.")
        if fresh or proposals.waiting(self.annotation):
            marks.edit(PROPOSE, lambda before: proposals.put(before, fresh, proposed.of_prior))

    def link(self) -> None:
        """Make the chosen regions one lesion, with the class and bone of the first."""
        before, chosen = self.annotation, tuple(self._chosen())
        if self._marks.edit("Link", lambda was: shaping.link(was, chosen)):
            told = _differences(before, self.annotation, ("label", "bone"))
            number = self.annotation.lesion_numbers[self.annotation.region(chosen[0]).lesion]
            self._tell(f"Linked as lesion {number}" + (f"; {told}" if told else ""))

    def unlink(self) -> None:
        """Make each chosen region a lesion of its own."""
        after, refused = self.annotation, None
        for uuid in self._chosen():
            try:
                after = shaping.unlink(after, uuid)
            except AppError as error:  # alone already, or the last one of a lesion whose others were unlinked
                refused = error
        if after is not self.annotation:
            self._marks.edit("Unlink", lambda _: after)
        elif refused is not None:
            self._say(str(refused))

    def duplicate(self) -> None:
        """Copy what is chosen to a place close by, lesions as lesions; the last copy is selected."""
        chosen, marks = tuple(self._chosen()), self._marks
        if chosen and marks.edit("Duplicate", lambda was: shaping.duplicate(was, chosen, marks.sizes)):
            marks.select(self.annotation.regions[-1].uuid)

    def reshape(self, how: Reshape) -> None:
        """The chosen lesions smoother, larger, smaller, or without holes."""
        chosen, marks = tuple(self._chosen()), self._marks
        marks.edit(how.value, lambda was: painting.reshape(was, chosen, how, marks.sizes))

    def drawn(self, region: Region) -> None:
        """A new region says which bone it lies on; over the mirror image of another it is one lesion with it.

        The bone is part of the step that drew it; the link is a step of its own, to be undone alone. What is
        of another class there stays a lesion of its own, which is said.
        """
        bone = self.measures.bone_at(region) if self.measures is not None and not region.bone else ""
        if bone:
            self._marks.amend(one_lesion.change(self.annotation, region.uuid, bone=bone, bone_suggested=True))
        persons = edits.without_proposals(self.annotation).regions
        other = opposite.partner(region, persons, self._marks.sizes)
        if other is None:
            return
        number, there = self.annotation.lesion_numbers[other.lesion], SHORT_NAME[other.view]
        if other.label != region.label:
            self._say(
                f"Not linked with lesion {number}, which lies there on {there}: "
                f"that is {other.label}, this one {region.label}."
            )
            return
        before = self.annotation
        if self._marks.edit("Link", lambda was: shaping.link(was, (other.uuid, region.uuid))):
            told = _differences(before, self.annotation, ("bone",))
            said = f"Linked with lesion {number}, which lies there on {there}"
            self._tell(said + (f"; {told}" if told else ""))

    def _go_on(self, before: Annotation, uuid: str) -> None:
        following = proposals.next_after(before, self.annotation, uuid)
        if following:
            self._look(following)
        else:
            self._marks.select("")

    def _tell(self, what: str) -> None:
        self._say(f"{what}. {self._undo_key or 'Undo'} takes it back.")


def _differences(before: Annotation, after: Annotation, fields: Iterable[str]) -> str:
    """Which lesions have another class, bone or the like now, as "lesion 2: class metastasis → bladder"."""
    numbers = after.lesion_numbers
    told: dict[str, None] = {}
    for region in after.regions:
        was = before.region(region.uuid)
        for field in fields:
            one, other = getattr(was, field), getattr(region, field)
            if one != other:
                said = f"{_NAMES[field]} {_said(one)} → {_said(other)}"
                told[f"lesion {numbers[region.lesion]}: {said}"] = None
    text = ", ".join(told)
    return text[:1].upper() + text[1:]


def _said(value: object) -> str:
    return "—" if value in ("", None) else f"{value:.0f} %" if isinstance(value, float) else str(value)
