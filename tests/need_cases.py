"""Plans and registers for tests of need: the harmless patient with some facts changed, and lines that say the same."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from fullcourse.cohort.need.one_patient import Needer, PatientNeed
from fullcourse.journey.plan import PlanAnswer, Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import AT, knowledge, patient
from registers import written

__all__ = ["BPALM", "START", "facts_of", "lines_of", "need_of", "plan_of", "units_of"]

START = date(2026, 12, 1)
BPALM = {"rifampin_susceptibility": "resistant"}
_BESIDE = {"uric_acid": 5.0, "potassium": 4.0, "magnesium": 2.0}
_PLANNERS: dict[str, Planner] = {}
_NEEDERS: list[Needer] = []


def facts_of(changes: Mapping[str, object], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the facts of a harmless patient with some of them changed or unknown."""
    facts = {**harmless_facts(), **_BESIDE, **changes}
    return {name: value for name, value in facts.items() if name not in without}


def plan_of(
    changes: Mapping[str, object] = MappingProxyType({}),
    start: date = START,
    without: tuple[str, ...] = (),
    profile: str = "who",
    regimen: str = "",
) -> PlanAnswer:
    """Return the plan of a made-up patient."""
    planner = _PLANNERS.setdefault(profile, Planner(knowledge(), knowledge().profile(profile)))
    record = patient(facts_of(changes, without), HARMLESS_MEDICINES).record
    return planner.plan(record, AT, PlanRequest(RegimenRequest(start=start), regimen=regimen))


def need_of(answer: PlanAnswer) -> PatientNeed:
    """Return what a plan needs."""
    if not _NEEDERS:
        _NEEDERS.append(Needer(knowledge()))
    return _NEEDERS[0].need(answer)


def units_of(units: Mapping[Any, Any], words: str, drug: str = "") -> dict[str, float]:
    """Return the units of a product by month."""
    return {
        month: float(count)
        for (month, product), count in sorted(units.items())
        if product.words == words and (not drug or drug in product.drugs)
    }


def lines_of(name: str, facts: Mapping[str, Any]) -> list[bytes]:
    """Return the lines of a register that say facts of a patient: an intake form, and a harmless medicine."""
    items = [{"linkId": fact, "answer": [_answer(fact, value)]} for fact, value in facts.items()]
    about = {"reference": f"Patient/{name}"}
    form = {"resourceType": "QuestionnaireResponse", "id": f"{name}-form", "questionnaire": "urn:fullcourse:intake"}
    order = {"resourceType": "MedicationRequest", "id": f"{name}-order", "status": "active", "intent": "order"}
    return [
        written({"resourceType": "Patient", "id": name, "gender": facts["sex"], "birthDate": facts["birth_date"]}),
        written({**form, "status": "completed", "authored": AT.isoformat(), "subject": about, "item": items}),
        written(
            {
                **order,
                "subject": about,
                "authoredOn": AT.isoformat(),
                "medicationCodeableConcept": {"text": HARMLESS_MEDICINES[0]},
            }
        ),
    ]


def _answer(fact: str, value: object) -> dict[str, object]:
    definition = knowledge().facts[fact]
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, float):
        system = "http://unitsofmeasure.org"
        return {"valueQuantity": {"value": value, "unit": definition.unit, "system": system, "code": definition.unit}}
    return {"valueDate": value} if definition.kind == "date" else {"valueString": value}
