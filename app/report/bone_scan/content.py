"""What a report says: the machine text of each section, written from facts with the wording's sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.annotation.report_regions import REPORT_REGIONS
from app.report.bone_scan.facts import UNPLACED, Indices, Prior, ReportFacts
from app.report.bone_scan.wording import SECTIONS, Wording
from app.wording import counted

_LIKELY, _UNLIKELY = 70.0, 30.0
"""Ratings from which metastasis is called most likely, and below which unlikely."""


@dataclass(frozen=True)
class Section:
    """One part of a report as the program wrote it."""

    key: str
    title: str
    text: str


@dataclass(frozen=True)
class ReportContent:
    """Facts and machine text; `wording` names the sentences that were used."""

    facts: ReportFacts
    sections: tuple[Section, ...]
    wording: str

    def section(self, key: str) -> Section:
        """The section of that key; raises KeyError."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


def write(facts: ReportFacts, wording: Wording, spect_ct: bool = True) -> ReportContent:
    """The machine text of a report; `spect_ct`: advise tomography where there are foci."""
    texts = {
        "question": facts.question or wording.say("question", "none"),
        "procedure": _procedure(facts, wording),
        "findings": _findings(facts, wording),
        "comparison": _comparison(facts, wording),
        "interpretation": _interpretation(facts, wording, spect_ct),
    }
    sections = tuple(Section(key, wording.say("titles", key), texts[key]) for key in SECTIONS)
    return ReportContent(facts, sections, wording.title)


def listed(words: Sequence[str], joint: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    return f" {joint} ".join([part for part in (", ".join(words[:-1]), *words[-1:]) if part])


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits, “not defined” without one."""
    return "not defined" if value is None else f"{value:.{digits}g}"


def foci(count: int) -> str:
    """“1 focus”, “2 foci”."""
    return counted(count, "focus", "foci")


def _procedure(facts: ReportFacts, wording: Wording) -> str:
    made, missing = facts.procedure, wording.say("words", "not_recorded")
    if len(made.views) == 2:
        views = wording.say("procedure", "both_views")
    else:
        seen = made.views[0]
        other = "posterior" if seen == "anterior" else "anterior"
        views = wording.say("procedure", "one_view", view=seen, missing=other)
    known = made.hours is not None and made.activity_mbq is not None and bool(made.agent)
    hours = f"{made.hours:.1f}" if made.hours is not None else missing
    activity = f"{made.activity_mbq:.0f}" if made.activity_mbq is not None else missing
    if not known:
        hours = f"{hours} h" if made.hours is not None else missing
        activity = f"{activity} MBq" if made.activity_mbq is not None else missing
    form = "complete" if known else "incomplete"
    slots = {"views": views, "hours": hours, "activity": activity, "agent": made.agent or missing}
    speed = f"{6 * made.velocity_mm_s:.0f} cm/min" if made.velocity_mm_s else missing
    counts = [
        f"{total / 1e6:.2f} million counts {view}"
        for view, total in zip(made.views, made.counts, strict=False)
    ]
    if facts.limits:
        quality = wording.say("quality", "limited", reasons="; ".join(facts.limits))
    else:
        quality = wording.say("quality", "good", counts=listed(counts))
    return " ".join(
        (
            wording.say("procedure", form, **slots),
            wording.say(
                "procedure", "facts", date=made.date or missing, camera=made.camera or missing, speed=speed
            ),
            quality,
        )
    )


def _findings(facts: ReportFacts, wording: Wording) -> str:
    said = []
    names = _names(facts, wording)
    total = len(facts.lesions)
    if not total:
        said.append(wording.say("findings", "normal"))
    elif total == 1:
        said.append(wording.say("findings", "one", region=listed(names)))
    else:
        said.append(wording.say("findings", "several", number=total, regions=listed(names)))
        places = [region for region in (*REPORT_REGIONS, UNPLACED) if facts.indices.in_regions.get(region)]
        each = [f"{wording.say('regions', region)} {facts.indices.in_regions[region]}" for region in places]
        if not facts.located:  # whoever names regions as a whole says nothing of single foci
            said.append(wording.say("findings", "by_region", list=", ".join(each)))
    if facts.others:
        each = [f"{label} {count}" for label, count in facts.others.items()]
        said.append(wording.say("findings", "others", list=", ".join(each)))
    said.append(wording.say("findings", "marked_by", who=facts.source))
    if facts.procedure.counts:
        anterior, posterior, mean = (number(value) for value in facts.indices.bstbi_count)
        slots = {"anterior": anterior, "posterior": posterior, "mean": mean, "k": f"{facts.indices.k:g}"}
        said.append(wording.say("findings", "bstbi", **slots))
    else:
        said.append(wording.say("findings", "bstbi_none"))
    if facts.indices.bsi_percent is not None:
        bsi, pabs = number(facts.indices.bsi_percent), number(facts.indices.pabs_percent)
        said.append(wording.say("findings", "bsi", bsi=bsi, pabs=pabs))
    said.append(wording.say("findings", "remaining"))
    return " ".join(said)


def _comparison(facts: ReportFacts, wording: Wording) -> str:
    prior = facts.prior
    if prior is None:
        return wording.say("comparison", "none")
    then = prior.date or f"{wording.say('words', 'not_recorded')}, written {prior.at[:10]}"
    before = _summary(prior.indices)
    said = [
        wording.say("comparison", "prior", case=prior.case, date=then, **before),
        wording.say("comparison", "now", **_summary(facts.indices)),
    ]
    days = days_between(prior, facts)
    if days is None:
        said.append(wording.say("comparison", "interval_unknown"))
    else:
        said.append(wording.say("comparison", "interval", days=days))
    now, earlier = facts.indices.in_regions, prior.indices.in_regions
    for key, here, there in (("new_regions", now, earlier), ("cleared_regions", earlier, now)):
        changed = [region for region in REPORT_REGIONS if here.get(region) and not there.get(region)]
        if changed:
            names = listed([wording.say("regions", region) for region in changed])
            said.append(wording.say("comparison", key, list=names))
    if not prior.signed_by:
        said.append(wording.say("comparison", "unsigned"))
    said.append(wording.say("comparison", "flare"))
    return " ".join(said)


def _interpretation(facts: ReportFacts, wording: Wording, spect_ct: bool) -> str:
    names = _names(facts, wording)
    total = len(facts.lesions)
    doubtful = facts.others.get("equivocal", 0)
    said = []
    if not total and not doubtful:
        return wording.say("interpretation", "normal")
    if total:
        several = total > 1
        ratings = [lesion.rating for lesion in facts.lesions if lesion.rating is not None]
        rating = max(ratings, default=100.0)
        level = "most_likely" if rating >= _LIKELY else "possible" if rating >= _UNLIKELY else "unlikely"
        likelihood = wording.say("likelihood", f"{level}_several" if several else level)
        form, slot = ("several", "regions") if several else ("one", "region")
        said.append(wording.say("interpretation", form, likelihood=likelihood, **{slot: listed(names)}))
        said.append(wording.say("interpretation", "extent", eod=facts.indices.eod, foci=foci(total)))
        if facts.indices.eod == 4:
            said.append(wording.say("interpretation", "superscan"))
    if doubtful:
        words = counted(doubtful, "equivocal focus", "equivocal foci")
        said.append(wording.say("interpretation", "equivocal", foci=words))
    said.append(wording.say("interpretation", "followup"))
    if spect_ct and total:
        said.append(wording.say("interpretation", "spect_ct", regions=listed(names)))
    return " ".join(said)


def _names(facts: ReportFacts, wording: Wording) -> list[str]:
    return [wording.say("regions", region) for region in facts.regions]


def _summary(indices: Indices) -> dict[str, object]:
    bsi = f"{number(indices.bsi_percent)} %" if indices.bsi_percent is not None else "not defined"
    return {
        "foci": foci(indices.lesions),
        "bstbi": number(indices.bstbi_count[2]),
        "bsi": bsi,
        "eod": indices.eod,
    }


def days_between(prior: Prior, facts: ReportFacts) -> int | None:
    """Days from the earlier examination to this one; None when a date is missing."""
    try:
        return (date.fromisoformat(facts.procedure.date) - date.fromisoformat(prior.date)).days
    except ValueError:
        return None
