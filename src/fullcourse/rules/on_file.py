"""Which evidence of a record did not count at a date, and why: what is on file and was not used.

What a newer value that counts has replaced is not among it, nor what says the same. Everything else is: without a date,
too old, dated after the check, not usable, of a doubtful status, contradicting. A register asks it here too, once for
each shape of evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact, Standing, Value
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.patient import Patient, Record, Unrecognised
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.found import same_value

__all__ = [
    "UNDATED",
    "Aside",
    "did_not_count",
    "facts_behind",
    "may_be_meant",
    "on_file",
    "set_aside",
    "some_did_not_count",
    "was_left_unread",
]

UNDATED: Final = "no date"
"""Why a value without a date did not count."""

_SAYS: Final = frozenset({Standing.STATED, Standing.OVER})
_LISTS: Final = {"problem": "problems", "allergy": "allergies"}
_MOST_NAMES: Final = 3

Aside = Mapping[str, tuple[Evidence, ...]]
"""The evidence of each fact that did not count; facts without such evidence are absent."""


def set_aside(patient: Patient, knowledge: Knowledge) -> Aside:
    """Return the evidence of every fact that did not count.

    Args:
        patient: As established at a date.
        knowledge: Its vocabulary.
    """
    aside: dict[str, tuple[Evidence, ...]] = {}
    for name, pieces in patient.record.evidence.items():
        definition = knowledge.facts.get(name)
        if definition is not None and (unused := did_not_count(definition, patient.facts[name], pieces, patient.at)):
            aside[name] = unused
    return aside


def some_did_not_count(patient: Patient, knowledge: Knowledge, facts: frozenset[str]) -> bool:
    """Whether some evidence of these facts did not count; `set_aside` says which.

    Args:
        patient: As established at a date.
        knowledge: Its vocabulary, which holds the facts.
        facts: Ids of facts.
    """
    evidence = patient.record.evidence
    for name in facts.intersection(evidence):
        pieces, fact = evidence[name], patient.facts[name]
        if pieces and (fact.value is None or did_not_count(knowledge.facts[name], fact, pieces, patient.at)):
            return True
    return False


def on_file(patient: Patient, knowledge: Knowledge, aside: Aside, needed: Sequence[str]) -> tuple[OnFile, ...]:
    """Return what is on file about the facts that are needed, in their order, each entry once.

    Args:
        patient: As established at a date.
        knowledge: Its vocabulary.
        aside: What did not count, as `set_aside` returns it.
        needed: Ids of facts, inputs of derived facts among them (`facts_behind`).
    """
    entries: dict[tuple[object, ...], OnFile] = {}
    for name in needed:
        if name not in aside:
            continue
        definition, fact = knowledge.facts[name], patient.facts[name]
        others_open = any(other.standing not in _SAYS for other in fact.because)
        for piece in aside[name]:
            why, mend = _reason(definition, fact, piece, patient.at, others_open=others_open)
            _put(entries, definition, OnFile("", (), piece.recorded, piece.unit, piece.on, why, mend, piece.origin))
    meant: dict[str, tuple[str, ...]] = {}  # the same for every entry of a list, of which there may be thousands
    alone: dict[str, OnFile] = {}
    for entry in patient.unrecognised:
        if entry.kind not in meant:
            meant[entry.kind] = tuple(may_be_meant(entry, patient.facts, knowledge, needed))
        shown = OnFile("", (), entry.text, "", None, entry.why, "say what it is", entry.origin)
        if not meant[entry.kind]:
            continue
        if _key(shown) in entries:
            for name in meant[entry.kind]:
                _put(entries, knowledge.facts[name], shown)
            continue
        if entry.kind not in alone:
            first: dict[tuple[object, ...], OnFile] = {}
            for name in meant[entry.kind]:
                _put(first, knowledge.facts[name], shown)
            (alone[entry.kind],) = first.values()
        as_known = alone[entry.kind]
        entries[_key(shown)] = OnFile(
            as_known.what, as_known.facts, shown.recorded, "", None, shown.why, shown.mend, shown.origin
        )
    return tuple(entries.values())


def facts_behind(facts: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Return facts, each with the inputs of the formula that it follows from."""
    behind: dict[str, None] = {}
    for name in facts:
        definition = knowledge.facts.get(name)
        behind[name] = None
        if definition is not None and definition.derived:
            behind.update(dict.fromkeys(DERIVED[definition.derived].inputs))
    return tuple(behind)


def was_left_unread(record: Record) -> bool:
    """Whether a part of a record was not read that may speak of a fact."""
    return any(part.may_matter for part in record.not_used)


def did_not_count(definition: FactDefinition, fact: Fact, pieces: Sequence[Evidence], at: date) -> tuple[Evidence, ...]:
    """Return the pieces of one fact's evidence that did not count, and that nothing has replaced.

    Args:
        definition: Of the fact.
        fact: As established.
        pieces: Everything in the record that speaks of it.
        at: Date of the check.
    """
    value = fact.value
    if len(pieces) == 1 and value is not None and value is pieces[0].value:
        return ()  # most facts of most records: one piece, and it counted
    later = [
        piece for piece in pieces if piece.on is not None and not piece.on.has_begun(at) and not _agrees(piece, value)
    ]
    if value is None:
        return (*_left_open(definition, fact, pieces, at), *later)
    if definition.kind == "history":
        return (*_overruled(fact, pieces, at), *later)
    return (*_doubting(definition, fact, pieces, at), *later)


def _doubting(definition: FactDefinition, fact: Fact, pieces: Sequence[Evidence], at: date) -> list[Evidence]:
    """Return what has no date and says otherwise, and what may be newer than a yes and leaves it open.

    Of what is dated a newer value that counts has replaced the rest. An entry that is over speaks of itself alone: it
    contradicts no other that says yes.
    """
    newest = _latest_start(piece for piece in pieces if piece.standing is Standing.STATED and not _is_later(piece, at))
    return [
        piece
        for piece in pieces
        if piece.standing is not Standing.OVER
        and not _is_later(piece, at)
        and (
            (piece.on is None and definition.valid_days is not None and not _agrees(piece, fact.value))
            or (fact.value is True and piece.standing not in _SAYS and not _ends_before(piece, newest))
        )
    ]


def _left_open(definition: FactDefinition, fact: Fact, pieces: Sequence[Evidence], at: date) -> list[Evidence]:
    """Return what is there of an open fact: what left it open, and the newest of what would have counted else."""
    counted = frozenset(map(id, fact.because))
    kept: list[Evidence] = []
    others: list[Evidence] = []
    for piece in pieces:
        if piece.on is None or id(piece) in counted:
            kept.append(piece)
        elif piece.on.has_begun(at):
            others.append(piece)
    newest = _latest_start(others)
    usable = [
        piece
        for piece in others
        if piece.on is not None
        and piece.on.start_s == newest
        and piece.standing is Standing.STATED
        and not _is_stale(definition, piece, at)
    ]
    return [*kept, *usable] or others


def _overruled(fact: Fact, pieces: Iterable[Evidence], at: date) -> list[Evidence]:
    """Return every no that a yes has overruled though it may be newer: a history that was once yes stays yes."""
    stated = [piece for piece in pieces if piece.standing is Standing.STATED and not _is_later(piece, at)]
    opposed = [piece for piece in stated if not _agrees(piece, fact.value)]
    if not opposed:
        return []
    newest_yes = _latest_start(piece for piece in stated if _agrees(piece, fact.value))
    return [piece for piece in opposed if not _ends_before(piece, newest_yes)]


def _reason(definition: FactDefinition, fact: Fact, piece: Evidence, at: date, *, others_open: bool) -> tuple[str, str]:
    """Return why a piece did not count, and what would make it usable.

    ``others_open``: whether an entry behind the fact leaves it open; asked once for thousands of pieces.
    """
    is_number = definition.kind == "number"
    if _is_later(piece, at):
        return "dated after the check", "correct its date, or check at a later day"
    if piece.standing is Standing.UNSURE:
        ever = "was ever so" if definition.kind == "history" else "is so now"
        return _with_date(definition, piece, piece.reason or "the record leaves it open"), f"say whether it {ever}"
    if piece.standing not in _SAYS:
        mend = "correct it, or give value and unit" if is_number else "correct it, or answer it"
        return _with_date(definition, piece, piece.reason or "it cannot be used"), mend
    if piece.on is None and definition.valid_days is not None:
        return UNDATED, "give its date"
    if _is_stale(definition, piece, at):
        return f"older than {definition.valid_days} days", "measure again" if is_number else "establish it again"
    if fact.value is not None:
        return "another entry says otherwise", "say which is right"
    if others_open:
        return "another entry of it leaves it open", "say which is right"
    return fact.reason or "it leaves the matter open", "say which is right"


def _with_date(definition: FactDefinition, piece: Evidence, reason: str) -> str:
    return f"{reason}; no date" if piece.on is None and definition.valid_days is not None else reason


def _put(entries: dict[tuple[object, ...], OnFile], definition: FactDefinition, entry: OnFile) -> None:
    """Add an entry, or the fact to the entry that is there: one entry of a record may speak of several facts."""
    key = _key(entry)
    known = entries.get(key, entry)
    if definition.id in known.facts:
        return
    names = len(known.facts)
    what = (
        known.what
        if names > _MOST_NAMES
        else f"{known.what} and others"
        if names == _MOST_NAMES
        else (f"{known.what}, {definition.label}" if known.what else definition.label)
    )
    entries[key] = OnFile(
        what, (*known.facts, definition.id), known.recorded, known.unit, known.on, known.why, known.mend, known.origin
    )


def _key(entry: OnFile) -> tuple[object, ...]:
    return entry.origin, entry.recorded, entry.unit, entry.on, entry.why


def may_be_meant(
    entry: Unrecognised, facts: Mapping[str, Fact], knowledge: Knowledge, needed: Iterable[str]
) -> list[str]:
    """Return the needed facts that an entry may mean which was not understood: those of its list that are open."""
    listed_in = _LISTS.get(entry.kind)
    definitions = (knowledge.facts[name] for name in needed if name in knowledge.facts)
    return [
        definition.id
        for definition in definitions
        if listed_in and definition.listed_in == listed_in and facts[definition.id].value is None
    ]


def _is_later(piece: Evidence, at: date) -> bool:
    return piece.on is not None and not piece.on.has_begun(at)


def _is_stale(definition: FactDefinition, piece: Evidence, at: date) -> bool:
    limit = definition.valid_days
    return limit is not None and piece.on is not None and (at - piece.on.first_day).days > limit


def _latest_start(pieces: Iterable[Evidence]) -> float:
    return max((piece.on.start_s for piece in pieces if piece.on is not None), default=float("-inf"))


def _ends_before(piece: Evidence, start_s: float) -> bool:
    return piece.on is not None and piece.on.end_s < start_s


def _agrees(piece: Evidence, value: Value | None) -> bool:
    """Whether a piece says what is known, numbers up to the rounding of a unit."""
    return piece.standing in _SAYS and value is not None and same_value(piece.value, value)
