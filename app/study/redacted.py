"""The protocol as one reader may know it; the hash of the whole one goes with it."""

from __future__ import annotations

from dataclasses import replace

from app.study.protocol import Allocation, PanelRules, Protocol


def for_reader(protocol: Protocol, reader: str) -> Protocol:
    """The protocol without the other readers, without what tells of repeats, warm-up draws and planned AI
    errors, and without notes for the coordinator; nothing that a session follows is changed."""
    return replace(
        protocol,
        readers=(reader,),
        allocation=Allocation.CROSSED,
        split_plot_groups=1,
        warm_up_cases=(),
        panel=protocol.panel if reader == protocol.adjudicator else PanelRules(),
        repeats=0,
        hypothesis="",
        notes="",
        ai=replace(protocol.ai, wrong_cases=(), absent_cases=()),
    )
