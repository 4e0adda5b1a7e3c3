"""What a regimen comes to when its drugs are chosen: objections, overlapping harms, effective drugs."""

from collections.abc import Iterable, Mapping, Sequence

from fullcourse.clinical.citation import Citation
from fullcourse.knowledge.library import Knowledge
from fullcourse.regimens.composed import Objection, Overlap
from fullcourse.regimens.screened import DrugView, Screened

__all__ = ["citation_of", "effective_range", "objections_of", "overlaps_of"]


def citation_of(knowledge: Knowledge, source: str, section: str) -> Citation:
    """Return a section of a source as an output shows it."""
    return knowledge.sources[source].cited(section)


def effective_range(names: Iterable[str], screened: Screened) -> tuple[int, int]:
    """Return how many of some drugs are effective, at least and at most."""
    effects = [screened.drugs[name].effective for name in names]
    return sum(it is True for it in effects), sum(it is not False for it in effects)


def overlaps_of(names: Sequence[str], knowledge: Knowledge) -> tuple[Overlap, ...]:
    """Return the harms that two or more of some drugs share."""
    shared = []
    for toxicity in knowledge.guidelines.toxicities.values():
        drugs = tuple(name for name in names if name in toxicity.drugs)
        if len(drugs) > 1:
            citation = citation_of(knowledge, toxicity.source, toxicity.section)
            shared.append(Overlap(toxicity.id, toxicity.label, drugs, citation))
    return tuple(shared)


def objections_of(
    roles: Mapping[str, str], open_if_resistant: Sequence[str], screened: Screened
) -> tuple[Objection, ...]:
    """Return what the results and the check of each drug and pair say against a regimen.

    Args:
        roles: Each drug with its role.
        open_if_resistant: Drugs for which no source says what follows from their resistance.
        screened: What the check said.
    """
    objections: list[Objection] = []
    for name, role in roles.items():
        view = screened.drugs[name]
        if role == "counted" and view.effective is False:
            objections.append(_resistant(view, name in open_if_resistant))
        if view.allowed is not True:
            objections.append(_not_allowed(view))
    for pair in screened.among(roles):
        if pair.allowed is not True:
            word = "must not be taken together" if pair.allowed is False else "cannot be assessed together yet"
            cited = pair.findings if pair.allowed is False else pair.unresolved
            objections.append(Objection("pair", pair.drugs, f"{' and '.join(pair.drugs)} {word}", cited, pair.allowed))
    return tuple(objections)


def _resistant(view: DrugView, is_open: bool) -> Objection:
    if is_open:
        says = f"{view.drug} is shown resistant; no source that was read says what follows: ask a specialist"
        return Objection("resistant", (view.drug,), says, (), None)
    return Objection("resistant", (view.drug,), f"{view.drug} is shown resistant and does not count", (), False)


def _not_allowed(view: DrugView) -> Objection:
    if view.allowed is False:
        says = f"{view.drug}: {view.against[0].says}" if view.against else f"{view.drug} is contraindicated"
        return Objection("contraindicated", (view.drug,), says, tuple(it.id for it in view.against), False)
    says = f"{view.drug}: what could forbid it cannot be assessed yet"
    missing = tuple(dict.fromkeys(name for finding in view.open for name in finding.missing))
    return Objection("unassessed", (view.drug,), says, tuple(it.id for it in view.open), None, missing)
