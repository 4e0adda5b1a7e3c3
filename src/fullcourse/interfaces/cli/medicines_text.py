"""The medicines of a check as a busy clinician reads them: one line each, what may be taken as a question first.

What is over, and the routes that are not recorded, share one line each; ``--format json`` has them one by one.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.finding import Status
from fullcourse.clinical.listed_medicine import ListedMedicine, State
from fullcourse.clinical.medicine import Route
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.journey.check import DrugCheck
from fullcourse.journey.verdict import INCOMPLETE, MEDICINE_BESIDE

__all__ = ["print_medicines"]

_MOST: Final = 8
_NOT_AS_A_WHOLE: Final = ("", "in part")


def print_medicines(medicines: Sequence[ListedMedicine], checks: Sequence[DrugCheck], console: Console) -> None:
    """Print every medicine that was read: those that may be taken, those that are, then what is over or later.

    Args:
        medicines: As the check lists them.
        checks: Of the drugs: beside each, other medicines may not have been checked.
        console: Where to.
    """
    if not medicines:
        return
    console.print(Text(f"MEDICINES READ ({len(medicines)})", "bold"))
    current = [entry for entry in medicines if entry.state in (State.PERHAPS, State.NOW)]
    unknown = _named(entry for entry in current if not entry.ingredients)
    if unknown:
        says = f"not understood, so that no drug can be cleared until it is known: {_listed(unknown)}"
        console.print(hanging("  !", Text(says, "bold"), 3))
    listed = _once(entry for entry in current if entry.ingredients or entry.ask)
    for entry in (entry for entry in listed if entry.ask or _in_part(entry)):
        console.print(hanging("  ?", _line(entry), 3))
    known = [entry for entry in listed if not entry.ask and not _in_part(entry)]
    if len(checks) > 1:  # beside a regimen the names of those that count are enough; JSON has since when
        counted = _named(entry for entry in known if entry.route is not Route.LOCAL)
        known = [entry for entry in known if entry.route is Route.LOCAL]
        if counted:
            console.print(hanging("  ·", Text(", ".join(counted)), 3))
    for entry in known:
        console.print(hanging("  ·", _line(entry), 3))
    if says := _not_checked(checks):
        console.print(hanging("  !", Text(says, "bold"), 3))
    unsaid = _named(entry for entry in current if entry.route is Route.UNKNOWN and entry.ingredients)
    if unsaid:
        console.print(hanging("  ·", Text(f"route not known, taken as systemic: {_listed(unsaid)}", "quiet"), 3))
    for state, words in ((State.LATER, "begins later"), (State.PAST, "in the past")):
        names = _named(entry for entry in medicines if entry.state is state)
        if names:
            console.print(hanging("  ·", Text(f"{words} ({len(names)}): {_listed(names)}", "quiet"), 3))


def _not_checked(checks: Sequence[DrugCheck]) -> str:
    """Return one sentence for all medicines that were not checked beside the drugs; empty when there is none."""
    drugs: dict[str, list[str]] = {}
    for check in checks:
        for finding in check.findings:
            for evidence in finding.because if finding.kind == INCOMPLETE and finding.status is Status.APPLIES else ():
                drug, _, unchecked = str(evidence.recorded).partition(MEDICINE_BESIDE)
                drugs.setdefault(unchecked, []).append(drug)
    pairs = "; ".join(f"{', '.join(named)} with {unchecked}" for unchecked, named in drugs.items())
    return f"not checked, no statement in our sources: {pairs}" if pairs else ""


def _in_part(entry: ListedMedicine) -> bool:
    """Return whether a name says which medicines it may be, or holds one beside others that are not known."""
    return bool(entry.ingredients) and entry.recognised_by in _NOT_AS_A_WHOLE


def _line(entry: ListedMedicine) -> Text:
    if entry.ask:
        return Text(entry.ask)
    if _in_part(entry):
        may_be = ", ".join(entry.ingredients)
        return Text(f"{entry.name}: not read as a whole; it may be or hold {may_be}. What is it?")
    substance = " + ".join(entry.ingredients)
    name = entry.name if substance.casefold() in entry.name.casefold() else f"{entry.name} = {substance}"
    local = f", {entry.applied}: not counted" if entry.route is Route.LOCAL else ""
    state = "" if entry.state is State.NOW else " perhaps"
    return Text(f"{name}{local};{state} {entry.why}" if entry.why else f"{name}{local}{state}")


def _once(entries: Iterable[ListedMedicine]) -> list[ListedMedicine]:
    """Return entries without the repetitions of one product in one state; a question stays."""
    kept: dict[tuple[object, ...], ListedMedicine] = {}
    for entry in entries:
        key = (entry.name.casefold(), entry.ingredients, entry.state, entry.route)
        if key not in kept or not kept[key].ask:
            kept[key] = entry
    return list(kept.values())


def _named(entries: Iterable[ListedMedicine]) -> list[str]:
    return list(dict.fromkeys(entry.name for entry in entries))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST])
    return f"{shown} and {len(names) - _MOST} more" if len(names) > _MOST else shown
