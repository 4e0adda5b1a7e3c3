"""The JSON of a plan against its schema, and what it holds of others against theirs."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse.adapters.published as published
from fullcourse.adapters.published.plan import plan_json
from fullcourse.journey.plan import Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest
from harmless import harmless_facts
from patients import AT, knowledge, patient

SCHEMAS = {
    name: jsonschema_rs.validator_for(
        json.loads((Path(published.__file__).parent / "schemas" / f"{name}-1.json").read_text("utf-8"))
    )
    for name in ("plan", "regimen", "dose")
}


@pytest.mark.parametrize("profile", ["us", "who", "india"])
@pytest.mark.parametrize("facts", [{}, harmless_facts()], ids=["nothing known", "susceptible"])
@pytest.mark.parametrize("start", [None, date(2026, 12, 1)])
def test_every_plan_and_each_of_its_parts_keep_their_schemas(profile, facts, start):
    known = knowledge()
    request = PlanRequest(RegimenRequest(start=start))
    answer = Planner(known, known.profile(profile)).plan(patient(facts).record, AT, request)
    written = json.loads(json.dumps(plan_json(answer, known), allow_nan=False))
    SCHEMAS["plan"].validate(written)
    SCHEMAS["regimen"].validate(written["composition"])
    for dose in written["doses"]:
        SCHEMAS["dose"].validate(dose)
    assert written["proposal"] == "proposal; to be confirmed by a prescriber"
    assert [bool(dose["steps"]) for dose in written["doses"]].count(False) == 0 or written["status"] != "proposed"
