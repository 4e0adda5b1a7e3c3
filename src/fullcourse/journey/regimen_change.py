"""A regimen on record that is changed: which drug goes, what stays, and how no weaker one stands between."""

from collections.abc import Sequence
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Patient, Taken
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Construction
from fullcourse.regimens.longer import Change
from fullcourse.regimens.screened import Screened

__all__ = ["change_of", "current_drugs", "reason_as_evidence"]

_RESISTANCE: Final = frozenset({"resistance", "resistant"})
_FAILURE: Final = frozenset({"failure", "failing", "treatment failure"})


def current_drugs(patient: Patient, tb_drugs: frozenset[str]) -> tuple[str, ...]:
    """Return the TB drugs that a record says are taken now, each once, in its order."""
    taken = (it for it in patient.medicines if it.taken is not Taken.PAST)
    return tuple(dict.fromkeys(name for it in taken for name in it.ingredients if name in tb_drugs))


def reason_as_evidence(drug: str, because: str, knowledge: Knowledge, on: Moment) -> Evidence | None:
    """Return what a reason says of the patient: a fact that it names, or resistance; None where it names none."""
    word = because.strip().casefold()
    if word in _RESISTANCE:
        identity = knowledge.drug(drug)
        fact = f"{(identity.moiety or identity.inn).replace('-', '_').replace(' ', '_')}_susceptibility"
        return Evidence(fact, "resistant", on, "--because", "resistant")
    named = _fact_named(word, knowledge)
    return None if named is None else Evidence(named, True, on, "--because", True)


def _fact_named(word: str, knowledge: Knowledge) -> str | None:
    """Return the history or state that a reason names; None where it names none."""
    for definition in knowledge.facts.values():
        names = {definition.id, definition.id.replace("_", " "), definition.label.casefold()}
        names |= {name for way in definition.found for name in way.names}
        if definition.kind in {"history", "state"} and word in names:
            return definition.id
    return None


def change_of(
    drug: str,
    because: str,
    current: Sequence[str],
    screened: Screened,
    knowledge: Knowledge,
    constructions: Sequence[Construction],
) -> tuple[Change | None, tuple[str, ...]]:
    """Return what is changed in the regimen on record, and how the change goes.

    Args:
        drug: The drug to be replaced; empty for a new regimen.
        because: Why.
        current: TB drugs on record.
        screened: What the check said of every drug.
        knowledge: Holds names and moieties.
        constructions: The leading one first; only its candidates can be kept.

    Raises:
        InputError: The drug is not taken, or no reason is given.
    """
    if not drug:
        return None, ()
    identity = knowledge.drug(drug)
    if not because.strip():
        raise InputError(
            "--replace needs --because: what takes its place depends on the reason. Say, for example, depression."
        )
    if identity.inn not in current:
        shown = ", ".join(current) or "none"
        raise InputError(
            f"--replace: {identity.label} is not among the TB drugs on record ({shown}). Name one of them."
        )
    out = _same_moiety(identity.inn, knowledge)
    candidates = {it.drug for it in constructions[0].candidates}
    companions = {it.beside for it in constructions[0].candidates if it.beside}
    stays = [name for name in current if name not in out and name not in companions]
    foreign = [name for name in stays if name not in candidates]
    lost = [name for name in stays if name in candidates and not _can_stay(name, screened)]
    kept = frozenset(stays) - {*foreign, *lost}
    failing = because.strip().casefold() in _FAILURE
    before = sum(
        screened.drugs[name].effective is not False
        for name in current
        if name in screened.drugs and name not in companions
    )
    switch = (
        f"What is new begins on the day that {identity.inn} ends, so that no day has fewer effective drugs than before "
        f"({before} at most); a prescriber confirms the change."
    )
    says = [switch]
    word = because.strip().casefold()
    if word not in _FAILURE | _RESISTANCE and _fact_named(word, knowledge) is None:
        says.append(f"“{because.strip()}” names nothing that is checked here: it rules out {identity.inn} alone.")
    if failing:
        kept = kept if not foreign else frozenset()
        says.append("The regimen is said to fail: never one drug added to it; at least two new effective ones.")
    if foreign:
        kept = frozenset()
        says.append(
            f"{', '.join(foreign)} belongs to a regimen of its own, in which nothing is exchanged: composed anew."
        )
    says += [f"{name} cannot stay either: it is resistant or contraindicated." for name in lost]
    new = constructions[0].new_drugs_after_failure if failing else 0
    return Change(out, kept, before, new, because.strip()), tuple(says)


def _same_moiety(inn: str, knowledge: Knowledge) -> frozenset[str]:
    moiety = knowledge.drugs[inn].moiety or inn
    return frozenset(it.inn for it in knowledge.drugs.values() if (it.moiety or it.inn) == moiety)


def _can_stay(name: str, screened: Screened) -> bool:
    view = screened.drugs[name]
    return view.allowed is not False and view.effective is not False
