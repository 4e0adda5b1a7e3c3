"""Measurements and answers: what an Observation, or a component of one, says of a fact.

A value without a known unit, or that is not final, is kept as unusable with its reason; a value that is declared
absent is no value. Nothing is guessed from text: words raise a fact beside a value that cannot be used, and a code that
its words contradict leaves the fact open.
"""

from collections.abc import Iterable, Sequence

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_at, concept_of, system_name
from fullcourse.adapters.fhir.read.elements import Element, boolean, child, children, number, shown, text
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading, add_matter, holds
from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.levels import read_level
from fullcourse.adapters.fhir.read.observed import Observed, matters
from fullcourse.adapters.measures import beside, measure
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.quantity import Interval, compared, exactly
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["quantity_says", "read_observation", "value_says"]

_UCUM = ("http://unitsofmeasure.org", "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8")
_BY_WORDS = "its code is not known here, and it speaks of it"
_NOTHING_NAMED = Observed((), (), (), (), (), "its code is of no system that is read here", may_matter=True)
Said = tuple[bool | str | Interval | None, bool | float | str | None, str, Standing, str]
"""Value, value as recorded, unit as recorded, standing, reason."""


def read_observation(entry: Entry, reading: Reading) -> None:
    """Read one Observation with its components."""
    parts = [(entry.resource, entry.origin)]
    parts += [(part, f"{entry.origin}.component") for part in children(entry.resource, "component", entry.origin)]
    used = False
    meaning: Meaning | None = None
    for part, place in parts:
        concept = concept_at(part, "code", place)
        observed = reading.observed.of(concept) if concept is not None else None
        if part is entry.resource and concept is not None and observed is not None:
            read_level(entry, concept, observed, reading)
        matches = observed.matches if observed is not None else ()
        spoken = observed.spoken if observed is not None and observed.spoken and _is_measured(part) else ()
        if not matches and not spoken:
            used = _raise_matters(part, place, concept, observed, entry, reading) or used
            continue
        used = True
        meaning = meaning or reading.meaning(entry)
        if meaning.word == "ignore":
            reading.gathered.skip("Observation", meaning.reason)
            return
        if entry.resource.get("focus"):
            reading.gathered.skip("Observation", "it is about somebody or something beside the patient")
            return
        if concept is None or not matches:
            _raise(spoken, part, "its code is not known here, and words alone are not enough", entry, reading)
        elif contradicted := _contradicted(matches, spoken):
            said = f"its code says {matches[0].fact.label}, its words say '{concept.title}'"
            _raise((*contradicted, *spoken), part, said, entry, reading, Standing.UNSURE)
        else:
            _read_part(part, place, matches, meaning, entry, reading)
    if not used:
        concept = concept_at(entry.resource, "code", entry.origin)
        observed = reading.observed.of(concept) if concept is not None else _NOTHING_NAMED
        reading.gathered.skip("Observation", observed.why_unused, may_matter=observed.may_matter)


def _raise_matters(
    part: Element, place: str, concept: Concept | None, observed: Observed | None, entry: Entry, reading: Reading
) -> bool:
    """Raise the matters of yes or no that an Observation without a known code speaks of, by its words or its answer.

    What was answered is not read: nobody knows here what was asked. The matter is on file, so that somebody is asked.
    """
    answer, written = concept_at(part, "valueCodeableConcept", place), part.get("valueString")
    if observed is not None and answer is None and not isinstance(written, str):
        raised = observed.raised
    else:
        by_code = reading.index.by_code("Condition", answer.codes) if answer is not None else []
        names = [name for said in (concept, answer) if said is not None for name in said.names]
        if isinstance(written, str):
            names.append(written)
        raised = matters([*by_code, *reading.index.raised_by("Condition", names)])
    if not raised:
        return False
    meaning = reading.meaning(entry)
    if meaning.word == "ignore" or entry.resource.get("focus"):
        return False
    titles = [said.title for said in (concept, answer) if said is not None and said.title]
    add_matter(reading, raised, Meaning("unsure", _BY_WORDS), entry, ": ".join(titles) or shown(str(written)))
    return True


def _is_measured(part: Element) -> bool:
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        return quantity.get("value") is not None
    words = part.get("valueString")
    has_number = isinstance(words, str) and any(sign.isdigit() for sign in words)
    return has_number or any(part.get(name) is not None for name in ("valueInteger", "valueRange"))


def _contradicted(matches: Iterable[Match], spoken: Sequence[FactDefinition]) -> tuple[FactDefinition, ...]:
    """Return the facts of a code whose words speak of others and not of them."""
    if not spoken:
        return ()
    return tuple(match.fact for match in matches if match.fact.spoken_as and match.fact not in spoken)


def _raise(
    facts: Sequence[FactDefinition],
    part: Element,
    reason: str,
    entry: Entry,
    reading: Reading,
    standing: Standing = Standing.UNUSABLE,
) -> None:
    """Name a value that cannot be used beside each fact that it speaks of."""
    quantity = part.get("valueQuantity")
    recorded, unit = _recorded_number(quantity) if isinstance(quantity, dict) else (_recorded_text(part), "")
    on = reading.date(entry)
    for fact in facts:
        reading.gathered.add(Evidence(fact.id, None, on, entry.origin, recorded, unit, standing, reason))


def _recorded_number(quantity: Element) -> tuple[float | str | None, str]:
    """Return a number and its unit for people, whatever they are."""
    value, comparator = quantity.get("value"), quantity.get("comparator")
    unit = quantity.get("unit") or quantity.get("code")
    written = shown(unit) if isinstance(unit, str) else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return (shown(value) if isinstance(value, str) else None), written
    return (shown(f"{comparator}{value:g}") if isinstance(comparator, str) else float(value)), written


def _read_part(
    part: Element, place: str, matches: Iterable[Match], meaning: Meaning, entry: Entry, reading: Reading
) -> None:
    absent = concept_at(part, "dataAbsentReason", place)
    written = any(name.startswith("value") and part[name] is not None for name in part)
    if not written and not part.get("interpretation"):
        if absent is not None:
            reading.gathered.skip("Observation", "its value is declared absent")
        elif not part.get("component"):
            # The result that a final report does not hold was measured; the members of a panel hold its own.
            measured = meaning.word == "stated" and not part.get("hasMember")
            reading.gathered.skip("Observation", "it has no value", may_matter=measured)
        return
    on = reading.date(entry)
    for match in matches:
        value, recorded, unit, standing, reason = _part_says(match, part, place)
        if absent is not None:
            value, standing, reason = None, Standing.UNUSABLE, "it has a value and a reason for having none"
        elif meaning.word != "stated" and standing is Standing.STATED:
            value, standing, reason = None, Standing.UNUSABLE, meaning.reason
        said = Evidence(match.fact.id, value, on, entry.origin, recorded, unit, standing, reason)
        reading.gathered.add(said)
        if (other := reading.index.facts.get(match.fact.beside)) is not None:
            reading.gathered.add(beside(match.fact, said, other))
        limit = reading.index.facts.get(match.fact.upper_limit)
        if limit is not None and meaning.word == "stated":
            _read_upper_limit(Match(limit, match.found), part, place, entry, reading)


def _read_upper_limit(limit: Match, part: Element, place: str, entry: Entry, reading: Reading) -> None:
    """Read the upper limit of normal that a laboratory gives with its result, where it gives one for everybody."""
    ranges = children(part, "referenceRange", place)
    if len(ranges) != 1:
        return
    where = f"{place}.referenceRange"
    kind = concept_at(ranges[0], "type", where)
    is_normal = kind is None or "normal" in {*(code for _, code in kind.codes), *kind.other_codes}
    high = child(ranges[0], "high", where)
    if high is None or not is_normal or any(ranges[0].get(name) is not None for name in ("appliesTo", "age")):
        return
    value, recorded, unit, standing, reason = quantity_says(limit, high, f"{where}.high")
    if recorded is not None:
        on = reading.date(entry)
        reading.gathered.add(Evidence(limit.fact.id, value, on, entry.origin, recorded, unit, standing, reason))


def _part_says(match: Match, part: Element, place: str) -> Said:
    if match.fact.kind == "number":
        return _number_says(match, part, place)
    said = value_says(match, part, "value", place)
    interpreted = _interpreted(match, part, place)
    if interpreted is None:
        return said
    value, recorded, _, standing, _ = said
    if standing is not Standing.STATED:
        return interpreted
    if value == interpreted[0]:
        return said
    return None, recorded, "", Standing.UNSURE, "its value and its interpretation contradict one another"


def _interpreted(match: Match, part: Element, place: str) -> Said | None:
    """Return what the first interpretation that is an answer says; None where none is."""
    for interpretation in children(part, "interpretation", place):
        concept = concept_of(interpretation, f"{place}.interpretation")
        codes = (code for system, code in concept.codes if system == "interpretation")  # S, I and R are words as well
        concept = Concept(concept.codes, (*concept.names, *codes))
        for answer in match.found.answers:
            if holds(answer.codes, answer.names, concept):
                return _answered(answer.value, concept.title)
    return None


def _number_says(match: Match, part: Element, place: str) -> Said:
    if (quantity := child(part, "valueQuantity", place)) is not None:
        return quantity_says(match, quantity, f"{place}.valueQuantity")
    if (limits := child(part, "valueRange", place)) is not None:
        return _range_says(match, limits, f"{place}.valueRange")
    if (whole := number(part, "valueInteger", place)) is not None:
        measured = measure(match.fact, exactly(whole), "")
        return measured.value, whole, "", measured.standing, measured.reason
    return None, _recorded_text(part), "", Standing.UNUSABLE, "the value is not a quantity with a unit"


def quantity_says(match: Match, quantity: Element, place: str) -> Said:
    """Return what a Quantity says of a number.

    Raises:
        InputError: An element has another type than in FHIR R4, for example a number written as text.
    """
    value = number(quantity, "value", place)
    unit, fault = _unit(match.fact, quantity, place)
    shown_unit = shown(text(quantity, "unit", place) or unit)
    if value is None:
        return None, None, shown_unit, Standing.UNUSABLE, "the quantity has no value"
    comparator = text(quantity, "comparator", place)
    recorded: float | str = f"{comparator}{value:g}" if comparator else value
    try:
        known = compared(comparator, value)
    except ValueError:
        reason = f"the comparator '{shown(comparator)[:10]}' bounds nothing"
        return None, shown(str(recorded)), shown_unit, Standing.UNUSABLE, reason
    if fault:
        return None, recorded, shown_unit, Standing.UNUSABLE, fault
    measured = measure(match.fact, known, unit)
    return measured.value, recorded, shown_unit, measured.standing, measured.reason or _uncoded(match.fact, quantity)


def _uncoded(fact: FactDefinition, quantity: Element) -> str:
    """Return the remark on a unit in words alone that is not the fact's own: 70 lb may be a slip for 70 kg."""
    known = read_unit(str(quantity.get("unit", "")), fact.unit) if "code" not in quantity else None
    return "" if known is None or known.code == fact.unit else "its unit stands in words, without a code"


def _unit(fact: FactDefinition, quantity: Element, place: str) -> tuple[str, str]:
    """Return the unit of a Quantity as coded or, without a code, as written; or why there is none."""
    system, code, unit = (text(quantity, name, place) for name in ("system", "code", "unit"))
    if system and system.rstrip("/") not in _UCUM:
        return "", "its unit is not a UCUM code"
    if not code:
        return unit, ""
    by_code, by_word = read_unit(code, fact.unit), read_unit(unit, fact.unit)
    if by_code and by_word and (by_code.dimension, by_code.factor) != (by_word.dimension, by_word.factor):
        return "", f"its unit is '{by_word.code}' in words and '{by_code.code}' in code"
    return code, ""


def _range_says(match: Match, limits: Element, place: str) -> Said:
    ends: list[float] = []
    units: list[str] = []
    for name, open_end in (("low", float("-inf")), ("high", float("inf"))):
        end = child(limits, name, place)
        value = number(end, "value", f"{place}.{name}") if end else None
        ends.append(open_end if value is None else value)
        if end and value is not None:
            unit, fault = _unit(match.fact, end, f"{place}.{name}")
            if fault:
                return None, None, "", Standing.UNUSABLE, fault
            units.append(unit)
    known = Interval(ends[0], ends[1])
    if len(set(units)) != 1:
        return None, str(known), "", Standing.UNUSABLE, "the two ends of the range have not one unit"
    measured = measure(match.fact, known, units[0])
    return measured.value, str(known), shown(units[0]), measured.standing, measured.reason


def value_says(match: Match, part: Element, prefix: str, place: str) -> Said:
    """Return what ``<prefix>[x]`` says of a fact that is a yes or no, or one of a list of words.

    Args:
        match: The fact, with the answers that its values stand for.
        part: Observation, component, or answer of a questionnaire.
        prefix: ``value``.
        place: Where it stands, for messages.
    """
    if (said := boolean(part, f"{prefix}Boolean", place)) is not None:
        if match.fact.kind in ("history", "state"):
            return _answered(said, said)
        return None, said, "", Standing.UNUSABLE, "a yes or no stands where a word is wanted"
    concept = concept_at(part, f"{prefix}CodeableConcept", place)
    if concept is None and (coding := child(part, f"{prefix}Coding", place)) is not None:
        code, system = text(coding, "code", place), system_name(text(coding, "system", place))
        known = ((system, code),) if code and system else ()
        name = text(coding, "display", place)
        concept = Concept(known, (name,) if name else (), (code,) if code and not system else ())
    if concept is None and (words := text(part, f"{prefix}String", place)):
        concept = Concept((), (words,))
    if concept is None:
        return None, _recorded_text(part), "", Standing.UNUSABLE, "the value is of a kind that says nothing of it"
    answers = {answer.value for answer in match.found.answers if holds(answer.codes, answer.names, concept)}
    if not answers:
        words_known = {*concept.other_codes, *(name.casefold() for name in concept.names)}
        answers = {value for value in match.fact.values if value in words_known}
    if len(answers) == 1:
        return _answered(answers.pop(), concept.title)
    reason = "its codes contradict one another" if answers else f"'{concept.title}' is no answer that is known"
    return None, concept.title, "", Standing.UNUSABLE, reason


def _answered(value: bool | str, recorded: bool | str) -> Said:
    if value == "unsure":
        return None, recorded, "", Standing.UNSURE, f"recorded as '{recorded}', which leaves it open"
    return value, recorded, "", Standing.STATED, ""


def _recorded_text(part: Element) -> str | None:
    written = next((part[name] for name in part if name.startswith("value")), None)
    return shown(written) if isinstance(written, str) else None
