"""Answers about single entries that leave something open, put into the record before anything is established.

Somebody who knows the patient reads the entry and says which facts it is about, or that it is about none. Then it no
longer leaves its list open, and what it only raised, by its words or by a doubtful status, is answered with it.
"""

from dataclasses import replace

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.patient import Record, SettledEntry, Unrecognised
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import did_you_mean

__all__ = ["settle"]


def settle(record: Record, knowledge: Knowledge) -> Record:
    """Return a record in which every entry that somebody answered about is settled.

    Args:
        record: What an adapter read, answers included.
        knowledge: Its facts are what an entry may concern.

    Raises:
        InputError: An answer names an entry that the record does not hold, or that leaves nothing open; or a fact
            that no entry of a list can state.
    """
    evidence = {fact: list(pieces) for fact, pieces in record.evidence.items()}
    open_entries = list(record.unrecognised)
    medicines = list(record.medicines)
    for answer in record.settled:
        raised = _raised_by(answer, record)
        entries = _named_by(answer, record.unrecognised, raised)
        open_entries = [entry for entry in open_entries if entry not in entries]
        # What a medicine is ordered for is no matter of what it is.
        origins = {entry.origin for entry in entries if entry.kind != "medicine"} | {it.origin for it in raised}
        for pieces in evidence.values():
            pieces[:] = [it for it in pieces if it.origin not in origins or it.standing is not Standing.UNSURE]
        for fact in answer.concerns:
            _refuse_other_facts(fact, answer, knowledge)
            called = entries[0].text if entries else raised[0].recorded
            evidence.setdefault(fact, []).append(Evidence(fact, True, answer.on, answer.place, called))
        unknown = {entry.origin for entry in entries if entry.kind == "medicine"}
        medicines = [entry for entry in medicines if entry.ingredients or entry.origin not in unknown]
    kept = {fact: tuple(pieces) for fact, pieces in evidence.items() if pieces}
    return replace(record, evidence=kept, unrecognised=tuple(open_entries), medicines=tuple(medicines), settled=())


def _raised_by(answer: SettledEntry, record: Record) -> tuple[Evidence, ...]:
    """Return what the entries of an answer's name raise and leave open, be they understood or not."""
    return tuple(
        piece
        for pieces in record.evidence.values()
        for piece in pieces
        if piece.standing is Standing.UNSURE
        and not piece.origin.startswith("Medication")
        and _is_named(answer, piece.recorded if isinstance(piece.recorded, str) else "", piece.origin)
    )


def _is_named(answer: SettledEntry, text: str, origin: str) -> bool:
    by_text = not answer.text or text.casefold() == answer.text.casefold()
    return by_text and (not answer.origin or origin == answer.origin)


def _named_by(
    answer: SettledEntry, entries: tuple[Unrecognised, ...], raised: tuple[Evidence, ...]
) -> tuple[Unrecognised, ...]:
    named = tuple(entry for entry in entries if _is_named(answer, entry.text, entry.origin))
    if named or raised:
        return named
    by, wanted, there = (
        ("text", answer.text, [entry.text for entry in entries])
        if answer.text
        else ("origin", answer.origin, [entry.origin for entry in entries])
    )
    if not entries:
        mend = "Every entry of the record was understood: remove the answer."
    else:
        mend = f"{did_you_mean(wanted, there)} Open entries: {'; '.join(dict.fromkeys(there[:8]))}."
    raise InputError(
        f"{answer.place}: no entry that is still open has the {by} '{wanted[:80]}', so that the answer would settle "
        f"nothing. {mend}"
    )


def _refuse_other_facts(fact: str, answer: SettledEntry, knowledge: Knowledge) -> None:
    definition = knowledge.facts.get(fact)
    if definition is None:
        raise InputError(f"{answer.place}: there is no fact '{fact[:40]}'. {did_you_mean(fact, knowledge.facts)}")
    if definition.derived or definition.kind not in ("history", "state"):
        raise InputError(
            f"{answer.place}: an entry of a list cannot say what {fact} is. Name facts that are answered yes or no, or "
            "give the value in a [[fact]] of its own."
        )
