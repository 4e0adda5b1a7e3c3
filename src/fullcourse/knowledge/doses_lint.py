"""What must hold of dose tables: one dose for a weight, amounts that are their units, names that lead somewhere."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from fullcourse.clinical.errors import Fault
from fullcourse.knowledge.doses import DoseBand, DoseLimit, DoseLine, Doses, DoseTable, Product, Way
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Construction, Guidelines, StandardRegimen
from fullcourse.knowledge.statements import Condition, FactCondition, When
from fullcourse.knowledge.tables import did_you_mean, nearest

__all__ = ["lint_doses"]

_Strengths = Mapping[str, tuple[Mapping[str, float], bool]]
"""By the words of a form: what one unit or one mL holds, mg by INN, and whether it is a liquid."""


def lint_doses(doses: Doses, guidelines: Guidelines, knowledge: Knowledge) -> Iterator[Fault]:
    """Return every fault of the doses.

    Args:
        doses: As read.
        guidelines: Whose regimens and phases they may name.
        knowledge: Drugs with their forms, profiles and sources.
    """
    for product in doses.products.values():
        yield from _product(product, knowledge)
    claims: list[DoseTable | DoseLimit] = [*doses.tables.values(), *doses.limits.values()]
    for claim in claims:
        yield from _cited(claim, knowledge)
        yield from _regimens(claim, guidelines)
    for table in doses.tables.values():
        yield from _phases(table, guidelines)
        yield from _drugs(table, table.drugs, knowledge)
        yield from _bands(table)
        strengths = {drug: _strengths(drug, doses, knowledge) for drug in table.drugs}
        for line in (line for band in table.bands for option in band.options for line in option.lines):
            for way in line.ways:
                yield from _way(table, line, way, strengths)
    for limit in doses.limits.values():
        yield from _drugs(limit, (limit.drug,), knowledge)


def _product(product: Product, knowledge: Knowledge) -> Iterator[Fault]:
    if product.source not in knowledge.sources:
        mend = did_you_mean(product.source, knowledge.sources)
        yield Fault(product.file, product.words, f"source '{product.source}' is not in sources/", mend)
    if not product.words.startswith(product.form):
        yield Fault(
            product.file, product.words, f"the words do not begin with the form '{product.form}'", "Correct it."
        )
    for name, _ in product.contents:
        if name not in knowledge.drugs:
            mend = did_you_mean(name, knowledge.drugs)
            yield Fault(product.file, product.words, f"'{name}' is no drug of drugs/", mend)
            continue
        if product.words in {form.words for form in knowledge.drugs[name].forms}:
            yield Fault(product.file, product.words, f"it is a form of {name} already", "Keep the form of the drug.")


def _only_tightens(claim: DoseTable | DoseLimit) -> bool:
    """Whether a claim can make no dose and only keep one from being given: a secondary source may do that."""
    return isinstance(claim, DoseLimit) and claim.kind == "maximum"


def _cited(claim: DoseTable | DoseLimit, knowledge: Knowledge) -> Iterator[Fault]:
    source = knowledge.sources.get(claim.source)
    if source is None:
        mend = did_you_mean(claim.source, knowledge.sources)
        yield _fault(claim, f"source '{claim.source}' is not in sources/", mend)
    elif source.tier == "C" and not _only_tightens(claim):
        yield _fault(claim, f"a dose rests on tier C ('{source.id}') alone", "Find a source of tier A or B.")
    if claim.review != "unreviewed":
        yield _fault(claim, "review is not 'unreviewed'", "Only a signed review may change it.")
    for name in claim.profiles:
        if name not in knowledge.profiles:
            yield _fault(claim, f"profile '{name}' does not exist", did_you_mean(name, knowledge.profiles))


def _regimens(claim: DoseTable | DoseLimit, guidelines: Guidelines) -> Iterator[Fault]:
    known = (*guidelines.regimens, *guidelines.constructions, *guidelines.named)
    for name in claim.regimens:
        if name not in known:
            yield _fault(claim, f"'{name}' is no regimen", did_you_mean(name, known))


def _phases(table: DoseTable, guidelines: Guidelines) -> Iterator[Fault]:
    plans: dict[str, StandardRegimen | Construction] = {**guidelines.regimens, **guidelines.constructions}
    if table.phases and not table.regimens:
        yield _fault(table, "it names phases of no regimen", "Name the regimens, or drop the phases.")
    for name in table.regimens:
        if name in plans and (unknown := set(table.phases) - {phase.name for phase in plans[name].phases}):
            mend = f"It has: {', '.join(phase.name for phase in plans[name].phases)}."
            yield _fault(table, f"regimen '{name}' has no phase '{', '.join(sorted(unknown))}'", mend)


def _drugs(claim: DoseTable | DoseLimit, names: Sequence[str], knowledge: Knowledge) -> Iterator[Fault]:
    for name in names:
        if name not in knowledge.drugs:
            yield _fault(claim, f"'{name}' is no drug of drugs/", did_you_mean(name, knowledge.drugs))


def _bands(table: DoseTable) -> Iterator[Fault]:
    """Return every overlap, and every gap between two bands that the table does not declare."""
    for band in table.bands:
        if band.printed_to_kg is None:
            continue
        if not band.holds_kg(band.printed_to_kg):
            yield _fault(table, f"'printed_to' {band.printed_to_kg:g} lies outside its band", "Correct it.")
        if not table.interpretation:
            yield _fault(table, "a gap of the source is read into a band", "Name the reading: interpretation = ....")
    for number, band in enumerate(table.bands):
        for other in table.bands[number + 1 :]:
            if _meet(band, other) and not _apart(band, other):
                ends = f"{_words(band)} and {_words(other)}"
                yield _fault(table, f"bands {ends} hold for one patient", "Correct their ends or their conditions.")
    if not table.is_by_weight:
        return
    edges = sorted({edge for band in table.bands for edge in (band.from_kg, band.to_kg) if edge is not None})
    lowest = min(band.from_kg or 0.0 for band in table.bands)
    highest = max(math.inf if band.to_kg is None else band.to_kg for band in table.bands)
    inside = [weight for weight in edges if lowest < weight < highest]
    for weight in (*inside, *((low + high) / 2.0 for low, high in pairwise(edges))):
        if not any(band.holds_kg(weight) for band in table.bands):
            yield _fault(table, f"no band holds {weight:g} kg", "Add the band, or declare the gap with no_dose.")


def _meet(band: DoseBand, other: DoseBand) -> bool:
    """Return whether one weight lies in both."""
    edges = [edge for it in (band, other) for edge in (it.from_kg, it.to_kg) if edge is not None]
    near = [edge + by for edge in edges for by in (-1e-6, 0.0, 1e-6)] or [1.0]
    return any(band.holds_kg(weight) and other.holds_kg(weight) for weight in near)


def _apart(band: DoseBand, other: DoseBand) -> bool:
    """Return whether a condition of one excludes a condition of the other, beside the weight."""
    first, second = _atoms(band), _atoms(other)
    return any(_exclude(one, two) for one in first for two in second)


def _atoms(band: DoseBand) -> list[FactCondition]:
    body = band.test.body
    conditions: Sequence[Condition] = body.conditions if isinstance(body, When) else ()
    return [atom for atom in conditions if isinstance(atom, FactCondition) and atom.fact != "weight"]


def _exclude(one: FactCondition, two: FactCondition) -> bool:
    if one.fact != two.fact:
        return False
    if isinstance(one.equals, bool | str) and isinstance(two.equals, bool | str):
        return one.equals != two.equals
    return _below(one, two) or _below(two, one)


def _below(one: FactCondition, two: FactCondition) -> bool:
    """Return whether every number that fits one lies under every number that fits the other."""
    high = [(bound, kind == "below") for kind, bound in one.bounds if kind in {"below", "at_most"}]
    low = [(bound, kind == "above") for kind, bound in two.bounds if kind in {"above", "at_least"}]
    return any(
        isinstance(top, int | float)
        and isinstance(floor, int | float)
        and (top < floor or (top == floor and (is_open or is_strict)))
        for top, is_open in high
        for floor, is_strict in low
    )


def _strengths(drug: str, doses: Doses, knowledge: Knowledge) -> _Strengths:
    known: dict[str, tuple[Mapping[str, float], bool]] = {}
    for form in knowledge.drugs[drug].forms if drug in knowledge.drugs else ():
        if form.strength_mg is not None:
            known[form.words] = ({drug: form.strength_mg}, False)
        elif form.strength_mg_per_ml is not None:
            known[form.words] = ({drug: form.strength_mg_per_ml}, True)
    for product in doses.products_of(drug):
        known[product.words] = (dict(product.contents), product.is_liquid)
    return known


def _way(table: DoseTable, line: DoseLine, way: Way, strengths: Mapping[str, _Strengths]) -> Iterator[Fault]:
    """Return every form that a drug does not have, and every amount that is not its units or its volume."""
    if not way.form:
        if way.units is not None or way.volume_ml is not None:
            yield _fault(table, "units or a volume stand without a form", "Name the form.")
        return
    known = strengths.get(line.drug or table.drugs[0], {})
    if way.form not in known:
        what = f"form '{way.form}' is none of {line.drug or 'the combinations'}"
        yield _fault(table, what, f"{nearest(way.form, known)}Known: {', '.join(known)}.")
        return
    if way.volume_ml is not None and way.in_ml is not None and way.volume_ml > way.in_ml:
        what = f"{way.volume_ml:g} mL are taken of {way.in_ml:g} mL of {way.form}"
        yield _fault(table, what, "Such a volume does not exist: drop the way, and say so under 'faults'.")
    holds, is_liquid = known[way.form]
    strength = holds.get(line.drug)
    held = _held(way, is_liquid=is_liquid)
    if strength is None or way.mg is None:
        return
    if held is None:
        if way.units is not None or way.volume_ml is not None:
            yield _fault(table, f"what {way.form} holds cannot be told", "Give units of a solid, a volume of a liquid.")
    elif not math.isclose(held * strength, way.mg, rel_tol=1e-3):
        yield _fault(
            table, f"so much of {way.form} holds {held * strength:g} mg, not {way.mg:g}", "Correct one of both."
        )


def _held(way: Way, *, is_liquid: bool) -> float | None:
    """Return how many units or mL of the form an intake holds; None where the row counts none, or wrongly."""
    if is_liquid:
        return way.volume_ml if way.units is None and way.in_ml is None else None
    if way.volume_ml is None:
        return way.units
    return way.dissolved * way.volume_ml / way.in_ml if way.in_ml is not None and way.units is None else None


def _words(band: DoseBand) -> str:
    low = "" if band.from_kg is None else f"{'above' if band.excludes_from else 'from'} {band.from_kg:g}"
    high = "" if band.to_kg is None else f"{'up to' if band.includes_to else 'below'} {band.to_kg:g}"
    return f"'{' '.join(filter(None, (low, high))) or 'any weight'}'"


def _fault(claim: DoseTable | DoseLimit, what: str, mend: str) -> Fault:
    return Fault(claim.file, claim.id, what, mend)
