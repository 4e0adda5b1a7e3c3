"""Which source's dose is proposed, and what stands beside it.

Of the usual doses the one that the profile names leads; where it names none, the lowest. What adjusts for kidneys or
age leads where it is lower than the usual dose: the profile's own where it has one for that reason, else the lowest. A
claim that waits for a fact, and would lead, keeps the answer from being a dose. A source of tier C is shown and never
leads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.dose import WEEKDAYS
from fullcourse.clinical.fact import Fact, Standing
from fullcourse.clinical.quantity import Interval
from fullcourse.dosing.answer import Conflict, Dosed, DosePlan, DoseStatus, Offer
from fullcourse.dosing.beside import names_a_supplement, supplements_for, watch_for, watches_a_dose
from fullcourse.dosing.claims import Advice, Claim, Lead, claims_of, slug
from fullcourse.dosing.disagree import disagreements
from fullcourse.dosing.indication import URINARY, indication_of
from fullcourse.dosing.limits import Limits, limits_a_dose
from fullcourse.dosing.making import Stock, stock_of
from fullcourse.dosing.phases import PhaseLength, through_phases
from fullcourse.dosing.plans import Planner
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["DoseQuestion", "Dosing"]

_SECONDARY: Final = "C"
_WEIGHT: Final = "weight"
_EVERY_DAY: Final = len(WEEKDAYS)
REGIMEN: Final = "regimen"
FORMS: Final = "forms in stock"
_UNMADE: Final = "none of the forms"
"""What is asked for beside facts of the vocabulary."""


@dataclass(frozen=True, slots=True)
class DoseQuestion:
    """What is asked of one drug.

    Attributes:
        stock: The forms that may be used.
        regimen: Id of the regimen that it is part of; empty for none.
        days_per_week: Dosing days a week that are asked for; None for the source's own.
        overrides: Reasons that a clinician recorded, by the id of the statement or limit set aside.
        phases: Of the regimen, those in which the drug is taken, in order, each with its length; empty without one.
    """

    stock: Stock
    regimen: str = ""
    days_per_week: int | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    phases: tuple[PhaseLength, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """What claims come to for a patient: those that speak, and those that wait for facts."""

    offers: tuple[Offer, ...]
    waiting: tuple[tuple[Claim, tuple[str, ...], float | None], ...]


class Dosing:
    """Doses of one drug by one knowledge and profile; what does not depend on the patient is worked out once."""

    def __init__(self, drug: DrugIdentity, knowledge: Knowledge, profile: Profile) -> None:
        """Take the drug, what the sources say, and which of them lead.

        Its `stock` holds every form of the drug, for where nobody named one or said what is at hand.
        """
        self.drug, self.knowledge, self.profile = drug, knowledge, profile
        self.stock = stock_of(drug, knowledge)
        self._claims = claims_of(drug, knowledge, profile)
        owned = slug(drug)
        about = knowledge.about(drug, frozenset({owned}))
        statements = [it for it in about if it.id.split(".", 1)[0] == owned]
        self._supplementing = tuple(filter(names_a_supplement, statements))
        self._watching = tuple(filter(watches_a_dose, statements))
        self._limiting = tuple(filter(limits_a_dose, statements))

    def dose(self, situation: Situation, question: DoseQuestion) -> Dosed:
        """Return the dose for a patient, without regard to the check of the drug.

        Args:
            situation: The patient as rules look at one.
            question: What is asked.
        """
        indication, missing = indication_of(situation)
        if missing:
            waits = tuple((fact, self.drug.inn) for fact in missing)
            return Dosed(DoseStatus.CANNOT_ASSESS, "against which disease it is given is not known", missing=waits)
        claims = [it for it in self._claims if it.indication == indication and _belongs(it, question)]
        if not claims:
            return Dosed(DoseStatus.NOT_COVERED, self._why_not(indication, question))
        weight = situation.facts.get(_WEIGHT)
        weight_kg = _exact(weight.value if weight else None)
        doubt = _doubt(weight)
        if weight_kg is None or doubt:
            # A dose that cannot be held against the weight is none, also where its source gives the same to everybody.
            why = doubt or "the body weight is not known"
            return Dosed(DoseStatus.CANNOT_ASSESS, why, missing=((_WEIGHT, claims[0].id),))
        judged = self._judge(claims, situation, question, weight_kg)
        limits = Limits(
            self.drug.inn,
            self._limiting,
            situation,
            self.knowledge,
            self.profile,
            question.regimen,
            weight_kg,
            dict(question.overrides),
        )
        return self._answer(judged, limits, situation, question, weight_kg)

    def _why_not(self, indication: str, question: DoseQuestion) -> str:
        if indication == URINARY:
            return "no source gives a dose for a urinary tract infection alone"
        if question.days_per_week is not None:
            return f"no source that was read gives doses of it on {question.days_per_week} days a week"
        return "no source that was read gives a dose of it" + (" in this regimen" if question.regimen else "")

    def _judge(
        self, claims: Iterable[Claim], situation: Situation, question: DoseQuestion, weight_kg: float
    ) -> _Judged:
        planners = {
            days: Planner(self.drug.inn, weight_kg, question.stock, situation, self.knowledge, days)
            for days in (None, *_wanted(question))
        }
        offers: list[Offer] = []
        waiting: list[tuple[Claim, tuple[str, ...], float | None]] = []
        for claim in claims:
            outcome, because, missing = claim.judge(situation)
            if outcome == NONE:
                continue
            if outcome is None:
                # How low it could be counts only where it adjusts the usual dose.
                advices = claim.advices if claim.adjusts_for else ()
                plans = [plan for advice in advices for plan in planners[None].plans(advice)[:1]]
                least = min((plan.average_mg_per_day for plan in plans), default=None)
                waiting.append((claim, missing, least))
                continue
            advice = claim.advices[outcome]
            for days in _days_of(claim, question):
                plans_of = planners[days].plans(advice)
                none = advice.no_dose or ("" if plans_of else f"{_UNMADE} makes this amount in whole units")
                offers.append(
                    Offer(
                        claim=claim.id,
                        point=claim.point,
                        says=claim.says,
                        citation=claim.citation,
                        lead=claim.lead,
                        adjusts_for=claim.adjusts_for,
                        optional=claim.optional,
                        plans=plans_of,
                        because=because,
                        why_none=none,
                        specialist=advice.specialist,
                        max_mg_per_day=advice.max_mg_per_day,
                        regimens=claim.regimens,
                        phases=claim.phases,
                        days_per_week=days,
                        notes=(*_gap(advice, weight_kg), *claim.notes),
                        interpretation=claim.interpretation,
                        review=claim.review,
                    )
                )
        return _Judged(tuple(offers), tuple(waiting))

    def _answer(
        self, judged: _Judged, limits: Limits, situation: Situation, question: DoseQuestion, weight_kg: float
    ) -> Dosed:
        offers, regimen = judged.offers, question.regimen
        usable = [it for it in offers if it.plans and not it.optional and it.citation.tier != _SECONDARY]
        blocked: list[Conflict] = []
        chosen: tuple[Offer, DosePlan] | None = None
        ordered = _in_order(usable, regimen)
        for offer in ordered:
            plan, refused = limits.first_allowed(offer)
            blocked += refused
            if plan is not None:
                chosen = (offer, plan)
                break
        missing = _waits(judged, chosen, regimen)
        if chosen is not None and not missing and (unmade := _unmade_before(chosen[0], offers)):
            return Dosed(DoseStatus.CANNOT_ASSESS, unmade.why_none, offers=offers, missing=((FORMS, unmade.claim),))
        if chosen is None:
            return self._none(offers, blocked, missing)
        between = _between_regimens(usable, regimen, chosen[0])
        if between and not missing:
            missing = ((REGIMEN, chosen[0].claim),)
        plan, parts = through_phases(chosen, ordered, limits, question.phases)
        offer = parts[0]
        others = tuple(it for it in offers if it not in parts)
        conflicts = (*blocked, *limits.conflicts(plan), *disagreements(offer, plan, others, weight_kg))
        mg, begins_mg = plan.most_mg_per_day, plan.steps[0].step.mg_per_dosing_day
        return Dosed(
            status=DoseStatus.CANNOT_ASSESS if missing else DoseStatus.DOSE,
            why=_why_waiting(missing),
            leading=offer,
            plan=plan,
            alternatives=_alternatives(chosen, offers, limits),
            offers=offers,
            conflicts=tuple(dict.fromkeys(conflicts)),
            supplements=tuple(supplements_for(self._supplementing, situation, self.knowledge, begins_mg, weight_kg)),
            watch=tuple(watch_for(self._watching, situation, self.knowledge, mg, weight_kg)),
            missing=missing,
            notes=_notes(offer, plan),
        )

    def _none(
        self, offers: tuple[Offer, ...], blocked: Sequence[Conflict], missing: tuple[tuple[str, str], ...]
    ) -> Dosed:
        if missing:
            return Dosed(
                DoseStatus.CANNOT_ASSESS,
                _why_waiting(missing),
                offers=offers,
                conflicts=tuple(blocked),
                missing=missing,
            )
        if blocked:
            why = "every dose that its sources give is above a maximum that blocks"
            return Dosed(DoseStatus.NOT_COVERED, why, offers=offers, conflicts=tuple(blocked))
        unmade = [it for it in offers if not it.plans and it.why_none]
        if unmade and not any(it.plans for it in offers):
            why = unmade[0].why_none
            declared = why == "" or not why.startswith(_UNMADE)
            if declared:
                return Dosed(DoseStatus.NOT_COVERED, why, offers=offers)
            return Dosed(DoseStatus.CANNOT_ASSESS, why, offers=offers, missing=((FORMS, unmade[0].claim),))
        why = "no source of tier A or B gives a dose for this patient"
        return Dosed(DoseStatus.NOT_COVERED, why, offers=offers)


def _unmade_before(chosen: Offer, offers: Iterable[Offer]) -> Offer | None:
    """Return what adjusts the usual dose and cannot be made of the forms at hand, while the usual dose can.

    The usual dose is none for somebody whose kidneys or age ask for another.
    """
    if chosen.adjusts_for:
        return None
    counts = (it for it in offers if it.adjusts_for and not it.optional and it.citation.tier != _SECONDARY)
    return next((it for it in counts if not it.plans and it.why_none.startswith(_UNMADE)), None)


def _exact(value: object) -> float | None:
    return value.low if isinstance(value, Interval) and value.is_exact else None


def _doubt(weight: Fact | None) -> str:
    """Return why a weight that is known needs to be said again before a dose is made of it; empty where it does not."""
    for piece in weight.because if weight else ():
        if piece.standing is Standing.STATED and piece.reason:
            return f"the weight is recorded as {piece.recorded:g} {piece.unit}, and {piece.reason}: say it in kg"
    return ""


def _gap(advice: Advice, weight_kg: float) -> tuple[str, ...]:
    """Return the remark on a weight that lies between two rows as the source prints them."""
    to_kg = advice.printed_to_kg
    if to_kg is None or weight_kg <= to_kg:
        return ()
    return (f"The source prints its row to {to_kg:g} kg; {weight_kg:g} kg, before the next, is read into it: ours.",)


def _belongs(claim: Claim, question: DoseQuestion) -> bool:
    if claim.regimens and question.regimen and question.regimen not in claim.regimens:
        return False
    return bool(_days_of(claim, question))


def _wanted(question: DoseQuestion) -> tuple[int, ...]:
    """Return the dosing days a week that are asked for, or that the phases of the regimen have; else every day."""
    if question.days_per_week is not None:
        return (question.days_per_week,)
    return tuple(dict.fromkeys(it.days_per_week for it in question.phases)) or (_EVERY_DAY,)


def _days_of(claim: Claim, question: DoseQuestion) -> tuple[int | None, ...]:
    """Return the days a week for which a claim is made into a dose; None for its own rhythm."""
    wanted = _wanted(question)
    if claim.days_per_week:
        return tuple(days for days in wanted if days in claim.days_per_week)
    if claim.adjusts_for:
        return (None,)
    own = _EVERY_DAY in wanted or question.regimen in claim.regimens
    return (None,) if own and question.days_per_week in (None, _EVERY_DAY) else ()


def _rank(offer: Offer, regimen: str) -> tuple[bool, int]:
    """Return how far a usual dose leads: one of the regimen that is asked for before all others."""
    return bool(regimen) and regimen in offer.regimens, offer.lead


def _in_order(usable: Sequence[Offer], regimen: str) -> list[Offer]:
    """Return the offers in the order in which they lead."""
    usual = sorted(
        (it for it in usable if not it.adjusts_for),
        key=lambda it: (
            *(-int(part) for part in _rank(it, regimen)),
            not it.plans[0].fits,
            -_held(it) if regimen in it.regimens else 0,
            *_least(it),
        ),
    )
    adjusting = _adjusting(usable)
    if not usual:
        return adjusting
    lower = [it for it in adjusting if it.plans[0].average_mg_per_day <= usual[0].plans[0].average_mg_per_day]
    return [*lower, *usual]


def _adjusting(usable: Iterable[Offer]) -> list[Offer]:
    """Return what adjusts the usual dose: of those for one reason the profile's own first, then the lowest."""
    adjusting = [it for it in usable if it.adjusts_for]
    leads: dict[str, int] = {}
    for offer in adjusting:
        leads[offer.adjusts_for] = max(offer.lead, leads.get(offer.adjusts_for, offer.lead))
    return sorted(adjusting, key=lambda it: (it.lead < leads[it.adjusts_for], *_least(it)))


def _held(offer: Offer) -> int:
    """Return how many drugs a combination of an offer holds.

    Within one regimen the widest leads for each of its drugs, so that none is given by one table in a combination and
    by another on its own.
    """
    return max((len(planned.holds_mg) for planned in offer.plans[0].steps), default=0)


def _least(offer: Offer) -> tuple[float, float]:
    return offer.plans[0].average_mg_per_day, offer.plans[0].first_mg_per_day


def _waits(judged: _Judged, chosen: tuple[Offer, DosePlan] | None, regimen: str) -> tuple[tuple[str, str], ...]:
    """Return the facts for which a claim waits that would lead, each with the claim."""
    missing: dict[str, str] = {}
    for claim, facts, least in judged.waiting:
        if claim.optional or claim.citation.tier == _SECONDARY:
            continue
        if chosen is not None:
            if claim.adjusts_for:
                counts = least is not None and least < chosen[1].average_mg_per_day
            else:
                rank = (bool(regimen) and regimen in claim.regimens, claim.lead)
                counts = not chosen[0].adjusts_for and rank >= _rank(chosen[0], regimen) and claim.lead > Lead.SHOWN
            if not counts:
                continue
        for fact in facts:
            missing.setdefault(fact, claim.id)
    return tuple(missing.items())


def _between_regimens(usable: Sequence[Offer], regimen: str, leading: Offer) -> bool:
    """Whether the dose depends on the regimen, and nobody said which it is."""
    if regimen or leading.adjusts_for:
        return False
    rivals = [it for it in usable if not it.adjusts_for and it.lead == leading.lead and it.regimens]
    rivals = [it for it in rivals if set(it.regimens).isdisjoint(leading.regimens) or not leading.regimens]
    figures = (leading.plans[0].average_mg_per_day, leading.plans[0].first_mg_per_day)
    return any((it.plans[0].average_mg_per_day, it.plans[0].first_mg_per_day) != figures for it in rivals)


def _alternatives(
    chosen: tuple[Offer, DosePlan], offers: Sequence[Offer], limits: Limits
) -> tuple[tuple[Offer, DosePlan], ...]:
    """Return other ways that no maximum blocks: of the leading claim first, then the options of others."""
    leading, plan = chosen
    other = [(leading, it) for it in leading.plans if it is not plan]
    other += [(offer, it) for offer in offers if offer.optional for it in offer.plans]
    return tuple(pair for pair in other if not any(it.blocks for it in limits.conflicts(pair[1])))


def _why_waiting(missing: Sequence[tuple[str, str]]) -> str:
    if not missing:
        return ""
    if missing[0][0] == REGIMEN:
        return "the dose depends on the regimen that it is part of"
    return "a fact that decides the dose is not known"


def _notes(offer: Offer, plan: DosePlan) -> tuple[str, ...]:
    said = ["A specialist decides this dose."] if offer.specialist else []
    if not plan.fits:
        said.append(
            "No whole number of units lies in the range; the nearest below and above are shown, the lower first."
        )
    if offer.lead == Lead.SHOWN and not offer.adjusts_for:
        said.append("No source of this profile gives a dose here; the lowest of the others is shown.")
    return (*said, *offer.notes)
