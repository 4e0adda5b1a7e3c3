"""What guidelines say in tables, as clauses that a pharmacist reads: each with its id, source and section.

A clause is a table of doses, a limit, a product, a regimen, what a regimen is put together from, a criterion of who may
have it, a regimen that is only named, or a harm that drugs share. Its lines say all that the machine goes by, each
under a label that stays when its words change, so that two editions can be laid side by side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from fullcourse.adapters.documents.clause_words import dose_lines, listed, phase_lines, when_words
from fullcourse.knowledge.doses import DoseLimit, DoseTable, Product
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Construction, Criterion, NamedRegimen, StandardRegimen, Toxicity

__all__ = ["DOSE", "Clause", "clauses_about", "clauses_of"]

DOSE: Final = "dose"
"""The command that goes by tables of doses, limits and products."""
_REGIMEN: Final = "regimen"


@dataclass(frozen=True, slots=True)
class Clause:
    """One table of a guideline.

    Attributes:
        kind: What it is, in words: ``dose table``, ``regimen``, ``criterion``, ...
        id: Its name.
        says: The claim, in our own words.
        source: Id of the source.
        section: Where in the source.
        command: The command of fullcourse that goes by it.
        drugs: INNs that it is about; empty for a criterion of whole regimens.
        lines: What the machine goes by, in words, by label.
        covers: Ids of the mission's list.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    kind: str
    id: str
    says: str
    source: str
    section: str
    command: str
    drugs: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)
    covers: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"


def clauses_of(knowledge: Knowledge) -> dict[str, Clause]:
    """Return every clause by kind and id, in the order of the files."""
    doses, guidelines = knowledge.doses, knowledge.guidelines
    found = [
        *(_table(it, knowledge) for it in doses.tables.values()),
        *(_limit(it, knowledge) for it in doses.limits.values()),
        *map(_product, doses.products.values()),
        *map(_regimen, guidelines.regimens.values()),
        *map(_construction, guidelines.constructions.values()),
        *map(_named, guidelines.named.values()),
        *(_criterion(it, knowledge) for it in guidelines.criteria.values()),
        *map(_toxicity, guidelines.toxicities.values()),
    ]
    return {f"{clause.kind} {clause.id}": clause for clause in found}


def clauses_about(knowledge: Knowledge, drug: str) -> Iterator[Clause]:
    """Yield the clauses about a drug, and the criteria of the regimens and places that it may have.

    Args:
        knowledge: Where they stand.
        drug: INN.
    """
    guidelines = knowledge.guidelines
    criteria = {name for it in guidelines.regimens.values() if drug in it.members for name in it.criteria}
    for construction in guidelines.constructions.values():
        if drug in construction.members:
            criteria |= set(construction.criteria)
            criteria |= {name for it in construction.candidates if drug in (it.drug, it.beside) for name in it.criteria}
    for clause in clauses_of(knowledge).values():
        if drug in clause.drugs or (clause.kind == "criterion" and clause.id in criteria):
            yield clause


def _table(table: DoseTable, knowledge: Knowledge) -> Clause:
    lines = {
        "leads in": listed(table.profiles) or "no profile: shown beside others",
        "of the regimens": listed(table.regimens),
        "in the phases": listed(table.phases),
        "on days a week": listed(map(str, table.days_per_week)),
        "with": listed(table.beside),
        "without": listed(table.without),
        "adjusts for": table.adjusts_for,
        "by": "the lean weight" if table.by_lean_weight else "",
        "against": "" if table.indication == "tuberculosis" else table.indication,
        "who decides": "a specialist" if table.specialist else "",
        "on dialysis": "after it" if table.after_dialysis else "",
        "levels, hours after a dose": listed(map(str, table.level_hours_after_dose)),
        **dose_lines(table, knowledge),
        **_numbered("note", table.notes),
        **_numbered("fault of the source, not followed", table.faults),
    }
    return Clause(
        kind="dose table",
        id=table.id,
        says=table.says,
        source=table.source,
        section=table.section,
        command=DOSE,
        drugs=table.drugs,
        lines=_said(lines),
        covers=table.covers,
        interpretation=table.interpretation,
        review=table.review,
    )


def _limit(limit: DoseLimit, knowledge: Knowledge) -> Clause:
    most = "" if limit.max_mg_per_day is None else f"{limit.max_mg_per_day:g} mg a day"
    span = "" if limit.mg_per_kg_high is None else f"{limit.mg_per_kg_low:g} to {limit.mg_per_kg_high:g} mg/kg a day"
    lines = {
        "blocks in": listed(limit.profiles) if limit.kind == "maximum" else "",
        "of the regimens": listed(limit.regimens),
        "on days a week": listed(map(str, limit.days_per_week)),
        "for": when_words(limit.test, knowledge),
        "at most": most,
        "range": span,
    }
    return Clause(
        kind="dose limit",
        id=limit.id,
        says=limit.says,
        source=limit.source,
        section=limit.section,
        command=DOSE,
        drugs=(limit.drug,),
        lines=_said(lines),
        covers=limit.covers,
        interpretation=limit.interpretation,
        review=limit.review,
    )


def _product(product: Product) -> Clause:
    holds = listed(f"{name} {mg:g} mg" for name, mg in product.contents)
    each = "one mL" if product.is_liquid else f"one {product.form}"
    drugs = tuple(name for name, _ in product.contents)
    says = f"{product.words[:1].upper()}{product.words[1:]} is on the market."
    lines = {f"{each} holds": holds}
    return Clause("product", product.name, says, product.source, product.section, DOSE, drugs, lines)


def _regimen(regimen: StandardRegimen) -> Clause:
    within = regimen.complete_within_months
    lines = {
        "proposed in": listed(regimen.profiles),
        "against bacteria that are": regimen.path,
        **phase_lines(regimen.phases),
        "complete within": "" if within is None else f"{within} months",
        "criteria": listed(regimen.criteria),
        "gives way to": listed(regimen.gives_way_to),
        "stays beside": listed(regimen.beside),
        "open where resistant": listed(regimen.open_if_resistant),
        **_numbered("note", regimen.notes),
    }
    return Clause(
        kind="regimen",
        id=regimen.id,
        says=f"{regimen.name}: {regimen.says}",
        source=regimen.source,
        section=regimen.section,
        command=_REGIMEN,
        drugs=tuple(dict.fromkeys(regimen.members)),
        lines=_said(lines),
        interpretation=regimen.interpretation,
        review=regimen.review,
    )


def _construction(built: Construction) -> Clause:
    first, *others = built.groups
    second = (
        f"at least {built.second_group_at_least}, or {built.second_group_otherwise} where group {first} is not whole"
    )
    lines = {
        "leads in": listed(built.profiles),
        "effective drugs": f"at least {built.effective_at_least}",
        f"group {first}": f"whole with {built.first_group_whole}",
        **({f"group {others[0]}": second} if others else {}),
        "new drugs after a failure": f"at least {built.new_drugs_after_failure}",
        **phase_lines(built.phases),
        **{
            f"candidate {it.drug}": listed(
                (f"group {it.group}", f"one of: {it.slot}", f"with {it.beside}" if it.beside else "", *it.criteria)
            )
            for it in built.candidates
        },
        "criteria": listed(built.criteria),
        "gives way to": listed(built.gives_way_to),
        "stays beside": listed(built.beside),
        **_numbered("note", built.notes),
    }
    return Clause(
        kind="construction of a regimen",
        id=built.id,
        says=f"{built.name}: {built.says}",
        source=built.source,
        section=built.section,
        command=_REGIMEN,
        drugs=tuple(dict.fromkeys(built.members)),
        lines=_said(lines),
        interpretation=built.interpretation,
        review=built.review,
    )


def _named(named: NamedRegimen) -> Clause:
    lines = {"named in": listed(named.profiles), "against bacteria that are": named.path}
    says = f"{named.name}: {named.says}"
    return Clause("regimen that is only named", named.id, says, named.source, named.section, _REGIMEN, (), lines)


def _criterion(criterion: Criterion, knowledge: Knowledge) -> Clause:
    lines: dict[str, str] = {}
    for number, row in enumerate(criterion.rows, 1):
        label = f"row {number}, {'met' if row.fits else 'not met'}"
        lines[label] = when_words(row.test, knowledge) or "everybody"
    lines["otherwise"] = "met" if criterion.otherwise else "not met"
    lines["while it is not known"] = "it is asked first" if criterion.while_unknown == "asks" else "treatment begins"
    lines["where it is not met"] = criterion.unmet
    lines["although it is not known"] = criterion.proposes
    return Clause(
        kind="criterion",
        id=criterion.id,
        says=criterion.says,
        source=criterion.source,
        section=criterion.section,
        command=_REGIMEN,
        lines=_said(lines),
        interpretation=criterion.interpretation,
        review=criterion.review,
    )


def _toxicity(harm: Toxicity) -> Clause:
    lines = {"drugs": listed(harm.drugs)}
    return Clause("shared harm", harm.id, harm.label, harm.source, harm.section, _REGIMEN, harm.drugs, lines)


def _numbered(label: str, texts: tuple[str, ...]) -> dict[str, str]:
    return {f"{label} {number}" if len(texts) > 1 else label: text for number, text in enumerate(texts, 1)}


def _said(lines: Mapping[str, str]) -> dict[str, str]:
    """Return the lines that say something."""
    return {label: words for label, words in lines.items() if words}
