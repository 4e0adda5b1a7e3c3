"""What whole documents say: lists that somebody reconciled, and questionnaires that somebody answered.

A list is complete only when it says so and every entry of it is in the record. "No information" is never "none".
"""

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_at
from fullcourse.adapters.fhir.read.elements import Element, child, children, number, shown, text
from fullcourse.adapters.fhir.read.evidence import Match, Meaning, Reading, add_matter
from fullcourse.adapters.fhir.read.observations import Said, quantity_says, value_says
from fullcourse.adapters.measures import beside, measure
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.vocabulary import Found

__all__ = ["INTAKE", "read_composition", "read_list", "read_questionnaire_response"]

INTAKE = "urn:fullcourse:intake"
"""The questionnaire of which every linkId is the id of a fact."""

_ASKED = Found("QuestionnaireResponse", {})
_NONE_KNOWN = "nilknown"
_CODED = {
    "AllergyIntolerance": ("code",),
    "Condition": ("code",),
    "MedicationRequest": ("medicationCodeableConcept",),
    "MedicationStatement": ("medicationCodeableConcept",),
}


def read_composition(entry: Entry, reading: Reading) -> None:
    """Read the sections of one Composition."""
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("Composition", meaning.reason)
        return
    sections = children(entry.resource, "section", entry.origin)
    for section in sections:
        _read_section(section, meaning, entry, reading)
    if not sections:
        reading.gathered.skip("Composition", "it has no sections")


def read_list(entry: Entry, reading: Reading) -> None:
    """Read one List, as a section of its own."""
    concept = concept_at(entry.resource, "code", entry.origin)
    if concept is None or not reading.index.by_code("Section", concept.codes):
        reading.gathered.skip("List", "no fact uses it")
        return
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("List", meaning.reason)
        return
    items = children(entry.resource, "entry", entry.origin)
    references = [reference for row in items if (reference := child(row, "item", f"{entry.origin}.entry")) is not None]
    _read_part(entry.resource, references, concept, meaning, entry, reading)


def _read_section(section: Element, meaning: Meaning, entry: Entry, reading: Reading) -> None:
    place = f"{entry.origin}.section"
    concept = concept_at(section, "code", place)
    if concept is None:
        reading.gathered.skip(f"{entry.kind} section", "it has no code")
    else:
        _read_part(section, _references(section, place), concept, meaning, entry, reading)
    for inner in children(section, "section", place):
        _read_section(inner, meaning, entry, reading)


def _references(section: Element, place: str) -> list[Element]:
    own = children(section, "entry", place)
    return own + [reference for inner in children(section, "section", place) for reference in _references(inner, place)]


def _read_part(
    part: Element, references: list[Element], concept: Concept, meaning: Meaning, entry: Entry, reading: Reading
) -> None:
    matches = reading.index.by_code("Section", concept.codes)
    if not matches:
        reading.gathered.skip(f"{entry.kind} section", "no fact uses it")
        return
    why_not = _why_incomplete(part, references, entry, reading)
    if why_not:
        reading.gathered.notes[f"the section '{concept.title}' does not make its list complete: {why_not}"] = None
        return
    add_matter(reading, matches, meaning, entry, concept.title)


def _why_incomplete(part: Element, references: list[Element], entry: Entry, reading: Reading) -> str:
    """Return why a list cannot be taken as complete; empty when it can."""
    place = entry.origin
    if text(part, "mode", place) == "changes":
        return "it lists changes only"
    reason = concept_at(part, "emptyReason", place)
    if not references:
        codes = () if reason is None else (*(code for _, code in reason.codes), *reason.other_codes)
        if _NONE_KNOWN in codes:
            return ""
        return f"it is empty ({shown(reason.title)})" if reason else "it has text and no entries that can be read"
    if reason is not None:
        return "it has entries and a reason for having none"
    narrative = child(part, "text", place)
    if narrative is not None and text(narrative, "status", place) == "additional":
        return "its text says more than its entries"
    for row in references:
        reference = text(row, "reference", f"{place}.entry")
        target = reading.bundle.resolve(reference, entry, place) if reference else None
        if target is None:
            return "an entry of it is not in the record"
        if _says_nothing_known(target):
            return "it says that there is no information"
    return ""


def _says_nothing_known(entry: Entry) -> bool:
    """Tell whether an entry of a list says that nothing is known (``no-problem-info``), which is not "none"."""
    for name in _CODED.get(entry.kind, ()):
        concept = concept_at(entry.resource, name, entry.origin)
        if concept and any(system == "absent-unknown" and code.endswith("-info") for system, code in concept.codes):
            return True
    return False


def read_questionnaire_response(entry: Entry, reading: Reading) -> None:
    """Read the answers of one QuestionnaireResponse."""
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("QuestionnaireResponse", meaning.reason)
        return
    intake = text(entry.resource, "questionnaire", entry.origin).split("|")[0] == INTAKE
    on = reading.date(entry)
    if not _read_items(entry.resource, intake, on, meaning, entry, reading):
        reading.gathered.skip("QuestionnaireResponse", "it has no answers")


def _read_items(
    parent: Element, intake: bool, on: Moment | None, meaning: Meaning, entry: Entry, reading: Reading
) -> int:
    """Read the items inside an item, and return how many answers there were."""
    place, count = f"{entry.origin}.item", 0
    for row in children(parent, "item", entry.origin):
        link = text(row, "linkId", place)
        matches = _item_matches(link, intake, reading)
        answers = children(row, "answer", place)
        count += len(answers)
        if answers and not matches:
            reading.gathered.skip("QuestionnaireResponse item", "no fact uses it")
        for answer in answers:
            where = f"{place}.answer"
            for match in matches:
                value, recorded, unit, standing, reason = _answer_says(match, answer, where)
                if meaning.word != "stated" and standing is Standing.STATED:
                    value, standing, reason = None, Standing.UNSURE, meaning.reason
                piece = Evidence(match.fact.id, value, on, entry.origin, recorded, unit, standing, reason)
                reading.gathered.add(piece)
                if (other := reading.index.facts.get(match.fact.beside)) is not None:
                    reading.gathered.add(beside(match.fact, piece, other))
            count += _read_items(answer, intake, on, meaning, entry, reading)
        count += _read_items(row, intake, on, meaning, entry, reading)
    return count


def _item_matches(link: str, intake: bool, reading: Reading) -> list[Match]:
    if intake:
        fact = reading.index.facts.get(link)
        if fact is None or (fact.derived and not fact.found) or fact.kind == "given":
            return []
        ways = [way for way in fact.found if way.resource == "Observation"]
        return [Match(fact, ways[0])] if ways else [Match(fact, _ASKED)]
    code = link.rsplit("/", 1)[-1]
    return list({m.fact.id: m for m in reading.index.by_code("Observation", [("loinc", code)])}.values())


def _answer_says(match: Match, answer: Element, place: str) -> Said:
    if match.fact.kind == "number":
        quantity = child(answer, "valueQuantity", place)
        if quantity is not None:
            return quantity_says(match, quantity, f"{place}.valueQuantity")
        bare = number(answer, "valueDecimal", place)
        bare = number(answer, "valueInteger", place) if bare is None else bare
        if bare is None:
            return None, None, "", Standing.UNUSABLE, "the answer is not a number"
        measured = measure(match.fact, exactly(bare), "")
        return measured.value, bare, "", measured.standing, measured.reason
    if match.fact.kind == "date":
        written = text(answer, "valueDate", place)
        if not written:
            return None, None, "", Standing.UNUSABLE, "the answer is not a date"
        return parse_moment(written, f"{place}.valueDate").text, written, "", Standing.STATED, ""
    return value_says(match, answer, "value", place)
