"""A resource that stands in a record with several contents under one id: nothing either says is lost, nothing clears.

One of them is an older version, a slip, or another resource under a name that was given twice. So each content is read,
and what it says is kept as open. Only what all of them say against somebody alike counts as said: that a problem is
there, that a medicine is taken.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from fullcourse.adapters.fhir.read.bundle import CONTESTED, Entry
from fullcourse.adapters.fhir.read.evidence import Gathered, Reading
from fullcourse.adapters.fhir.read.listed import called
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.patient import PassedOver, Unrecognised

__all__ = ["read_contested"]

_SAYS = (Standing.STATED, Standing.OVER)


def read_contested(
    contents: Sequence[Entry],
    read: Callable[[Entry, Reading], None],
    lists: Mapping[str, tuple[str, ...]],
    reading: Reading,
) -> None:
    """Read every content of one resource, and keep what they say as far as they agree.

    Args:
        contents: What stands under one id or address, each named by its number.
        read: Reads one content into the record.
        lists: Kinds of the lists of which a resource is an entry, by its type: one address may stand for several types.
        reading: The record being read.
    """
    whole, parts = reading.gathered, []
    for content in contents:
        reading.gathered = Gathered()
        read(content, reading)
        parts.append(reading.gathered)
    reading.gathered = whole
    named = ", ".join(content.origin for content in contents)
    whole.notes[f"{named}: set aside by name, everything else was read: {CONTESTED}"] = None
    said = _said_by_all(parts, reading)
    taken = [medicine for medicine in parts[0].medicines if all(_takes(part, medicine) for part in parts)]
    for content, part in zip(contents, parts, strict=True):
        _keep(part, content, lists.get(content.kind, ()), said, taken, reading)


def _said_by_all(parts: Sequence[Gathered], reading: Reading) -> set[str]:
    """Return the problems that every content says are there; that a list is complete is no problem."""
    of_each = [
        {name for name, pieces in part.evidence.items() if pieces and all(piece.value is True for piece in pieces)}
        for part in parts
    ]
    return {name for name in set.intersection(*of_each) if not name.endswith("_complete")}


def _takes(part: Gathered, medicine: Medicine) -> bool:
    """Whether one content says of a medicine what another says; how it is called is no part of that."""
    return any(
        (other.ingredients, other.taken, other.since, other.until, other.lasts, other.route)
        == (medicine.ingredients, medicine.taken, medicine.since, medicine.until, medicine.lasts, medicine.route)
        for other in part.medicines
        if medicine.ingredients
    )


def _keep(
    part: Gathered, content: Entry, lists: Iterable[str], said: set[str], taken: Sequence[Medicine], reading: Reading
) -> None:
    whole = reading.gathered
    for name, pieces in part.evidence.items():
        for piece in pieces:
            whole.add(piece if name in said or piece.standing not in _SAYS else _open(piece))
    alike = Gathered(medicines=list(taken))
    whole.medicines += [it if _takes(alike, it) else _perhaps(it) for it in part.medicines]
    whole.unrecognised += part.unrecognised
    whole.misplaced += part.misplaced
    named = {entry.kind for entry in part.unrecognised}
    kinds = [kind for kind in lists if kind not in named and kind != "medicine"]  # a medicine is asked by its name
    whole.unrecognised += [Unrecognised(kind, _called(content), content.origin, CONTESTED) for kind in kinds]
    whole.not_used.update(part.not_used)
    whole.unread |= part.unread
    whole.notes |= part.notes
    whole.passed_over += part.passed_over
    why = "with another content under its id"
    whole.orders += [OrderedDose(order.drug, order.origin, why=f"there is one {why}") for order in part.orders]
    whole.passed_over += [PassedOver((dose.drug,), f"{content.kind} {why}") for dose in part.doses]
    whole.passed_over += [PassedOver(level.drugs, f"{content.kind} {why}") for level in part.levels]


def _open(piece: Evidence) -> Evidence:
    return piece._replace(value=None, standing=Standing.UNSURE, reason=CONTESTED)


def _perhaps(medicine: Medicine) -> Medicine:
    """Return a medicine as one that may be taken at any time: its dates are no better known than the rest."""
    return replace(medicine, taken=Taken.MAYBE, since=None, until=None, lasts=(0, 0), why=CONTESTED)


def _called(content: Entry) -> str:
    try:
        return called(content)
    except InputError:
        return f"a {content.kind} that cannot be read"
