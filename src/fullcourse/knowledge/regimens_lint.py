"""What must hold between guidelines and the rest of the knowledge: names lead somewhere, nothing rests on tier C."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fullcourse.clinical.citation import Source
from fullcourse.clinical.errors import Fault
from fullcourse.knowledge.regimens import (
    Construction,
    Criterion,
    Guidelines,
    NamedRegimen,
    Phase,
    StandardRegimen,
    Toxicity,
)
from fullcourse.knowledge.tables import did_you_mean

__all__ = ["lint_guidelines"]


def lint_guidelines(
    guidelines: Guidelines,
    drugs: Iterable[str],
    profiles: Iterable[str],
    sources: Mapping[str, Source],
) -> Iterator[Fault]:
    """Return every fault of the guidelines.

    Args:
        guidelines: As read.
        drugs: INNs that are covered.
        profiles: Ids of the profiles.
        sources: By id.
    """
    covered, known_profiles = frozenset(drugs), frozenset(profiles)
    proposed: list[StandardRegimen | Construction] = [*guidelines.regimens.values(), *guidelines.constructions.values()]
    claims: list[Criterion | StandardRegimen | Construction] = [*guidelines.criteria.values(), *proposed]
    for claim in claims:
        yield from _cited(claim, sources)
        if claim.review != "unreviewed":
            yield Fault(claim.file, claim.id, "review is not 'unreviewed'", "Only a signed review may change it.")
    mentions: list[NamedRegimen | Toxicity] = [*guidelines.named.values(), *guidelines.toxicities.values()]
    for mention in mentions:
        if mention.source not in sources:
            yield _no_source(mention.file, mention.id, mention.source, sources)
    for plan in proposed:
        yield from _proposed(plan, guidelines, known_profiles)
        for phase in plan.phases:
            yield from _phase(plan, phase, covered)
    for construction in guidelines.constructions.values():
        yield from _construction(construction, guidelines, covered)
    for toxicity in guidelines.toxicities.values():
        yield from _drugs(toxicity.file, toxicity.id, toxicity.drugs, covered)
    for named in guidelines.named.values():
        yield from _profiles(named.file, named.id, named.profiles, known_profiles)


def _cited(claim: Criterion | StandardRegimen | Construction, sources: Mapping[str, Source]) -> Iterator[Fault]:
    source = sources.get(claim.source)
    if source is None:
        yield _no_source(claim.file, claim.id, claim.source, sources)
    elif source.tier == "C":
        what = f"it is executed and rests on tier C ('{source.id}') alone"
        yield Fault(claim.file, claim.id, what, "Make it a [[named_regimen]], or find a source of tier A or B.")


def _no_source(file: str, where: str, name: str, sources: Mapping[str, Source]) -> Fault:
    return Fault(file, where, f"source '{name}' is not in sources/", did_you_mean(name, sources))


def _proposed(
    plan: StandardRegimen | Construction, guidelines: Guidelines, profiles: frozenset[str]
) -> Iterator[Fault]:
    yield from _profiles(plan.file, plan.id, plan.profiles, profiles)
    yield from _criteria(plan.file, plan.id, plan.criteria, guidelines)
    for name in (*plan.gives_way_to, *plan.beside):
        if name not in guidelines.regimens:
            mend = did_you_mean(name, guidelines.regimens)
            yield Fault(plan.file, plan.id, f"'{name}' is no regimen", mend)
    if not plan.phases:
        yield Fault(plan.file, plan.id, "it has no phase", "Give its phases, or make it a [[named_regimen]].")


def _phase(plan: StandardRegimen | Construction, phase: Phase, covered: frozenset[str]) -> Iterator[Fault]:
    for part in phase.drugs:
        yield from _drugs(plan.file, plan.id, part.one_of, covered)
    if isinstance(plan, StandardRegimen) and not phase.drugs:
        yield Fault(plan.file, plan.id, f"phase '{phase.name}' has no drug", "Name its drugs.")


def _construction(construction: Construction, guidelines: Guidelines, covered: frozenset[str]) -> Iterator[Fault]:
    file, where = construction.file, construction.id
    names = [candidate.drug for candidate in construction.candidates]
    yield from _drugs(file, where, names, covered)
    yield from _drugs(file, where, [it.beside for it in construction.candidates if it.beside], covered)
    if len(set(names)) < len(names):
        yield Fault(file, where, "a drug is a candidate twice", "Name each once.")
    for candidate in construction.candidates:
        if candidate.group not in construction.groups:
            mend = did_you_mean(candidate.group, construction.groups)
            yield Fault(file, where, f"group '{candidate.group}' of {candidate.drug} is not in 'groups'", mend)
        yield from _criteria(file, where, candidate.criteria, guidelines)


def _criteria(file: str, where: str, names: Sequence[str], guidelines: Guidelines) -> Iterator[Fault]:
    for name in names:
        if name not in guidelines.criteria:
            yield Fault(file, where, f"criterion '{name}' is not there", did_you_mean(name, guidelines.criteria))


def _profiles(file: str, where: str, names: Sequence[str], profiles: frozenset[str]) -> Iterator[Fault]:
    if not names:
        yield Fault(file, where, "it names no profile", 'Add profiles = ["who"], for example.')
    for name in names:
        if name not in profiles:
            yield Fault(file, where, f"profile '{name}' does not exist", did_you_mean(name, profiles))


def _drugs(file: str, where: str, names: Iterable[str], covered: frozenset[str]) -> Iterator[Fault]:
    for name in names:
        if name not in covered:
            yield Fault(file, where, f"'{name}' is no drug of drugs/", did_you_mean(name, covered))
