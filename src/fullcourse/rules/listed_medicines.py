"""The medicine list as it is shown at a date: every entry that was read, whether it is taken, why, and what to ask."""

from datetime import date

from fullcourse.clinical.listed_medicine import ListedMedicine, State
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Record
from fullcourse.rules.medicine_list import begins_later, taken_within

__all__ = ["list_medicines"]

_REPORTED = "MedicationStatement"
_ACTS = {
    "MedicationAdministration": "given",
    "MedicationDispense": "handed out",
    "MedicationRequest": "ordered",
    _REPORTED: "reported",
}
_STATES = {Taken.NOW: State.NOW, Taken.MAYBE: State.PERHAPS, Taken.PAST: State.PAST}


def list_medicines(record: Record, at: date) -> tuple[ListedMedicine, ...]:
    """Return every medicine of a record as it stands at a date: what may be taken first, what is over last.

    What may be taken is asked once for each name, and not where another entry says that the same ingredients are taken.

    Args:
        record: What an adapter read.
        at: Date of the check.
    """
    listed = [(medicine, _state(medicine, at)) for medicine in record.medicines]
    taken = {medicine.ingredients for medicine, state in listed if state is State.NOW and medicine.ingredients}
    asked: set[str] = set()
    entries: list[ListedMedicine] = []
    for medicine, state in listed:
        why, ask = _why(medicine, state), ""
        is_open = state is State.PERHAPS and medicine.route is not Route.LOCAL and medicine.ingredients not in taken
        if is_open and medicine.name.casefold() not in asked:
            asked.add(medicine.name.casefold())
            ask = f"{', '.join(filter(None, (medicine.name, why)))}: is it taken?"
        entries.append(
            ListedMedicine(
                name=medicine.name,
                ingredients=medicine.ingredients,
                recognised_by=medicine.recognised_by,
                state=state,
                why=why,
                route=medicine.route,
                applied=medicine.applied,
                origin=medicine.origin,
                ask=ask,
            )
        )
    order = (State.PERHAPS, State.NOW, State.LATER, State.PAST)
    return tuple(sorted(entries, key=lambda entry: order.index(entry.state)))


def _state(medicine: Medicine, at: date) -> State:
    return State.LATER if begins_later(medicine, at) else _STATES[taken_within(medicine, at, None)]


def _why(medicine: Medicine, state: State) -> str:
    """Return the act of an entry with its dates, then its status."""
    act = _ACTS.get(medicine.origin.partition("/")[0], "")
    if state is State.LATER:
        act = "begins"
    elif medicine.origin.startswith(_REPORTED) or not act:
        act = f"{act} since".strip()
    dated = f"{act} {_day(medicine.since)}" if medicine.since is not None else act.removesuffix("since").strip()
    status = "" if medicine.taken is Taken.SUPPLIED else medicine.why  # its days say it
    return ", ".join(filter(None, (dated, _end(medicine), status)))


def _end(medicine: Medicine) -> str:
    until, (surely, perhaps) = medicine.until, medicine.lasts
    if until is None:
        return ""
    if medicine.taken is Taken.SUPPLIED:
        latest = _shifted(until.last_day, perhaps)
        return f"lasts to {_shifted(until.first_day, surely)} or {latest}" if surely else f"may last to {latest}"
    return f"supply to {_shifted(until.last_day, perhaps)}" if perhaps else f"until {_day(until)}"


def _shifted(day: date, days: int) -> str:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal())).isoformat()


def _day(moment: Moment) -> str:
    return moment.text.split("T", 1)[0]  # the hour stands in the record
