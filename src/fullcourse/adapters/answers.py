"""A record in plain TOML, for people without FHIR; the same form holds the answers to questions.

    [[fact]]
    id = "weight"
    value = 58.5
    unit = "kg"
    on = 2026-11-02
    by = "nurse"

    [[fact]]                          # a range, where only that is known: >=, >, <= or < before the number
    id = "height"
    value = ">=137"
    unit = "cm"

    [[allergy]]
    to = "penicillin"

    [[medicine]]
    name = "isoniazid 300 mg tablet"
    since = "2026-10"

    [[medicine]]                      # answers whether an entry of the list is taken, and takes its place
    name = "phenytoin 100 mg"
    taken = "past"                    # or "now"
    settles = "MedicationRequest/m1"

    [[entry]]
    text = "Otitis media"
    concerns = []

    [[override]]
    finding = "cycloserine.caution.age"
    reason = "discussed in the clinical conference"
    by = "prescriber"
    on = 2026-11-02

An ``[[entry]]`` settles an entry that was not understood, or that raises a fact and leaves it open, by what the record
calls it or by its ``origin``: ``concerns`` names the facts that it is about, and is empty when it is about none.

What somebody types is refused at once where it cannot be: an unknown id, a value of another kind, a missing unit, a
weight of 7000 kg.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fullcourse.adapters.as_people_write import (
    AGE,
    BIRTH_DATE,
    NamedFacts,
    allergy_evidence,
    birth_of_age,
    said_value,
)
from fullcourse.adapters.faults import Faults
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.adapters.fhir.read.patient import BORN_ON_RECORD
from fullcourse.adapters.json_text import decode_text
from fullcourse.adapters.measures import beside, measure
from fullcourse.adapters.medicines.looked_up import LookedUp
from fullcourse.adapters.medicines.recognising import Recognise
from fullcourse.adapters.medicines.routes import application_of
from fullcourse.adapters.seen_text import seen_text
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing, Value
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import Override, Record, SettledEntry, Unrecognised
from fullcourse.clinical.quantity import Interval, compared, exactly
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["DONT_KNOW", "read_answers"]

DONT_KNOW = "unknown"
"""The value of an answer that says that nobody knows; it leaves the fact as it was."""

_KEYS = {
    "fact": ("id", "value", "unit", "on", "by"),
    "allergy": ("to", "on", "by"),
    "medicine": ("name", "since", "until", "taken", "ordered", "settles"),
    "entry": ("text", "origin", "concerns", "on", "by"),
    "override": ("finding", "reason", "by", "on"),
}
# Who said so is shown only as a role, so that no name gets into an output.
_ROLES = (
    "patient", "supporter", "relative", "nurse", "doctor", "clinician", "prescriber", "pharmacist", "laboratory",
)  # fmt: skip
_TAKEN = ("now", "past", "maybe")
_LONGEST = 200
_RANGE = re.compile(r"(>=|<=|>|<)\s*(\d{1,12}(?:\.\d{1,12})?)")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the file, for messages."""

    table: str
    number: int

    def __str__(self) -> str:
        return f"[[{self.table}]] number {self.number}"


def read_answers(
    data: bytes, vocabulary: Iterable[FactDefinition], recognise: Recognise, origin: str = "answers"
) -> Record:
    """Read a TOML record, or a file of answers.

    Args:
        data: The bytes of the file.
        vocabulary: Every fact that may be answered.
        recognise: Reads a medicine's name into ingredients.
        origin: How outputs name the file: ``answers`` or ``record``.

    Raises:
        InputError: With the field, the value and the mend.
    """
    faults, names = Faults(f"the {origin} file"), LookedUp(recognise)
    tables = _parse(decode_text(data, f"the {origin} file"), origin, faults)
    facts = {fact.id: fact for fact in vocabulary}
    named, index = NamedFacts(facts.values()), FactIndex(facts.values())
    evidence: dict[str, list[Evidence]] = {}
    values: dict[tuple[str, Moment | None], object] = {}
    for place, row in _rows(tables, "fact", faults):
        with faults.gathered():
            piece = _fact(row, place, facts, named, origin, faults)
            if piece is not None:
                _keep(piece, place, evidence, values)
    for name in tuple(evidence):
        if (other := facts.get(facts[name].beside)) is not None:
            near = [beside(facts[name], piece, other) for piece in evidence[name]]
            evidence[other.id] = [*evidence.get(other.id, ()), *near]
    medicines: list[Medicine] = []
    unrecognised: list[Unrecognised] = []
    for place, row in _rows(tables, "allergy", faults):
        with faults.gathered():
            said, open_ = _allergy(row, place, index, names, origin)
            for piece in said:
                evidence.setdefault(piece.fact, []).append(piece)
            unrecognised += [open_] if open_ is not None else []
    for place, row in _rows(tables, "medicine", faults):
        with faults.gathered():
            medicine, doubt = _medicine(row, place, names, origin)
            medicines.append(medicine)
            if doubt and medicine.taken is not Taken.PAST:
                unrecognised.append(Unrecognised("medicine", medicine.name, medicine.origin, doubt))
    overrides: list[Override] = []
    for place, row in _rows(tables, "override", faults):
        with faults.gathered():
            overrides.append(_override(row, place))
    settled: list[SettledEntry] = []
    for place, row in _rows(tables, "entry", faults):
        with faults.gathered():
            settled.append(_entry(row, place, facts, origin))
    faults.raise_all()
    names.refuse_too_many()
    kept = {fact: tuple(pieces) for fact, pieces in evidence.items()}
    return Record(kept, tuple(medicines), tuple(unrecognised), (), tuple(overrides), settled=tuple(settled))


def _keep(
    piece: Evidence,
    place: _Place,
    evidence: dict[str, list[Evidence]],
    values: dict[tuple[str, Moment | None], object],
) -> None:
    """Keep what a row says beside what the rows before it say of the same fact; of one time they all say one value."""
    same = evidence.setdefault(piece.fact, [])
    if piece.fact == BIRTH_DATE and same and same[0].value != piece.value:
        raise InputError(f"{place}: the birth is given twice, as a date or an age. Keep the date of birth alone.")
    if values.setdefault((piece.fact, piece.on), piece.value) != piece.value:
        raise InputError(
            f"{place}: {piece.fact} is answered twice with different values for one time. Keep the right one."
        )
    same.append(piece)


def _allergy(
    row: Row, place: _Place, index: FactIndex, recognise: Recognise, origin: str
) -> tuple[list[Evidence], Unrecognised | None]:
    substance = _shown(_text(row, "to", place))
    on, role = _date(row, "on", place), _text(row, "by", place, required=False).casefold()
    said_by = f"{origin} ({role})" if role in _ROLES else origin
    return allergy_evidence(substance, on, f"{said_by}, allergy {place.number}", index, recognise)


def _parse(text: str, origin: str, faults: Faults) -> Mapping[str, object]:
    import tomllib  # a record in FHIR needs no parser of TOML

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = place.group() if (place := re.search(r"\(at [^()]*\)$", str(error))) else ""
        twice = "a key stands twice" if "overwrite" in str(error) else "it is not TOML"
        raise InputError(f"the {origin} file cannot be read: {twice} {where}. Correct that line.") from None
    except RecursionError:
        raise InputError(f"the {origin} file is nested too deep. Write one [[fact]] for each fact.") from None
    for name, value in tables.items():
        with faults.gathered():
            if name not in _KEYS:
                raise InputError(
                    f"the {origin} file: '{_shown(name)[:40]}' is not known here. {did_you_mean(name, _KEYS)} "
                    "It holds [[fact]], [[allergy]], [[medicine]], [[entry]] and [[override]]."
                )
            if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
                raise InputError(f"the {origin} file: '{name}' must be a list of tables. Write [[{name}]] above each.")
    return tables


def _rows(tables: Mapping[str, object], name: str, faults: Faults) -> Iterable[tuple[_Place, Row]]:
    rows = tables.get(name, ())
    if not isinstance(rows, list | tuple):
        return
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            continue  # the table is a fault already
        place = _Place(name, number)
        for key in row:
            with faults.gathered():
                if key not in _KEYS[name]:
                    suggestion = did_you_mean(key, _KEYS[name])
                    raise InputError(f"{place}: key '{_shown(key)[:40]}' is not known. {suggestion}")
        yield place, row


def _fact(
    row: Row, place: _Place, facts: Mapping[str, FactDefinition], named: NamedFacts, origin: str, faults: Faults
) -> Evidence | None:
    name = _text(row, "id", place)
    fact = named.get(name)
    if fact is None:
        raise InputError(f"{place}: there is no fact '{_shown(name)[:40]}'. {did_you_mean(name, facts)}")
    if fact.id == AGE and BIRTH_DATE in facts and "value" in row:
        unit = _text(row, "unit", place, required=False)
        try:
            return birth_of_age(row["value"], unit, _date(row, "on", place), origin, fact.plausible or (0.0, 125.0))
        except InputError as error:
            raise InputError(f"{place}: {error}") from None
    if (fact.derived and not fact.found) or fact.kind == "given":
        how = "is computed from other facts; give those" if fact.derived else "is handed in by the program"
        raise InputError(f"{place}: {fact.id} {how}. Remove it.")
    if "value" not in row:
        raise InputError(f"{place}: {fact.id} has no value. Add value = {_example(fact)}.")
    on = None
    with faults.gathered():  # the value may be a fault of its own
        on = _date(row, "on", place)
    said_by = _text(row, "by", place, required=False)
    if row["value"] == DONT_KNOW and DONT_KNOW not in fact.values:
        return None
    value, recorded = _value(fact, row, place)
    role = said_by.casefold()
    source = f"{origin} ({role})" if role in _ROLES else origin
    unit = _text(row, "unit", place, required=False)
    return Evidence(fact.id, value, on, source, BORN_ON_RECORD if fact.id == BIRTH_DATE else recorded, unit)


def _value(fact: FactDefinition, row: Row, place: _Place) -> tuple[Value, bool | float | str]:
    value = said_value(fact, row["value"])
    if fact.kind != "number" and row.get("unit"):
        raise InputError(f"{place}: {fact.id} has no unit. Remove the unit.")
    match fact.kind, value:
        case ("history" | "state", bool()):
            return value, value
        case ("choice", str()) if value in fact.values:
            return value, value
        case ("date", str() | date()):
            moment = _date(row, "value", place)
            if moment is not None:
                return moment.text, moment.text
        case ("number", int() | float()) if not isinstance(value, bool):
            return _number(fact, _exactly(value), _text(row, "unit", place, required=False), place), float(value)
        case ("number", str()) if (written := _RANGE.fullmatch(value.strip())) is not None:
            known = compared(written[1], float(written[2]))
            return _number(fact, known, _text(row, "unit", place, required=False), place), written[1] + written[2]
    words = f" one of {', '.join(fact.values)}" if fact.values else f" {_KINDS[fact.kind]}"
    raise InputError(
        f"{place}: {fact.id} must be{words}, not {_shown(str(value))[:40]!r}. Write value = {_example(fact)}, or "
        f'value = "{DONT_KNOW}".'
    )


_KINDS = {
    "history": "yes or no",
    "state": "yes or no",
    "number": 'a number without quotation marks, or a range such as ">=137"',
    "choice": "a word",
    "date": "a date such as 1990-05-31, or 1990",
}


def _exactly(value: float) -> Interval:
    try:
        return exactly(float(value))
    except OverflowError:
        return exactly(float("inf"))


def _number(fact: FactDefinition, known: Interval, unit: str, place: _Place) -> Value:
    measured = measure(fact, known, unit)
    if measured.standing is not Standing.STATED or measured.value is None:
        raise InputError(
            f"{place}: {fact.id} = {known}{f' {_shown(unit)[:20]}' if unit else ''} cannot be used: "
            f'{measured.reason}. Write value and unit, for example unit = "{fact.unit}".'
        )
    return measured.value


def _example(fact: FactDefinition) -> str:
    match fact.kind:
        case "number":
            return f'1.0 and unit = "{fact.unit}"'
        case "choice":
            return f'"{fact.values[0]}"' if fact.values else '"..."'
        case "date":
            return '"1990-05-31"'
    return "true"


def _medicine(row: Row, place: _Place, recognise: Recognise, origin: str) -> tuple[Medicine, str]:
    name = _shown(_text(row, "name", place))
    word = _text(row, "taken", place, required=False) or Taken.NOW.value
    ordered = row.get("ordered", False)
    if word not in _TAKEN:
        words = ", ".join(_TAKEN)
        raise InputError(f"{place}: taken must be one of {words}, not '{_shown(word)[:40]}'.")
    if not isinstance(ordered, bool):
        raise InputError(f"{place}: ordered must be true or false, without quotation marks.")
    since, until = _date(row, "since", place), _date(row, "until", place)
    if since and until and until.last_day < since.first_day:
        raise InputError(f"{place}: until ({until.text}) is before since ({since.text}). Correct one of them.")
    known = recognise(name, ())
    ingredients = known.ingredients or known.partial
    doubt = "" if known.ingredients else known.reason or "not recognised"
    where = f"{origin}, medicine {place.number}"
    route, applied = application_of([name], ingredients)
    medicine = Medicine(
        name, ingredients, (), known.recognised_by, Taken(word), since, until, where, ordered,
        route=route, applied=applied, settles=_text(row, "settles", place, required=False),
    )  # fmt: skip
    return medicine, doubt


def _entry(row: Row, place: _Place, facts: Mapping[str, FactDefinition], origin: str) -> SettledEntry:
    text, named = (_shown(_text(row, key, place, required=False)) for key in ("text", "origin"))
    concerns = row.get("concerns")
    if not text and not named:
        raise InputError(f'{place}: it names no entry. Write text = "..." as the record calls it, or origin = "...".')
    if not isinstance(concerns, list) or not all(isinstance(fact, str) for fact in concerns):
        raise InputError(
            f"{place}: concerns must be a list of facts. Write concerns = [] when the entry is about nothing that is "
            'asked, or concerns = ["epilepsy"].'
        )
    for fact in concerns:
        if fact not in facts:
            raise InputError(f"{place}: there is no fact '{_shown(fact)[:40]}'. {did_you_mean(fact, facts)}")
    role = _text(row, "by", place, required=False).casefold()
    said_by = f"{origin} ({role})" if role in _ROLES else origin
    return SettledEntry(
        text, named, tuple(dict.fromkeys(concerns)), f"{said_by}, entry {place.number}", _date(row, "on", place)
    )


def _override(row: Row, place: _Place) -> Override:
    finding, reason, said_by = (_shown(_text(row, key, place)) for key in ("finding", "reason", "by"))
    return Override(finding, reason, said_by, _date(row, "on", place))


def _text(row: Row, key: str, place: _Place, *, required: bool = True) -> str:
    value = row.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not value.strip():
        what = "is missing" if value is None else "must be text in quotation marks"
        raise InputError(f'{place}: {key} {what}. Write {key} = "...".')
    return value.strip()


def _date(row: Row, key: str, place: _Place) -> Moment | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return parse_moment(value.isoformat(), f"{place}: {key}")
    if isinstance(value, str):
        return parse_moment(value.strip(), f"{place}: {key}")
    raise InputError(f'{place}: {key} must be a date. Write {key} = 2026-11-02, or {key} = "2026" for a year alone.')


def _shown(written: str) -> str:
    return seen_text(written)[:_LONGEST]
