"""A regimen put together drug by drug: which combination stands first, why, and why each other drug is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Candidate, Construction
from fullcourse.regimens.combinations import Combination, Demand, Ranked, rank_combinations
from fullcourse.regimens.composed import Composed, ComposedDrug, LeftOut, Objection, RegimenStatus
from fullcourse.regimens.eligibility import Reason, Referee, fit_of
from fullcourse.regimens.phases import dated_phases
from fullcourse.regimens.places import citation_of, effective_range, objections_of, overlaps_of
from fullcourse.regimens.screened import Screened
from fullcourse.rules.kleene import Truth, all_of

__all__ = ["Change", "Longer", "compose_longer"]

_STATUSES: Final = tuple(RegimenStatus)
_BEHIND: Final = {
    RegimenStatus.CANNOT_ASSESS: "nothing about its drugs is open, and that one waits for an answer",
    RegimenStatus.INELIGIBLE: "that one is not for this patient",
}
_Shown = tuple[Combination, Composed]


@dataclass(frozen=True, slots=True)
class Change:
    """A regimen that is changed: which drug goes, and what stays.

    Attributes:
        out: Drugs that may not be in the new one.
        kept: Drugs of the old one that stay.
        effective_before: How many effective drugs the old one had at most: the new one has no fewer.
        new_at_least: How many new drugs it has at least; more than one where the old regimen fails.
        because: Why, in the words given.
    """

    out: frozenset[str]
    kept: frozenset[str]
    effective_before: int
    new_at_least: int
    because: str


@dataclass(frozen=True, slots=True)
class Longer:
    """What a construction comes to for a patient.

    Attributes:
        regimens: The first combinations, best first; a single one without drugs where none is admissible.
        left_out: Every candidate that the first does not hold, with its reasons.
        examined: How many combinations were admissible.
    """

    regimens: tuple[Composed, ...]
    left_out: tuple[LeftOut, ...]
    examined: int


class _Bench:
    """The candidates of a construction for one patient."""

    def __init__(self, construction: Construction, referee: Referee, screened: Screened, change: Change | None) -> None:
        self.construction, self.screened, self.change = construction, screened, change
        self.reasons = {it.drug: referee.judge(it.criteria) for it in construction.candidates}
        self.truths = {it.drug: self._truth(it) for it in construction.candidates}

    def _truth(self, candidate: Candidate) -> Truth:
        view = self.screened.drugs[candidate.drug]
        companion = self.screened.drugs[candidate.beside].allowed if candidate.beside else True
        out = self.change is not None and candidate.drug in self.change.out
        return all_of(
            [not out, view.effective is not False, view.allowed, companion, fit_of(self.reasons[candidate.drug])]
        )

    def demand(self) -> Demand:
        change = self.change
        return Demand(
            usable=frozenset(name for name, truth in self.truths.items() if truth is not False),
            waiting=frozenset(name for name, truth in self.truths.items() if truth is None),
            effective_at_least=max(
                self.construction.effective_at_least, change.effective_before if change is not None else 0
            ),
            kept=change.kept if change is not None else frozenset(),
            new_at_least=change.new_at_least if change is not None else 0,
        )

    def why_not(self, candidate: Candidate) -> list[str]:
        """Return why a candidate cannot be used at all; empty when it can."""
        name, view = candidate.drug, self.screened.drugs[candidate.drug]
        reasons = []
        if self.change is not None and name in self.change.out:
            reasons.append(f"it is to be replaced: {self.change.because}")
        if view.effective is False:
            reasons.append("it is shown resistant: it never counts")
        if view.allowed is False:
            reasons.append("contraindicated: " + (view.against[0].says if view.against else "see its check"))
        if candidate.beside and self.screened.drugs[candidate.beside].allowed is False:
            reasons.append(f"{candidate.beside}, which it always goes with, is contraindicated")
        reasons += [it.reads for it in self.reasons[name] if it.counts_as is False]
        return reasons


def compose_longer(
    construction: Construction,
    referee: Referee,
    screened: Screened,
    knowledge: Knowledge,
    start: date | None,
    limit: int,
    change: Change | None = None,
) -> Longer:
    """Return the best combinations of a construction.

    Args:
        construction: Of a guideline.
        referee: Judges criteria.
        screened: What the check said of every candidate and pair.
        knowledge: Holds sources and toxicities.
        start: First day; None leaves dates out.
        limit: How many combinations, at least one.
        change: What a regimen on record is changed in; None for a new one.
    """
    bench = _Bench(construction, referee, screened, change)
    demand = bench.demand()
    ranked = rank_combinations(construction, screened, demand, tuple(knowledge.guidelines.toxicities.values()))
    best = ranked.best(limit + 1)
    reasons = referee.judge(construction.criteria)
    shown = [(it, _composed(bench, demand, it, reasons, knowledge, start)) for it in best[:limit]]
    in_order = sorted(shown, key=lambda pair: _STATUSES.index(pair[1].status))
    composed = [
        replace(it, id=_id(construction, place), why=_why(pair, in_order[place + 1 : place + 2], best, limit))
        for place, (pair, it) in enumerate((pair, pair[1]) for pair in in_order)
    ] or [_none(bench, demand, reasons, knowledge)]
    return Longer(tuple(composed), tuple(_left_out(bench, ranked, [it for it, _ in in_order], best)), len(ranked))


def _id(construction: Construction, place: int) -> str:
    return construction.id if place == 0 else f"{construction.id}/{place + 1}"


def _composed(
    bench: _Bench,
    demand: Demand,
    combination: Combination,
    reasons: tuple[Reason, ...],
    knowledge: Knowledge,
    start: date | None,
) -> Composed:
    """Return one combination as a regimen; its id and its place come from those beside it."""
    construction, screened = bench.construction, bench.screened
    drugs: dict[str, ComposedDrug] = {}
    own: list[Reason] = []
    for candidate in construction.candidates:
        if candidate.drug in combination.drugs:
            works = screened.drugs[candidate.drug].effective
            drugs[candidate.drug] = ComposedDrug(candidate.drug, "counted", candidate.group, works)
            own += bench.reasons[candidate.drug]
            if candidate.beside:
                note = f"with each dose of {candidate.drug}; it never counts"
                drugs[candidate.beside] = ComposedDrug(candidate.beside, "companion", candidate.group, None, note)
    objections = list(objections_of({name: it.role for name, it in drugs.items()}, (), screened))
    effective = effective_range(combination.drugs, screened)
    objections += _too_few(effective, demand)
    judged = (*reasons, *own)
    status = RegimenStatus.of(all_of([fit_of(judged), *(it.fits for it in objections)]))
    return Composed(
        id=construction.id,
        name=construction.name,
        path="rifampicin-resistant",
        status=status,
        leads=True,
        order=construction.order,
        drugs=tuple(drugs.values()),
        phases=dated_phases(construction.phases, start, dict.fromkeys(range(len(construction.phases)), tuple(drugs))),
        complete_by=None,
        reasons=judged,
        objections=tuple(objections),
        overlaps=overlaps_of(tuple(drugs), knowledge),
        says=construction.says,
        notes=construction.notes,
        why="",
        proposed_by_source=(),
        citation=citation_of(knowledge, construction.source, construction.section),
        interpretation=construction.interpretation,
        review=construction.review,
        effective=effective,
    )


def _why(mine: _Shown, following: Sequence[_Shown], best: Sequence[Combination], limit: int) -> str:
    """Return why a combination stands before the next: what may be proposed comes first, then the ranking."""
    combination, composed = mine
    next_ = [it for it, _ in following] or list(best[limit : limit + 1])
    if not next_:
        return "no other combination is admissible"
    before = f"before {', '.join(next_[0].drugs)}: "
    if following and following[0][1].status is not composed.status:
        return before + _BEHIND[following[0][1].status]
    return before + combination.stands_before(next_[0])


def _too_few(effective: tuple[int, int], demand: Demand) -> list[Objection]:
    """Return that the number of effective drugs is, or may be, below what is asked for."""
    low, high = effective
    asked = demand.effective_at_least
    if high < asked:
        says = f"{high} effective drugs at most, and {asked} are asked for: a specialist decides"
        return [Objection("too_few", (), says, (), False)]
    if low < asked:
        says = f"{low} drugs are shown effective and {high - low} were not tested; {asked} effective ones are asked for"
        return [Objection("untested", (), says, (), None)]
    return []


def _none(bench: _Bench, demand: Demand, reasons: tuple[Reason, ...], knowledge: Knowledge) -> Composed:
    construction = bench.construction
    return Composed(
        id=construction.id,
        name=construction.name,
        path="rifampicin-resistant",
        status=RegimenStatus.INELIGIBLE,
        leads=True,
        order=construction.order,
        drugs=(),
        phases=(),
        complete_by=None,
        reasons=reasons,
        objections=(Objection("too_few", (), "no combination of its drugs is admissible: a specialist decides"),),
        overlaps=(),
        says=construction.says,
        notes=construction.notes,
        why="",
        proposed_by_source=(),
        citation=citation_of(knowledge, construction.source, construction.section),
        interpretation=construction.interpretation,
        review=construction.review,
        effective=(0, 0),
    )


def _left_out(
    bench: _Bench, ranked: Ranked, shown: Sequence[Combination], best: Sequence[Combination]
) -> list[LeftOut]:
    """Return why each candidate is not in the first combination.

    Args:
        bench: What is known of each candidate.
        ranked: Every combination.
        shown: Those that are shown, in their order.
        best: Those that the ranking puts first, in its order.
    """
    left: list[LeftOut] = []
    first = shown[0] if shown else None
    waiting = list(best[: best.index(first)]) if first is not None else []
    for candidate in bench.construction.candidates:
        name = candidate.drug
        if first is not None and name in first.drugs:
            continue
        reasons = bench.why_not(candidate)
        if not reasons:
            reasons = _why_not_here(bench, candidate, first, ranked, waiting)
        left.append(LeftOut(name, tuple(reasons)))
    return left


def _why_not_here(
    bench: _Bench, candidate: Candidate, first: Combination | None, ranked: Ranked, waiting: Sequence[Combination]
) -> list[str]:
    name, reasons = candidate.drug, []
    if first is None:
        return ["no combination that holds it is admissible"]
    rival = next(
        (it.drug for it in bench.construction.candidates if it.slot == candidate.slot and it.drug in first.drugs), ""
    )
    if rival:
        reasons.append(f"{rival} is chosen in its place: never both")
    for pair in bench.screened.among((name, *first.drugs)):
        if name in pair.drugs and pair.allowed is False:
            other = pair.drugs[0] if pair.drugs[1] == name else pair.drugs[1]
            reasons.append(f"it must not be taken with {other} ({', '.join(pair.findings)})")
    holding = ranked.best_with(name)
    if holding is None:
        reasons.append("no combination that holds it is admissible")
    elif holding in waiting:
        reasons.append("the best combination with it waits for an answer, and the first does not")
    else:
        reasons.append(f"the first is better than every combination with it: {first.stands_before(holding)}")
    return reasons
