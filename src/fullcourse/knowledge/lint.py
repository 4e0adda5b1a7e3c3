"""What must hold between the files: every name leads somewhere, and no weak source stands alone where it may not."""

import math
from collections.abc import Iterable, Iterator

from fullcourse.clinical.errors import Fault
from fullcourse.knowledge.codes import PREFIX_SYSTEMS, code_fault
from fullcourse.knowledge.consequences import DoseAdvice, DoseRow
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.read_consequences import TESTS
from fullcourse.knowledge.statements import (
    Bands,
    FirstOf,
    Statement,
    Steps,
    TakingCondition,
    When,
)
from fullcourse.knowledge.tables import did_you_mean, nearest
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.knowledge.walk import atoms_of, thens_of

__all__ = ["lint"]

_MISSION = {f"S{number:03}" for number in range(1, 83)}


def lint(knowledge: Knowledge) -> Iterable[Fault]:
    """Return every fault between the files."""
    yield from _statements(knowledge)
    yield from _vocabulary(knowledge)
    yield from _codes(knowledge)
    yield from _other_matters(knowledge)
    yield from _points(knowledge)
    yield from _tests(knowledge)


def _tests(knowledge: Knowledge) -> Iterator[Fault]:
    """Return every test of monitoring that nobody says how to answer, and every name in one that leads nowhere."""
    if not knowledge.tests:
        return
    for name in TESTS:
        if name not in knowledge.tests:
            yield Fault("facts", name, "nothing says what answers this test", "Add a [[test]] of this name.")
    for test in knowledge.tests.values():
        if test.id not in TESTS:
            yield Fault("facts", test.id, "no statement may ask for this test", did_you_mean(test.id, TESTS))
        for part in test.parts:
            if part not in knowledge.tests or knowledge.tests[part].parts:
                yield Fault("facts", test.id, f"part '{part}' is no single test", did_you_mean(part, knowledge.tests))
        for name in (*test.facts, *test.shown_in):
            if name not in knowledge.facts:
                yield Fault("facts", test.id, f"fact '{name}' does not exist", did_you_mean(name, knowledge.facts))


def _statements(knowledge: Knowledge) -> Iterator[Fault]:
    for statement in knowledge.statements.values():
        source = knowledge.sources.get(statement.source)
        if source is None:
            yield _fault(
                statement,
                f"source '{statement.source}' is not in sources/",
                did_you_mean(statement.source, knowledge.sources),
            )
        elif source.tier == "C" and _doses_or_clears(statement):
            yield _fault(statement, f"a dose rests on tier C ('{source.id}') alone", "Find a source of tier A or B.")
        if unknown := set(statement.covers) - _MISSION:
            yield _fault(statement, f"covers {', '.join(sorted(unknown))}, which do not exist", "Use S001 to S082.")
        if statement.review != "unreviewed":
            yield _fault(statement, "review is not 'unreviewed'", "Only a signed review may change it.")
        if statement.through and statement.through not in knowledge.statements:
            hint = did_you_mean(statement.through, knowledge.statements)
            yield _fault(statement, f"it holds through '{statement.through}', which does not exist", hint)
        yield from _forms(statement, knowledge)
        for atom in atoms_of(statement.body):
            if isinstance(atom, TakingCondition) and atom.target.startswith("drug."):
                yield from _drug_name(statement, atom.target)
        if isinstance(statement.body, When | FirstOf | Bands) and not list(thens_of(statement.body)):
            yield _fault(statement, "nothing follows from it", "Add a row or a 'then'.")


def _drug_name(statement: Statement, target: str) -> Iterator[Fault]:
    name = target.removeprefix("drug.")
    if name != name.casefold() or not name:
        yield _fault(statement, f"'{target}' is not an INN in lower case", "Write it in lower case.")


def _forms(statement: Statement, knowledge: Knowledge) -> Iterator[Fault]:
    """Return every form that the drug does not have, and every amount that so many units of it do not hold."""
    inn = statement.id.split(".", 1)[0]
    drug = next((drug for drug in knowledge.drugs.values() if drug.inn.replace(" ", "-") == inn), None)
    if drug is None:
        return
    strengths = {form.words: form.strength_mg for form in drug.forms}
    for form, units, mg in _of_forms(statement):
        if form not in strengths:
            what = f"'form' is '{form}', which {drug.inn} does not have"
            yield _fault(statement, what, f"{nearest(form, strengths)}It has: {', '.join(strengths)}.")
            continue
        strength = strengths[form]
        if units and mg and strength is not None and not math.isclose(units * strength, mg):
            what = f"'units' {units:g} of {form} hold {units * strength:g} mg, not {mg:g}"
            yield _fault(statement, what, "Correct one of the two.")


def _of_forms(statement: Statement) -> Iterator[tuple[str, float | None, float | None]]:
    """Yield each form that a statement names, with how many units of it and what amount."""
    if isinstance(statement.body, Steps):
        for step in statement.body.steps:
            yield from ((step.form, dose.units, dose.mg) for dose in step.doses if step.form)
    for then in thens_of(statement.body):
        if isinstance(then, DoseAdvice):
            for row in then.rows:
                yield from _of_row(row)


def _of_row(row: DoseRow) -> Iterator[tuple[str, float | None, float | None]]:
    if row.form:
        yield row.form, row.units, row.mg
    for other in row.alternatives:
        yield from _of_row(other)


def _doses_or_clears(statement: Statement) -> bool:
    if isinstance(statement.body, Steps):
        return True
    return any(then.kind in {"dose", "missed"} for then in thens_of(statement.body))


def _vocabulary(knowledge: Knowledge) -> Iterator[Fault]:
    for group in knowledge.groups.values():
        if group.within and group.within not in knowledge.groups:
            mend = did_you_mean(group.within, knowledge.groups)
            yield Fault("facts", group.id, f"group '{group.within}' does not exist", mend)
    for fact in knowledge.facts.values():
        if fact.ask_group and fact.ask_group not in knowledge.groups:
            mend = did_you_mean(fact.ask_group, knowledge.groups)
            yield Fault("facts", fact.id, f"group '{fact.ask_group}' does not exist", mend)
        if fact.listed_in and f"{fact.listed_in}_complete" not in knowledge.facts:
            yield Fault("facts", fact.id, f"fact '{fact.listed_in}_complete' is missing", "Define it.")
        yield from _named_by(fact, knowledge)
    for members in knowledge.classes.values():
        if members.source not in knowledge.sources:
            mend = did_you_mean(members.source, knowledge.sources)
            yield Fault("classes", members.id, f"source '{members.source}' is not in sources/", mend)
    for drug in knowledge.drugs.values():
        for key, source in drug.sources.items():
            if source not in knowledge.sources:
                mend = did_you_mean(source, knowledge.sources)
                yield Fault(drug.file, "drug", f"source '{source}' of '{key}' is not in sources/", mend)


def _named_by(fact: FactDefinition, knowledge: Knowledge) -> Iterator[Fault]:
    for name in (fact.beside, fact.upper_limit):
        if name and name not in knowledge.facts:
            mend = did_you_mean(name, knowledge.facts)
            yield Fault("facts", fact.id, f"it names the fact '{name}', which does not exist", mend)
    for name in fact.speaks_of.drugs if fact.speaks_of else ():
        if name not in knowledge.drugs:
            mend = did_you_mean(name, knowledge.drugs)
            yield Fault("facts", fact.id, f"it speaks of '{name}', which is no drug of drugs/", mend)


def _codes(knowledge: Knowledge) -> Iterator[Fault]:
    """Return every code whose form or check digit is wrong."""
    coded: list[tuple[str, str, str, tuple[str, ...]]] = []
    for fact in knowledge.facts.values():
        for way in fact.found:
            for codes in (way.codes, *(answer.codes for answer in way.answers)):
                coded.extend(("facts", fact.id, system, listed) for system, listed in codes.items())
    for matter in knowledge.other_matters.values():
        coded.extend(("facts", matter.id, system, listed) for system, listed in matter.codes.items())
    for members in knowledge.classes.values():
        coded.extend([("classes", members.id, "atc", members.atc), ("classes", members.id, "rxnorm", members.rxnorm)])
    for drug in knowledge.drugs.values():
        for system in ("atc", "rxnorm", "snomed", "unii"):
            if code := getattr(drug, system):
                coded.append((drug.file, drug.inn, system, (code,)))
    for file, where, system, listed in coded:
        for code in listed:
            if wrong := code_fault(system, code):
                mend = "Look the code up again; never mend a check digit."
                yield Fault(file, where, f"{system} code '{code}': {wrong}", mend)


def _other_matters(knowledge: Knowledge) -> Iterator[Fault]:
    """Return every other matter without its source, and every code of one that a fact has as well or beats."""
    of_facts: dict[tuple[str, str], dict[str, str]] = {}
    for fact in knowledge.facts.values():
        for way in fact.found:
            for system, listed in way.codes.items():
                of_facts.setdefault((way.resource, system), {}).update({_plain(code): fact.id for code in listed})
    for matter in knowledge.other_matters.values():
        if matter.source not in knowledge.sources:
            mend = did_you_mean(matter.source, knowledge.sources)
            yield Fault("facts", matter.id, f"source '{matter.source}' is not in sources/", mend)
        for system, listed in matter.codes.items():
            known = of_facts.get((matter.resource, system), {})
            for code in listed:
                plain = _plain(code)
                starts = range(1, len(plain) + 1) if system in PREFIX_SYSTEMS else (len(plain),)
                beaten_by = next((known[plain[:end]] for end in starts if plain[:end] in known), None)
                if beaten_by is not None:
                    what = f"{system} code '{code}' is a code of fact '{beaten_by}' too, which counts"
                    yield Fault("facts", matter.id, what, "A code is known to mean one thing: remove it here or there.")


def _plain(code: str) -> str:
    return code.replace(".", "").upper()


def _points(knowledge: Knowledge) -> Iterator[Fault]:
    at_points: dict[str, set[str]] = {}
    for statement in knowledge.statements.values():
        at_points.setdefault(statement.point, set()).add(statement.source)
    for point in knowledge.points.values():
        for profile, source in point.leads.items():
            if profile not in knowledge.profiles:
                yield Fault("profiles/points.toml", point.id, f"profile '{profile}' does not exist", "Define it.")
            if source not in at_points.get(point.id, set()):
                yield Fault(
                    "profiles/points.toml",
                    point.id,
                    f"'{source}' says nothing at this point",
                    "Name a source that does.",
                )
            elif source in knowledge.sources and knowledge.sources[source].tier == "C":
                yield Fault("profiles/points.toml", point.id, f"'{source}' is tier C and may not lead", "Drop it.")


def _fault(statement: Statement, what: str, mend: str) -> Fault:
    return Fault(statement.file, statement.id, what, mend)
