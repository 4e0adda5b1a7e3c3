"""A course that is carried is valid FHIR R4: by HL7's own schema, and by models that others wrote from the standard."""

import json
import warnings
from pathlib import Path

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carried import every_kind
from course_events import events, started
from effort import examples
from fullcourse.adapters.fhir.write.course_bundle import course_bundle
from fullcourse.adapters.zones import load_zone
from patients import knowledge

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parent / "data" / "fhir-r4-course.schema.json").read_text("utf-8"))
)


def written(log) -> dict:
    return json.loads(json.dumps(course_bundle(log, knowledge(), load_zone)))


def test_a_log_of_every_kind_is_valid():
    bundle = written(every_kind())
    SCHEMA.validate(bundle)
    types = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert types == {
        "Patient", "CarePlan", "MedicationRequest", "MedicationAdministration", "MedicationDispense", "Observation",
    }  # fmt: skip
    assert not SCHEMA.is_valid({**bundle, "type": ["collection"]})


def test_models_that_others_wrote_read_it_and_every_reference_leads_to_an_entry():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fhir.resources.R4B import get_fhir_model_class

        bundle = written(every_kind())
        get_fhir_model_class("Bundle").model_validate(bundle)
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        named = [resource.get("subject"), *(it["reference"] for it in resource.get("activity", []))]
        assert all(it["reference"] in addresses for it in named if it)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(events(), min_size=1, max_size=6, unique_by=lambda it: it.id))
def test_any_log_is_valid(log):
    SCHEMA.validate(written([started("cycloserine: 250 mg q12h"), *log]))
    SCHEMA.validate(written(log))
