"""A proposal as ``plan`` or ``dose`` wrote it, read back to be lived: only what is a dose, and no step that waits.

A step that waits for a level or a visit, or for the end of a phase, is left out and named: the step before it goes on
until a clinician changes the plan. A proposal that holds a question, a drug that is not to be given, or a combination
(whose one tablet would be planned once for each drug in it) begins no course; on demand the drugs of a combination are
planned by their amounts alone, and the combination is named beside them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.json_text import decode_text
from fullcourse.clinical.dose import WEEKDAYS, Dose, DoseStep, RegimenDrug
from fullcourse.clinical.errors import InputError
from fullcourse.regimens.phases import add_months

__all__ = ["ProposedPlan", "open_proposal", "read_proposal"]

_PLAN: Final = "fullcourse/plan/1"
_DOSE: Final = "fullcourse/dose/1"
_MOST_BYTES: Final = 16 * 1024 * 1024
_PREFIX: Final = "sha256:"
_LENGTH: Final = re.compile(r"([1-9][0-9]{0,3})(?: to [0-9]{1,4})? (weeks|months)")
_Written = Mapping[str, Any]
"""As JSON holds it; what is not of the shape that is read is no proposal."""


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """What a proposal says to take.

    Attributes:
        drugs: With their steps, those that wait left out.
        regimen: Id of the regimen; empty for none.
        profile: Which sources led.
        knowledge: SHA-256 of the knowledge that it was made with.
        days: Length, where every drug has one; None while one is open.
        waiting: Each step that was left out, in words, with what it waits for.
        combined: Each combination whose drugs are planned by their amounts, in words: nothing of it is counted.
        first_phase: How long the first phase lasts, in the words of the proposal, where something of a later phase was
            left out; None where nothing was.
    """

    drugs: tuple[RegimenDrug, ...]
    regimen: str
    profile: str
    knowledge: str
    days: int | None
    waiting: tuple[str, ...]
    combined: tuple[str, ...] = ()
    first_phase: str | None = None

    def phase_ends_on(self, starts_on: date) -> date | None:
        """Return the last day of the first phase at the earliest; None where nothing of a later one was left out.

        Args:
            starts_on: Day 1; months are those of the calendar, as in the proposal's own dates.

        Raises:
            InputError: Nobody can tell how long it lasts, or it runs beyond the calendar.
        """
        if self.first_phase is None:
            return None
        length = _LENGTH.fullmatch(self.first_phase)
        if length is None:
            raise InputError(
                "a later phase of the plan waits, and the proposal does not say how long its first phase lasts: nobody "
                "would be asked to change the plan. Name the last day of the first phase."
            )
        number, unit = int(length[1]), length[2]
        try:
            after = starts_on + timedelta(weeks=number) if unit == "weeks" else add_months(starts_on, number)
        except OverflowError:
            raise InputError(f"from {starts_on} a phase of {number} weeks runs beyond the year 9999.") from None
        return after - timedelta(days=1)


def open_proposal(path: str) -> ProposedPlan:
    """Read a proposal from a file.

    Raises:
        InputError: It is not there, is no proposal, or holds something that is not yet a dose; the message begins with
            ``--plan``.
    """
    try:
        return _read(json.loads(decode_text(read_bytes(path, limit=_MOST_BYTES), "the proposal")))
    except InputError as error:
        raise InputError(f"--plan: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise InputError(
            "--plan: the file is no proposal. Write one with 'plan RECORD --format json', or type 'DRUG: DOSE'."
        ) from None


def read_proposal(written: Mapping[str, object], *, in_amounts: bool = False) -> ProposedPlan:
    """Return a proposal as ``plan`` wrote it, as plain values.

    Args:
        written: The proposal.
        in_amounts: Whether drugs of a combination are planned by their amounts, without a form that is counted.

    Raises:
        InputError: It holds something that is not yet a dose, or is no proposal.
    """
    try:
        return _read(written, in_amounts=in_amounts)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise InputError("this is no proposal of 'plan'. Make it again.") from None


def _read(written: _Written, *, in_amounts: bool = False) -> ProposedPlan:
    schema = written.get("schema")
    if schema not in (_PLAN, _DOSE):
        raise InputError("the file is no proposal of 'plan' or 'dose'. Write one with --format json.")
    doses = written["doses"] if schema == _PLAN else [written]
    if not isinstance(doses, list) or not doses:
        raise InputError("the proposal holds no dose. See what it asks for, and make it again.")
    phase, length = _first_phase(written)
    read = [_drug(dose, phase, in_amounts=in_amounts) for dose in doses]
    steps = (step for dose in doses for step in dose["steps"] if phase is None or step["phase"] in (None, phase))
    combined = dict.fromkeys(_combination(step) for step in steps if step["holds_mg"])
    lengths = [days for _, days, _ in read]
    known = [days for days in lengths if days is not None]
    days = max(known) if len(known) == len(lengths) else None
    return ProposedPlan(
        drugs=tuple(
            RegimenDrug(drug.drug, drug.steps, 1, own if own is not None and own != days else None)
            for drug, own, _ in read
            if drug.steps
        ),
        regimen=str(written.get("regimen") or ""),
        profile=str(written["profile"]),
        knowledge=str(written["knowledge"]).removeprefix(_PREFIX),
        days=days,
        waiting=tuple(words for _, _, left_out in read for words in left_out),
        combined=tuple(combined),
        first_phase=length if any(_is_later(step, dose, phase) for dose in doses for step in dose["steps"]) else None,
    )


def _first_phase(written: _Written) -> tuple[str | None, str]:
    """Return the phase that a regimen begins with and its length in words.

    None and no words where it has none, or the proposal is of one drug.
    """
    composed = (written.get("composition") or {}).get("regimens") or ()
    phases = [it for part in composed if part["id"] == written.get("regimen") for it in part["phases"]]
    return (phases[0]["name"], str(phases[0].get("length") or "")) if len(phases) > 1 else (None, "")


def _begins(dose: _Written, phase: str | None) -> str | None:
    """Return the phase in which a drug is begun: the regimen's first, or its own where no regimen is known."""
    return phase or next((step["phase"] for step in dose["steps"]), None)


def _is_later(step: _Written, dose: _Written, phase: str | None) -> bool:
    """Return whether a step is of a later phase than the one that is begun."""
    return bool(step["phase"]) and step["phase"] != _begins(dose, phase)


def _drug(dose: _Written, phase: str | None, *, in_amounts: bool) -> tuple[RegimenDrug, int | None, list[str]]:
    """Return a drug, how many days it is taken, and its steps that wait."""
    name, status = str(dose["drug"]), dose["status"]
    if status != "dose":
        raise InputError(f"{name} is no dose yet ({status}). Answer what it asks, and make the proposal again.")
    steps: list[DoseStep] = []
    waiting: list[str] = []
    for step in dose["steps"]:
        if step["holds_mg"] and not in_amounts:
            raise InputError(
                f"{name} is taken in a combination ({step['form']}), which a course cannot yet count once for all its "
                "drugs. Make the proposal with forms of one drug (--forms-in-stock), or type the doses."
            )
        if _is_later(step, dose, phase):
            waiting.append(f"{name}, {_amounts(step)} in the {step['phase']} phase; waits for the phase before it")
        elif waiting or step["waits_for"]:
            what = "; ".join(it["says"] for it in step["waits_for"]) or "the step before it"
            waiting.append(f"{name} from day {step['from_day']}: {_amounts(step)}; waits for {what}")
        else:
            steps.append(_step(step))
    if waiting and steps:
        steps[-1] = replace(steps[-1], to_day=None)
    duration = dose.get("duration_days")
    return RegimenDrug(name, tuple(steps)), duration if isinstance(duration, int) else None, waiting


def _step(step: _Written) -> DoseStep:
    days = tuple(step["days_of_week"] or ())
    is_alone = not step["holds_mg"]  # one tablet of a combination would be counted once for each drug in it
    return DoseStep(
        from_day=int(step["from_day"]),
        doses=tuple(Dose(it["at"], float(it["mg"]), it["units"] if is_alone else None) for it in step["doses"]),
        form=str(step["form"] or "") if is_alone else "",
        days_of_week=tuple(day for day in WEEKDAYS if day in days),
        every_days=int(step["every_days"] or 1),
        max_mg_per_day=step["max_mg_per_day"],
        every_h=step["every_h"],
        cycle=tuple(step["cycle"] or ()),
        after_dialysis=bool(step["after_dialysis"]),
        to_day=step["to_day"],
    )


def _combination(step: _Written) -> str:
    """Return a combination in words: its tablets at each time, and what they hold together."""
    tablets = " and ".join(f"{it['units']:g} in the {it['at']}" for it in step["doses"])
    held = ", ".join(f"{drug} {mg:g} mg" for drug, mg in step["holds_mg"].items())
    return f"{step['form']}, {tablets}: {held} a dosing day"


def _amounts(step: _Written) -> str:
    return " + ".join(f"{it['mg']:g} mg" for it in step["doses"])
