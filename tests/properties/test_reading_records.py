"""Whatever a record holds, it is read or refused: no other error, nothing dropped silently, nobody named."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_records import ABOUT, PATIENT, READER, RXNORM, SNOMED, UCUM, bundle, coded, condition, observation, order
from fullcourse.adapters.fhir.read.bundle import SUBJECTS
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Standing

RESOURCES: tuple[dict[str, Any], ...] = (
    condition(coded(SNOMED, "84757009", "Epilepsy"), abatementDateTime="2024"),
    observation("29463-7", valueQuantity={"value": 58.5, "unit": "kg", "system": UCUM, "code": "kg"}),
    observation("82810-3", id="o2", valueCodeableConcept=coded(SNOMED, "77386006")),
    order(
        coded(RXNORM, "3007", "cycloserine"),
        dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"end": "2024-10-01"}}}}],
        dispenseRequest={"validityPeriod": {"end": "2024-09-01"}},
    ),
    {"resourceType": "AllergyIntolerance", "id": "a", "patient": ABOUT, "code": coded(RXNORM, "3007")},
    {
        "resourceType": "Composition",
        "id": "d",
        "status": "final",
        "date": "2024",
        "section": [{"code": coded("http://loinc.org", "11450-4"), "entry": [{"reference": "Condition/c"}]}],
    },
    {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "questionnaire": "urn:fullcourse:intake",
        "item": [{"linkId": "epilepsy", "answer": [{"valueBoolean": True}]}],
    },
)
ODD = st.sampled_from([None, True, 0, -1, 1e308, "", "x", "2023-02-30", [], {}, [None], [[]], [{}], {"value": "7"}])


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every element inside a resource."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(place for key, item in inner for place in places(item, (*path, key)))]


PLACES = [(number, path) for number, resource in enumerate(RESOURCES) for path in places(resource)]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), ODD)
def test_any_one_element_may_be_anything_and_the_record_is_read_or_refused(
    place: tuple[int, tuple[Any, ...]], odd: object
) -> None:
    number, path = place
    resource = copy.deepcopy(RESOURCES[number])
    here: Any = resource
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = odd
    try:
        record = READER.read(bundle(resource))
    except InputError as error:
        assert len(str(error)) > 40
        return
    # It was used, listed or counted, whatever it has become.
    facts = {fact for fact in record.evidence if fact not in ("sex", "birth_date")}
    assert facts or record.medicines or record.unrecognised or record.not_used or record.notes


@given(st.permutations(RESOURCES))
def test_the_order_of_resources_does_not_matter(resources: list[dict[str, Any]]) -> None:
    one, other = READER.read(bundle(*RESOURCES)), READER.read(bundle(*resources))
    assert {fact: set(pieces) for fact, pieces in one.evidence.items()} == {
        fact: set(pieces) for fact, pieces in other.evidence.items()
    }
    assert set(one.medicines) == set(other.medicines)
    assert one.not_used == other.not_used


@given(st.lists(st.sampled_from([*sorted(SUBJECTS), "Claim", "Encounter", "Goal"]), max_size=8))
def test_every_resource_is_used_listed_or_counted(kinds: list[str]) -> None:
    resources = [{"resourceType": kind, "id": f"x{number}"} for number, kind in enumerate(kinds)]
    record = READER.read(bundle(*resources))
    listed = [one for one in record.unrecognised if one.kind != "medicine"]
    forms = [one for one in listed if one.origin.startswith("QuestionnaireResponse/")]  # they are counted too
    counted = sum(one.count for one in record.not_used)
    assert len(record.medicines) + len(listed) - len(forms) + counted == len(kinds)
    assert len({one.origin for one in forms}) == kinds.count("QuestionnaireResponse")


@given(st.text(alphabet="ABCXYZ", min_size=6, max_size=9))
def test_nobody_is_named_by_what_was_read_or_refused(name: str) -> None:
    patient = {**PATIENT, "id": name, "name": [{"text": name}], "identifier": [{"system": "s", "value": name}]}
    about = {"reference": f"Patient/{name}", "display": name}
    resources = [{**one, ("patient" if "patient" in one else "subject"): about} for one in RESOURCES]
    assert name not in repr(READER.read(bundle(*resources, patient=patient)))
    for wrong in ({**patient, "gender": []}, {**patient, "birthDate": "x"}, {**patient, "resourceType": "Person"}):
        try:
            READER.read(bundle(*resources, patient=wrong))
        except InputError as error:
            assert name not in str(error)


@given(st.sampled_from(["active", "resolved", "remission", "inactive"]), st.sampled_from(["confirmed", "provisional"]))
def test_a_history_that_a_record_raises_is_never_no(clinical: str, verification: str) -> None:
    more = {"verificationStatus": {"coding": [{"code": verification}]}}
    record = READER.read(bundle(condition(coded(SNOMED, "84757009"), clinical, **more)))
    (piece,) = record.evidence["epilepsy"]
    assert piece.value is not False
    assert piece.standing in (Standing.STATED, Standing.UNSURE)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        READER.read(data)
        said = "read"
    except InputError as error:
        said = str(error)
    assert said


@given(st.integers(0, len(bundle(*RESOURCES)) - 1))
def test_a_record_cut_off_anywhere_is_refused_whole(length: int) -> None:
    with pytest.raises(InputError, match="not JSON"):
        READER.read(bundle(*RESOURCES)[:length])
