"""Regimens whose drugs a guideline fixes: which of them fit this patient, and which give way to one before them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Phase, StandardRegimen
from fullcourse.regimens.composed import Composed, ComposedDrug, Objection, RegimenStatus
from fullcourse.regimens.course import Course, extensions_of, is_under_way
from fullcourse.regimens.eligibility import Referee, fit_of
from fullcourse.regimens.phases import add_months, dated_phases
from fullcourse.regimens.places import citation_of, effective_range, objections_of, overlaps_of
from fullcourse.regimens.screened import Screened
from fullcourse.rules.kleene import Truth, all_of, any_of, negated

__all__ = ["give_way", "no_weaker", "standard"]


def standard(
    regimen: StandardRegimen,
    referee: Referee,
    screened: Screened,
    knowledge: Knowledge,
    start: date | None,
    course: Course | None = None,
) -> Composed:
    """Return a regimen of a guideline for one patient, before it gives way to any other.

    Args:
        regimen: Of the guideline.
        referee: Judges its criteria.
        screened: What the check said of each of its drugs.
        knowledge: Holds sources and toxicities.
        start: First day; None leaves dates out, save in a regimen that is under way since a known day.
        course: What the record says of the treatment that is going on; None where it says nothing.
    """
    citation = citation_of(knowledge, regimen.source, regimen.section)
    notes, extended = regimen.notes, {}
    if course is not None and is_under_way(regimen, course):
        extended = extensions_of(regimen, course, citation)
        start = start or course.first_day
        since = f" since {course.began.text}" if course.began else ", since a day that is not on file"
        notes = (*notes, f"By the record it is under way{since}.")
    by_phase = {
        place: _chosen(phase, screened, is_extended=any(it.fits is True for it in extended.values()))
        for place, phase in enumerate(regimen.phases)
    }
    drugs: dict[str, ComposedDrug] = {}
    for members in by_phase.values():
        for member in members:
            drugs.setdefault(member.drug, member)
    reasons = referee.judge(regimen.criteria)
    objections = objections_of(
        {name: member.role for name, member in drugs.items()}, regimen.open_if_resistant, screened
    )
    counted = [name for name, member in drugs.items() if member.role in {"counted", "optional"}]
    return Composed(
        id=regimen.id,
        name=regimen.name,
        path=regimen.path,
        status=RegimenStatus.of(all_of([fit_of(reasons), *(objection.fits for objection in objections)])),
        leads=True,
        order=regimen.order,
        drugs=tuple(drugs.values()),
        phases=dated_phases(
            regimen.phases, start, {place: [it.drug for it in members] for place, members in by_phase.items()}, extended
        ),
        complete_by=_complete_by(regimen, start),
        reasons=reasons,
        objections=objections,
        overlaps=overlaps_of(tuple(drugs), knowledge),
        says=regimen.says,
        notes=notes,
        why="",
        proposed_by_source=tuple(it.proposes for it in reasons if it.counts_as is None and it.proposes),
        citation=citation,
        interpretation=regimen.interpretation,
        review=regimen.review,
        effective=effective_range(counted, screened),
    )


def give_way(
    composed: Composed,
    gives_way_to: Sequence[str],
    beside: Sequence[str],
    statuses: Mapping[str, Truth],
    names: Mapping[str, str],
) -> Composed:
    """Return a regimen with its status after the regimens before it, which its source puts first, were judged.

    Args:
        composed: As it is by itself.
        gives_way_to: Regimens before which it is not proposed.
        beside: Regimens beside which it stays proposed.
        statuses: Whether each other regimen may be proposed.
        names: Of regimens, for people.
    """
    before = any_of(statuses.get(name, False) for name in gives_way_to)
    kept = any_of(statuses.get(name, False) for name in beside)
    free = negated(all_of([before, negated(kept)]))
    if free is True or composed.status is RegimenStatus.INELIGIBLE:
        return composed
    first = [names[name] for name in gives_way_to if statuses.get(name, False) is not False]
    word = "can be used, and the source puts it first" if free is False else "comes first, and is not yet assessed"
    objection = Objection("gives_way", (), f"{' or '.join(first)} {word}", (), free)
    status = RegimenStatus.INELIGIBLE if free is False else RegimenStatus.CANNOT_ASSESS
    return replace(composed, status=status, objections=(*composed.objections, objection))


def no_weaker(composed: Composed, effective_before: int) -> Composed:
    """Return a regimen that takes another's place, left open where it has fewer effective drugs than that one."""
    low, high = composed.effective
    if low >= effective_before or composed.status is RegimenStatus.INELIGIBLE:
        return composed
    counted = f"{low}" if low == high else f"{low} to {high}"
    says = f"{counted} effective drugs, and the regimen on record has up to {effective_before}: a specialist decides"
    objection = Objection("too_few", (), says, (), None)
    return replace(composed, status=RegimenStatus.CANNOT_ASSESS, objections=(*composed.objections, objection))


def _chosen(phase: Phase, screened: Screened, *, is_extended: bool) -> list[ComposedDrug]:
    """Return the drugs of a phase; what is optional or does not count is left out where it may not be taken."""
    members = []
    for part in phase.drugs:
        if is_extended and part.unless_extended:
            continue
        views = [screened.drugs[name] for name in part.one_of]
        best = min(
            views, key=lambda view: (view.effective is False, view.allowed is False, view.allowed is None, view.worst)
        )
        unusable = best.allowed is False or (best.effective is False and part.role == "optional")
        if part.role in {"optional", "not_counted"} and unusable:
            continue
        members.append(ComposedDrug(best.drug, part.role, "", best.effective, part.note))
    return members


def _complete_by(regimen: StandardRegimen, start: date | None) -> date | None:
    if start is None or regimen.complete_within_months is None:
        return None
    return date.fromordinal(add_months(start, regimen.complete_within_months).toordinal() - 1)
