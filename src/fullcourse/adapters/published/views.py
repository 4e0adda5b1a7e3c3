"""SQL-on-FHIR ViewDefinitions of the facts, made of the code sets by which records are read.

A view says which rows of a record speak of a fact, with their dates, states and values in its unit. What the rows
of a patient come to (shelf lives, contradictions, complete lists, formulas) no view can say, since one is over one
resource: `views_of` names for each fact what is left to whoever reads the view, and which facts no view expresses.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fullcourse.adapters.published.view_parts import (
    Json,
    any_of,
    coding_is,
    column,
    dates_of,
    definition,
    factors_of,
    unit_is,
)
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition, Found, ResourceReading

__all__ = ["INDEX", "views_of"]

INDEX: Final = "index"
"""The name of what says of each fact in which views it is, and what is left to whoever reads them."""

_KINDS: Final = ("Condition", "Procedure", "AllergyIntolerance")
_MEDICINES: Final = ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense")
_COLUMN_OF_PATIENT: Final = {"AllergyIntolerance": "patient"}
_CODED_STATES: Final = ("clinicalStatus", "verificationStatus")
_WORDS: Final = {True: "yes", False: "no"}
_DESCRIPTION: Final = (
    "Made by fullcourse from the code set by which records are read; unreviewed. One row for each {row}. "
    "The first date_ column that is not null counts. {left}"
)


def views_of(knowledge: Knowledge) -> dict[str, Json]:
    """Return every view by its name, and the index of the facts under `INDEX`."""
    views = {"patient": _patient()}
    facts: dict[str, Json] = {}
    for fact in knowledge.facts.values():
        made = _of_fact(fact, knowledge)
        views |= made
        facts[fact.id] = _described(fact, list(made))
    for resource in _MEDICINES:
        if resource in knowledge.readings:
            view = _medicines(knowledge, knowledge.readings[resource])
            views[str(view["name"])] = view
    head = AnswerHead(knowledge.digest)
    index = {
        "kind": "fullcourse/views/1",
        "version": head.version,
        "knowledge": head.knowledge,
        "facts": facts,
        "reading": {
            kind: {"dates": list(reading.dates), "status": {name: dict(of) for name, of in reading.statuses.items()}}
            for kind, reading in knowledge.readings.items()
            if kind in (*_KINDS, *_MEDICINES, "Observation")
        },
        "medicines": "Only the drugs of the knowledge, by the code of their ingredient (RxNorm, SNOMED CT, UNII, ATC). "
        "Codes of products, names without a code, classes of medicines, Medication resources that are referred to, and "
        "how long a medicine is taken are not in the views.",
    }
    return views | {INDEX: index}


def _described(fact: FactDefinition, views: Sequence[str]) -> Json:
    """Return what the index says of a fact."""
    described: Json = {"label": fact.label, "kind": fact.kind, "views": list(views), "not_in_views": _left(fact, views)}
    if fact.unit:
        described["unit"] = fact.unit
    if fact.plausible:
        described["plausible"] = list(fact.plausible)
    if fact.valid_days is not None:
        described["valid_days"] = fact.valid_days
    return described


def _left(fact: FactDefinition, views: Sequence[str]) -> list[str]:
    """Return what of a fact no view expresses."""
    if fact.derived:
        return [f"the whole: it is worked out of other facts ({fact.derived})"]
    left = []
    if not fact.found:
        left.append("the whole: it is answered or handed in, and found in no record")
    elif not views and not any(found.field for found in fact.found):
        left.append("the whole: no code set of its own is looked for in a type of resource that a view is over")
    if views:
        left.append(
            "what the rows of a patient come to: the newest within its shelf life, contradictions at one instant"
        )
    if fact.listed_in:
        left.append(f"no: the {fact.listed_in} being complete, which other resources say")
    if any(found.names for found in fact.found) or fact.spoken_as:
        left.append("matters that are named in words, without a code")
    if any(found.ingredients for found in fact.found):
        left.append("substances recognised by their ingredient")
    others = sorted({found.resource for found in fact.found} - {*_KINDS, "Observation", "Patient"})
    left += [f"what {name} says" for name in others]
    if fact.never_when or fact.shown_by:
        left.append("what other facts say of it")
    return left


def _patient() -> Json:
    columns = [
        column("patient", "getResourceKey()", "string"),
        column("birth_date", "birthDate", "date"),
        column("sex", "gender", "code"),
        column("deceased", "deceased.ofType(boolean)", "boolean"),
        column("died_on", "deceased.ofType(dateTime)", "dateTime"),
        column("clinic", "managingOrganization.reference", "string"),
    ]
    left = "Age and ages in months and days are worked out at a date."
    said = _DESCRIPTION.format(row="patient", left=left).replace(" The first date_ column that is not null counts.", "")
    return definition("patient", "Patient", "Patients", said, [{"column": columns}], "")


def _of_fact(fact: FactDefinition, knowledge: Knowledge) -> dict[str, Json]:
    views: dict[str, Json] = {}
    for resource in dict.fromkeys(found.resource for found in fact.found):
        ways = [found for found in fact.found if found.resource == resource and found.codes]
        if not ways or resource not in (*_KINDS, "Observation"):
            continue
        name = f"{fact.id}_{resource}".lower()
        reading = knowledge.readings[resource]
        if resource == "Observation" and fact.kind == "number":
            views[name] = _number(name, fact, ways, reading)
        elif resource == "Observation":
            views[name] = _answered(name, fact, ways, reading)
        else:
            views[name] = _coded(name, fact, ways, reading)
    return views


def _common(reading: ResourceReading) -> Json:
    """Return the columns of every row: which resource, whose, its states and its dates."""
    subject = _COLUMN_OF_PATIENT.get(reading.resource, "subject")
    states = [
        column(_snake(name), f"{name}.coding.code.first()" if name in _CODED_STATES else name, "code")
        for name in reading.statuses
        if name != "doNotPerform"
    ]
    if "doNotPerform" in reading.statuses:
        states.append(column("do_not_perform", "doNotPerform", "boolean"))
    return {
        "column": [
            column("id", "getResourceKey()", "string"),
            column("patient", f"{subject}.getReferenceKey(Patient)", "string"),
            *states,
            *dates_of(reading.dates),
        ]
    }


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _number(name: str, fact: FactDefinition, ways: Iterable[Found], reading: ResourceReading) -> Json:
    """Return the view of a measured number: of the Observation and of its components, in the unit of the fact."""
    coding = coding_is(_together(ways))
    factors = factors_of(fact)
    known = unit_is(code for codes in factors.values() for code in codes)
    branches = []
    for part in (
        f"where(code.coding.where({coding}).exists())",
        f"component.where(code.coding.where({coding}).exists())",
    ):
        for factor, codes in factors.items():
            path = "value" if float(factor) == 1.0 else f"value * {factor}"
            branches.append(_value(f"{part}.value.ofType(Quantity).where({unit_is(codes)})", path, ""))
        other = f"{part}.where(value.ofType(Quantity).where({known}).empty())"
        branches.append(_value(other, "value.ofType(Quantity).value.where(1 = 2)", "value.ofType(Quantity)."))
    said = _DESCRIPTION.format(
        row="result",
        left=f"value is in {fact.unit or '1'}, and null where the unit is no UCUM code that measures it; an open end "
        "stands in comparator. A status counts as the index says.",
    )
    where = f"code.coding.where({coding}).exists() or component.where(code.coding.where({coding}).exists()).exists()"
    return definition(name, "Observation", fact.label, said, [_common(reading), {"unionAll": branches}], where)


def _value(each: str, value: str, before: str) -> Json:
    columns = [
        column("value", value, "decimal"),
        column("comparator", f"{before}comparator", "code"),
        column("recorded_value", f"{before}value", "decimal"),
        column("recorded_unit", f"{before}code", "string"),
    ]
    return {"forEach": each, "column": columns}


def _answered(name: str, fact: FactDefinition, ways: Iterable[Found], reading: ResourceReading) -> Json:
    """Return the view of an Observation whose coded value says it."""
    branches = [
        _says(
            f"where(code.coding.where({coding_is(found.codes)}).exists())"
            f".value.ofType(CodeableConcept).coding.where({coding_is(answer.codes)})",
            answer.value,
        )
        for found in ways
        for answer in found.answers
        if answer.codes
    ]
    said = _DESCRIPTION.format(row="coding of an answer that is known", left="A status counts as the index says.")
    where = f"code.coding.where({coding_is(_together(ways))}).exists()"
    return definition(name, "Observation", fact.label, said, [_common(reading), {"unionAll": branches}], where)


def _coded(name: str, fact: FactDefinition, ways: Sequence[Found], reading: ResourceReading) -> Json:
    """Return the view of a resource that says it by its own code."""
    every = _together(ways)
    branches = [_says(f"code.coding.where({coding_is(found.codes, every)})", found.value) for found in ways]
    said = _DESCRIPTION.format(
        row="coding that speaks of it",
        left="says is what the code says (unsure: it raises the matter); the states count as the index says.",
    )
    where = f"code.coding.where({coding_is(every)}).exists()"
    return definition(name, reading.resource, fact.label, said, [_common(reading), {"unionAll": branches}], where)


def _says(each: str, value: bool | str) -> Json:
    return {
        "forEach": each,
        "column": [
            column("says", f"'{_WORDS.get(value, value) if isinstance(value, bool) else value}'", "string"),
            column("system", "system", "uri"),
            column("code", "code", "code"),
        ],
    }


def _together(ways: Iterable[Found]) -> dict[str, tuple[str, ...]]:
    """Return the codes of several ways in which a fact is found, by system."""
    together: dict[str, tuple[str, ...]] = {}
    for found in ways:
        for system, codes in found.codes.items():
            together[system] = tuple(dict.fromkeys((*together.get(system, ()), *codes)))
    return together


def _medicines(knowledge: Knowledge, reading: ResourceReading) -> Json:
    """Return the view of the medicines whose ingredient is a drug of the knowledge, by the codes of that drug."""
    branches, every = [], []
    for drug in knowledge.drugs.values():
        codes = _some({"rxnorm": drug.rxnorm, "snomed": drug.snomed, "unii": drug.unii, "atc": drug.atc})
        if not codes:
            continue
        coding = coding_is(codes)
        every.append(coding)
        found = _says(f"medication.ofType(CodeableConcept).coding.where({coding})", drug.inn)
        found["column"][0]["name"] = "drug"
        branches.append(found)
    name = f"medicines_{_snake(reading.resource).lstrip('_')}"
    said = _DESCRIPTION.format(
        row="coding of a drug", left="The states count as the index says, and so does what is not in the view."
    )
    where = f"medication.ofType(CodeableConcept).coding.where({any_of(every)}).exists()"
    select = [_common(reading), {"unionAll": branches}]
    return definition(name, reading.resource, "Medicines of the knowledge", said, select, where)


def _some(codes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {system: (code,) for system, code in codes.items() if code}
