"""A plan that is lived as JSON, and read back: doses stand in the words that people read and that are read again."""

import json
from datetime import date
from typing import Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day

__all__ = ["plan_drug_json", "plan_json", "read_drugs", "read_plan"]

_NEEDED: Final = ("drugs", "starts_on", "zone", "knowledge")
_KEYS: Final = frozenset((*_NEEDED, "regimen", "profile", "days", "treatment_day", "phase_ends_on"))
_DRUG_KEYS: Final = frozenset(("drug", "dose", "from_day", "to_day"))


def plan_json(plan: CoursePlan) -> dict[str, object]:
    """Return a plan as plain values that JSON can hold; the end of its phase is there only where it has one.

    So a plan without one is written as it always was, and read by programs that know of no phases.

    Raises:
        InputError: The words of a dose would not be read back to the same steps.
    """
    ends = plan.phase_ends_on
    return {
        "drugs": [plan_drug_json(drug) for drug in plan.drugs],
        "starts_on": plan.starts_on.isoformat(),
        "zone": plan.zone,
        "knowledge": plan.knowledge,
        "regimen": plan.regimen,
        "profile": plan.profile,
        "days": plan.days,
        "treatment_day": plan.treatment_day,
        **({} if ends is None else {"phase_ends_on": ends.isoformat()}),
    }


def read_plan(value: object, path: str) -> CoursePlan:
    """Read a plan; raises InputError with the path of what is wrong."""
    table = _table(value, path, _NEEDED, _KEYS)
    drugs = table["drugs"]
    if not isinstance(drugs, list):
        raise InputError(f"{path}.drugs: a list is expected. Write it between brackets.")
    try:
        return CoursePlan(
            drugs=tuple(_drug(drug, f"{path}.drugs[{number}]") for number, drug in enumerate(drugs)),
            starts_on=parse_day(_text(table, "starts_on", path), f"{path}.starts_on"),
            zone=_text(table, "zone", path),
            knowledge=_text(table, "knowledge", path),
            regimen=_text(table, "regimen", path),
            profile=_text(table, "profile", path) or "us",
            days=_whole(table, "days", path),
            treatment_day=_whole(table, "treatment_day", path) or 1,
            phase_ends_on=_day_or_none(table, "phase_ends_on", path),
        )
    except InputError as error:
        raise (error if str(error).startswith(path) else InputError(f"{path}: {error}")) from None


def read_drugs(text: str) -> tuple[RegimenDrug, ...]:
    """Read the drugs of a plan from the text of their JSON, as `plan_json` writes them."""
    return tuple(_drug(drug, "$.drugs") for drug in json.loads(text))


def plan_drug_json(drug: RegimenDrug) -> dict[str, object]:
    """Return a drug of a plan as plain values that JSON can hold; raises as `plan_json` does."""
    dose = say_dose_plan(drug.steps)
    if parse_dose_plan(dose) != drug.steps:
        raise InputError(f"{drug.drug}: the dose '{dose[:80]}' cannot be written down without loss. Write it anew.")
    return {"drug": drug.drug, "dose": dose, "from_day": drug.from_day, "to_day": drug.to_day}


def _drug(value: object, path: str) -> RegimenDrug:
    table = _table(value, path, ("drug", "dose"), _DRUG_KEYS)
    try:
        steps = parse_dose_plan(_text(table, "dose", path))
    except InputError as error:
        raise InputError(f"{path}.dose: {error}") from None
    name = _text(table, "drug", path)
    return RegimenDrug(name, steps, _whole(table, "from_day", path) or 1, _whole(table, "to_day", path))


def _table(value: object, path: str, needed: tuple[str, ...], keys: frozenset[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InputError(f"{path}: an object is expected. Write it between braces.")
    if lacking := next((key for key in needed if key not in value), ""):
        raise InputError(f"{path}.{lacking}: it is not there. Add it.")
    if extra := sorted(value.keys() - keys):
        raise InputError(f"{path}: the key '{extra[0][:40]}' has no place here. Remove it.")
    return value


def _text(table: dict[str, object], key: str, path: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise InputError(f"{path}.{key}: a text is expected. Write it between quotation marks.")
    return value


def _day_or_none(table: dict[str, object], key: str, path: str) -> date | None:
    return None if table.get(key) is None else parse_day(_text(table, key, path), f"{path}.{key}")


def _whole(table: dict[str, object], key: str, path: str) -> int | None:
    value = table.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise InputError(f"{path}.{key}: a whole number from 1 is expected. Correct it.")
    return value
