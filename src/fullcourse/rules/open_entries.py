"""The entries of a record that an answer by name can settle: what was not understood, and what only raises a fact.

An answer on the fact alone leaves such an entry where it was: whoever says "no depression" may not know that somebody
wrote "depression, provisional". So each is asked about itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.clinical.patient import Patient, Unrecognised
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.on_file import Aside, may_be_meant

__all__ = ["open_entries"]

_YES_OR_NO: Final = ("history", "state")
_MEDICINE: Final = "Medication"
_MOST: Final = 6


def open_entries(patient: Patient, knowledge: Knowledge, aside: Aside, needed: Sequence[str]) -> tuple[OpenEntry, ...]:
    """Return every entry that leaves something open and can be settled by name, those that raise a fact first.

    Args:
        patient: As established at a date.
        knowledge: Its vocabulary.
        aside: The evidence that did not count.
        needed: Ids of the facts that statements on the drugs need, the most serious first.
    """
    not_understood: dict[tuple[str, str], list[Unrecognised]] = {}
    for entry in patient.unrecognised:
        not_understood.setdefault((entry.origin, entry.text), []).append(entry)
    raised: dict[tuple[str, str], list[Evidence]] = {}
    for piece in _raising(patient, knowledge, aside, needed):
        text = piece.recorded if isinstance(piece.recorded, str) else ""
        raised.setdefault((piece.origin, text), []).append(piece)
    names = dict.fromkeys((*raised, *not_understood))
    listed = {medicine.origin for medicine in patient.record.medicines}
    of_origin = Counter(origin for origin, _ in names)
    entries = []
    meant: dict[str, dict[str, None]] = {}
    for origin, text in names:
        pieces, open_ = raised.get((origin, text), []), not_understood.get((origin, text), [])
        facts = dict.fromkeys(piece.fact for piece in pieces)
        for entry in open_:
            if entry.kind not in meant:
                meant[entry.kind] = dict.fromkeys(may_be_meant(entry, patient.facts, knowledge, needed))
            facts.update(meant[entry.kind])
        kind = open_[0].kind if open_ else "evidence"
        why = (open_[0].why if open_ else pieces[0].reason) or "it leaves the matter open"
        is_medicine = kind == "medicine" and origin in listed
        asked = "is it taken?" if is_medicine else _asked(facts, knowledge)
        named = f"“{text}” [{origin}]" if text else f"[{origin}]"
        by_text = text if of_origin[origin] > 1 else ""
        ask = f"{named} ({why}): {asked}"
        entries.append(OpenEntry(kind, text or origin, origin, by_text, why, tuple(facts), ask, is_medicine))
    return tuple(entries)


def _raising(patient: Patient, knowledge: Knowledge, aside: Aside, needed: Iterable[str]) -> Iterator[Evidence]:
    """Return what raises a needed fact and leaves it open."""
    for name in needed:
        definition = knowledge.facts.get(name)
        if definition is None or definition.kind not in _YES_OR_NO or patient.facts[name].value is not None:
            continue
        for piece in aside.get(name, ()):
            # What a medicine is ordered for is no matter of what it is.
            if piece.standing is Standing.UNSURE and not piece.origin.startswith(_MEDICINE):
                yield piece


def _asked(facts: Iterable[str], knowledge: Knowledge) -> str:
    labels = [knowledge.facts[fact].label for fact in facts]
    if not labels:
        return "is it about anything that matters for these drugs?"
    more = f" and {len(labels) - _MOST} more" if len(labels) > _MOST else ""
    return f"is it {'one of these: ' if len(labels) > 1 else ''}{', '.join(labels[:_MOST])}{more}?"
