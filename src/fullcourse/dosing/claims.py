"""What each source claims about the dose of a drug, in one shape, whether it stands as a statement or as a table.

A claim is judged for a patient with reasons, as every statement is. It adds no number of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.consequences import Consequence, DoseAdvice, DoseRow
from fullcourse.knowledge.doses import DoseBand, DoseLine, DoseOption, DoseTable, Way
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Bands, FirstOf, Statement, Step, Steps, When
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.knowledge.walk import facts_of, thens_of
from fullcourse.rules.explain import Judgement, judge_of
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["TUBERCULOSIS", "Advice", "Claim", "Lead", "claims_of", "slug"]

_KIDNEYS: Final = "kidneys"
_AGED: Final = "65 and over"
_START: Final = "start"
TUBERCULOSIS: Final = "tuberculosis"
"""Against what a dose is, where a source says nothing else."""


class Lead:
    """How far a claim leads in a profile: the profile names it, nothing else is named at its point, or it is shown."""

    NAMED = 2
    BY_DEFAULT = 1
    SHOWN = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """What a claim comes to for the patients of one of its rows.

    Attributes:
        options: Doses of which one is chosen, the source's first first.
        steps: A titration in their place.
        max_mg_per_day: Highest daily amount, mg; None where the source gives none.
        no_dose: Why the source gives none; empty where it gives one.
        specialist: Whether a specialist decides.
        after_dialysis: Whether it is taken after dialysis on its days.
        note: What the source adds.
        printed_to_kg: Last weight that the source prints for the row, before a gap; None where there is no gap.
    """

    options: tuple[DoseOption, ...] = ()
    steps: tuple[Step, ...] = ()
    max_mg_per_day: float | None = None
    no_dose: str = ""
    specialist: bool = False
    after_dialysis: bool = False
    note: str = ""
    printed_to_kg: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """One claim of one source about a dose. Compared by identity.

    Attributes:
        id: Of the statement or the table.
        point: The matter it is about.
        says: In our own words.
        citation: Where it comes from.
        judge: Which of its rows holds for a patient, with reasons.
        advices: What each row comes to.
        lead: How far it leads, one of `Lead`.
        adjusts_for: What it adjusts the usual dose for; empty for the usual dose.
        optional: Whether it is only one of the prescriber's options (a slower start, a high dose).
        regimens: Ids of the regimens it belongs to; empty for any.
        phases: Phases of these; empty for each.
        days_per_week: Dosing days a week it belongs to; empty for any.
        indication: Against what the dose is.
        reads: Ids of the facts that it reads.
        notes: What a prescriber is told beside it.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    point: str
    says: str
    citation: Citation
    judge: Callable[[Situation], Judgement]
    advices: tuple[Advice, ...]
    lead: int
    adjusts_for: str = ""
    optional: bool = False
    regimens: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    days_per_week: tuple[int, ...] = ()
    indication: str = TUBERCULOSIS
    reads: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"


def claims_of(drug: DrugIdentity, knowledge: Knowledge, profile: Profile) -> tuple[Claim, ...]:
    """Return every claim about the dose of a drug, statements first, in the order of the files."""
    statements = (it for it in knowledge.about(drug, frozenset({slug(drug)})) if it.id.split(".", 1)[0] == slug(drug))
    claims = [claim for it in statements if (claim := _of_statement(it, drug.inn, knowledge, profile)) is not None]
    for table in knowledge.doses_of(drug.inn).tables.values():
        if drug.inn in table.drugs:
            claims.append(_of_table(table, knowledge, profile))
    return tuple(claims)


def slug(drug: DrugIdentity) -> str:
    """Return the first part of the ids of a drug's statements."""
    return drug.inn.replace(" ", "-")


def _of_statement(statement: Statement, drug: str, knowledge: Knowledge, profile: Profile) -> Claim | None:
    advices = _advices(statement, drug)
    if advices is None:
        return None
    thens = _doses(thens_of(statement.body))
    facts = facts_of(statement.body)
    groups = {knowledge.facts[name].ask_group for name in facts if name in knowledge.facts}
    aged = any(then.population == _AGED for then in thens)
    point = knowledge.points.get(statement.point)
    leader = point.leads.get(profile.id) if point else None
    named = Lead.NAMED if leader == statement.source else Lead.SHOWN
    return Claim(
        id=statement.id,
        point=statement.point,
        says=statement.says,
        citation=knowledge.citation(statement),
        judge=_judge_of_first_step(statement) if isinstance(statement.body, Steps) else judge_of(statement),
        advices=advices,
        lead=Lead.BY_DEFAULT if leader is None else named,
        adjusts_for=_KIDNEYS if _KIDNEYS in groups else "age" if aged else "",
        optional=any(then.option for then in thens),
        reads=facts,
        interpretation=statement.interpretation,
        review=statement.review,
    )


@cache
def _judge_of_first_step(statement: Statement) -> Callable[[Situation], Judgement]:
    """Return what tells whether a titration may begin: the conditions of its first step."""
    body = statement.body
    conditions = body.steps[0].conditions if isinstance(body, Steps) else ()
    return judge_of(
        Statement(
            id=statement.id,
            file=statement.file,
            point=statement.point,
            source=statement.source,
            section=statement.section,
            says=statement.says,
            body=When(conditions, DoseAdvice(())),
        )
    )


def _advices(statement: Statement, drug: str) -> tuple[Advice, ...] | None:
    """Return what the rows of a statement come to; None for one that gives no dose."""
    match statement.body:
        case Steps(steps, most):
            return (Advice(steps=steps, max_mg_per_day=most),)
        case When() | FirstOf() | Bands():
            thens = thens_of(statement.body)
            advices = _doses(thens)
            return tuple(_advice(advice, drug) for advice in advices) if len(advices) == len(thens) > 0 else None
    return None


def _doses(thens: Iterable[Consequence]) -> list[DoseAdvice]:
    return [then for then in thens if isinstance(then, DoseAdvice)]


def _advice(then: DoseAdvice, drug: str) -> Advice:
    return Advice(
        options=tuple(DoseOption((_line(row, drug),)) for row in then.rows),
        max_mg_per_day=then.max_mg_per_day,
        specialist=then.specialist,
        after_dialysis=then.after_dialysis,
    )


def _line(row: DoseRow, drug: str) -> DoseLine:
    # Where hours or counts are a range, the longest interval and the fewest doses: both ends stand in the statement.
    every_h = row.every_h if row.every_h is not None else row.every_h_high
    return DoseLine(
        drug=drug,
        ways=tuple(_ways(row)),
        every_h=every_h,
        doses_per_day_low=row.doses_per_day_low,
        doses_per_day_high=row.doses_per_day_high,
        per_week=row.per_week,
        days_of_week=row.days_of_week,
        mg_low=row.mg_low,
        mg_high=row.mg_high,
        mg_per_day_low=row.mg_per_day_low,
        mg_per_day_high=row.mg_per_day_high,
        mg_per_kg_low=row.mg_per_kg_per_day_low,
        mg_per_kg_high=row.mg_per_kg_per_day_high,
        mg_per_kg_per_dose=row.mg_per_kg_per_dose,
        max_mg_per_dose=row.max_mg_per_dose,
        max_mg_per_day=row.max_mg_per_day,
        note=row.note,
    )


def _ways(row: DoseRow) -> Iterator[Way]:
    if row.mg is not None:
        yield Way(row.mg, row.form, row.units, prepare=row.prepare, note=row.note)
    for other in row.alternatives:
        yield from _ways(other)


def _of_table(table: DoseTable, knowledge: Knowledge, profile: Profile) -> Claim:
    source = knowledge.sources[table.source]
    leads = profile.id in table.profiles
    reads = dict.fromkeys(fact for band in table.bands for fact in facts_of(band.test.body))
    return Claim(
        id=table.id,
        point=table.point,
        says=table.says,
        citation=source.cited(table.section),
        judge=_judge_of_bands(table),
        advices=tuple(_of_band(band, table) for band in table.bands),
        lead=Lead.NAMED if leads else Lead.SHOWN,
        adjusts_for=_KIDNEYS if table.adjusts_for == "dialysis" else table.adjusts_for,
        optional=table.adjusts_for in {_START, "high dose"} and not table.regimens,
        regimens=table.regimens,
        phases=table.phases,
        days_per_week=table.days_per_week,
        indication=table.indication,
        reads=tuple(reads),
        notes=(*table.notes, *(("Its weight is the lean one.",) if table.by_lean_weight else ())),
        interpretation=table.interpretation,
        review=table.review,
    )


def _of_band(band: DoseBand, table: DoseTable) -> Advice:
    return Advice(
        options=band.options,
        no_dose=band.no_dose,
        specialist=table.specialist,
        after_dialysis=table.after_dialysis,
        note=band.note,
        printed_to_kg=band.printed_to_kg,
    )


def _judge_of_bands(table: DoseTable) -> Callable[[Situation], Judgement]:
    judges = [(band, judge_of(band.test)) for band in table.bands]

    def judge(situation: Situation) -> Judgement:
        seen: dict[Evidence, None] = {}
        missing: dict[str, None] = {}
        weight = situation.facts.get("weight")
        known = weight.value if weight is not None else None
        exact = known.low if isinstance(known, Interval) and known.is_exact else None
        for number, (band, of_band) in enumerate(judges):
            if exact is not None and not band.holds_kg(exact):
                continue  # most rows of a table are of another weight
            outcome, because, lacking = of_band(situation)
            if outcome is not None and outcome != NONE:
                return number, because, ()
            if outcome is None:
                seen |= dict.fromkeys(because)
                missing |= dict.fromkeys(lacking)
        return (None if missing else NONE), tuple(seen), tuple(missing)

    return judge
