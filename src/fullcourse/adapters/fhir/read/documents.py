"""What whole documents say: lists that somebody reconciled, and questionnaires that somebody answered.

A list is complete only when somebody says so: it is empty and says that none is known, or it is kept as the list that
is kept up to date. That a document has a section for it says nothing of the kind. "No information" is never "none", and
an entry that no reader reads is named.
"""

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import concept_at
from fullcourse.adapters.fhir.read.elements import Element, child, children, number, shown, text
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading, add_matter
from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.listed import EVERY_LIST, lists_named, lists_of, name_unread
from fullcourse.adapters.fhir.read.observations import Said, quantity_says, value_says
from fullcourse.adapters.measures import beside, measure
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import Unrecognised
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.vocabulary import Found

__all__ = ["INTAKE", "read_composition", "read_list", "read_questionnaire_response", "says_nothing_known"]

INTAKE = "urn:fullcourse:intake"
"""The questionnaire of which every linkId is the id of a fact."""

_FORM = "a form without answers"
_ASKED = Found("QuestionnaireResponse", {})
_NONE_KNOWN = "nilknown"
_KEPT_UP_TO_DATE = "working"
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
    matches = reading.index.by_code("List", concept.codes) if concept else []
    if concept is None or not matches:
        reading.gathered.skip("List", "no fact uses it")
        return
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("List", meaning.reason)
        return
    items = children(entry.resource, "entry", entry.origin)
    references = [reference for row in items if (reference := child(row, "item", f"{entry.origin}.entry")) is not None]
    title = text(entry.resource, "title", entry.origin) or concept.title
    name_unread(entry.resource, references, title, lists_of(matches), entry, reading)
    why_not = _why_not_reconciled(entry.resource, references, entry, reading)
    if why_not:
        reading.gathered.notes[f"the list '{shown(title)}' does not make its list complete: {why_not}"] = None
        return
    add_matter(reading, matches, meaning, entry, concept.title)


def _read_section(
    section: Element, meaning: Meaning, entry: Entry, reading: Reading, kinds: tuple[str, ...] = ()
) -> None:
    """Read a section, and the sections inside it, which are parts of the same list."""
    place = f"{entry.origin}.section"
    concept = concept_at(section, "code", place)
    title = text(section, "title", place) or (concept.title if concept else "")
    matches = reading.index.by_code("Section", concept.codes) if concept else []
    references = _references(section, place)
    if matches:
        kinds = lists_of(matches)
    elif concept is None:
        reading.gathered.skip(f"{entry.kind} section", "it has no code")
        kinds = kinds or lists_named(title)
    else:
        reading.gathered.skip(f"{entry.kind} section", "no fact uses it")
    name_unread(section, children(section, "entry", place), title, kinds, entry, reading)
    if concept is not None and matches:
        why_not = _why_not_none(section, references, place)
        if why_not:
            reading.gathered.notes[f"the section '{shown(title)}' does not make its list complete: {why_not}"] = None
        else:
            add_matter(reading, matches, meaning, entry, f"{shown(title)}: none known")
    for inner in children(section, "section", place):
        _read_section(inner, meaning, entry, reading, kinds)


def _references(section: Element, place: str) -> list[Element]:
    own = children(section, "entry", place)
    return own + [reference for inner in children(section, "section", place) for reference in _references(inner, place)]


def _says_none_known(part: Element, place: str) -> bool:
    reason = concept_at(part, "emptyReason", place)
    codes = () if reason is None else (*(code for _, code in reason.codes), *reason.other_codes)
    return _NONE_KNOWN in codes


def _why_not_none(section: Element, references: list[Element], place: str) -> str:
    """Return why a section does not say that there are none; empty when it says so."""
    reason = concept_at(section, "emptyReason", place)
    if text(section, "mode", place) == "changes":
        return "it lists changes only"
    if references and reason is not None:
        return "it has entries and a reason for having none"
    if references:
        return "it lists what is known, and nobody says that this is all"
    if reason is None:
        return "it has no entries that can be read"
    return "" if _says_none_known(section, place) else f"it is empty ({shown(reason.title)})"


def _why_not_reconciled(part: Element, references: list[Element], entry: Entry, reading: Reading) -> str:
    """Return why a list cannot be taken as complete; empty when it can."""
    place = entry.origin
    mode = text(part, "mode", place)
    if mode != _KEPT_UP_TO_DATE:
        return "it lists changes only" if mode == "changes" else "it does not say that it is kept up to date"
    if not references:
        return _why_not_none(part, references, place)
    if concept_at(part, "emptyReason", place) is not None:
        return "it has entries and a reason for having none"
    for row in references:
        reference = text(row, "reference", f"{place}.entry")
        target = reading.bundle.resolve(reference, entry, place) if reference else None
        if target is None:
            return "an entry of it is not in the record"
        if says_nothing_known(target):
            return "it says that there is no information"
    return ""


def says_nothing_known(entry: Entry) -> bool:
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
        reading.gathered.skip("QuestionnaireResponse", "it has no answers", may_matter=True)
        why = "it has no answers, so that nobody can say what was asked"
        reading.gathered.unrecognised.extend(Unrecognised(kind, _FORM, entry.origin, why) for kind in EVERY_LIST)


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
            if intake and link not in reading.index.facts:
                why = f"no question of the form is called '{shown(link)[:40]}', so that nobody can say what was asked"
                entries = [Unrecognised(kind, "an answer", entry.origin, why) for kind in EVERY_LIST]
                reading.gathered.unrecognised.extend(entries)
        why = "" if row.get("item") else _why_open(link, intake, matches, answers)
        if why:
            for match in matches or _item_matches(link, True, reading):
                piece = Evidence(match.fact.id, None, on, entry.origin, None, "", Standing.UNUSABLE, why)
                reading.gathered.add(piece)
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


def _why_open(link: str, intake: bool, matches: list[Match], answers: list[Element]) -> str:
    """Return why an item of ours settles nothing: it may have been answered, and nobody can say how."""
    if not answers:
        return "the form asks it, and holds no answer" if matches else ""
    return "" if matches or intake else "the form that asks it is not one that is known"


def _item_matches(link: str, intake: bool, reading: Reading) -> list[Match]:
    if intake:
        fact = reading.index.facts.get(link)
        if fact is None or (fact.derived and not fact.found) or fact.kind == "given":
            return []
        ways = [way for way in fact.found if way.resource == "Observation"]
        return [Match(fact, ways[0])] if ways else [Match(fact, _ASKED)]
    code = link.rpartition("/")[2]
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
