"""What the protocol of a folder makes of what should be looked at on a case; no Qt."""

from __future__ import annotations

from app.annotation.annotation import Annotation
from app.annotation.checks import Concern, concerns
from app.annotation.class_names import ClassNames
from app.annotation.classes import BLADDER, ClassTable
from app.annotation.label_set import sizes_of
from app.gui.pages.annotation.measures import Measures
from app.scan.scan import Scan
from app.workflows.annotation.desk_protocol import CheckRule, DeskProtocol

Found = list[tuple[Concern, CheckRule]]


class CaseChecks:
    """`protocol`: of the folder."""

    def __init__(self) -> None:
        self.protocol = DeskProtocol()
        self._bladder = BLADDER
        self._measures: Measures | None = None

    def see(self, measures: Measures, table: ClassTable) -> None:
        """Another case is on the screen, or its folder has other classes."""
        self._measures = measures
        self._bladder = ClassNames(table).of(BLADDER)

    def found(self, scan: Scan, drawn: Annotation) -> Found:
        """Everything to look at on a case, with its rule; what is off in this folder is left out."""
        seen = concerns(
            drawn,
            sizes_of(scan),
            sides_assumed=scan.needs_confirmation,
            hot_bladder=self._measures.hot_bladder if self._measures is not None else None,
            bladder=self._bladder,
            asked=self.protocol.needed,
        )
        rules = ((concern, self.protocol.rule(concern.kind)) for concern in seen)
        return [(concern, rule) for concern, rule in rules if rule is not CheckRule.OFF]
