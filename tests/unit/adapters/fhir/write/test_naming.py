"""Ids on a server begin with the patient's, and fit what FHIR allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_events import new_id
from fullcourse.adapters.fhir.write.naming import ServerNames, patient_of_id

FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@given(
    st.from_regex(r"[A-Za-z0-9-]{1,36}", fullmatch=True), st.text(max_size=50), st.sampled_from(["event", "planned"])
)
def test_an_id_is_fhirs_and_leads_back_to_its_patient(patient, name, kind):
    made = ServerNames(patient).id(kind, name)
    assert FHIR_ID.fullmatch(made)
    assert patient_of_id("Observation", made) == patient
    assert patient_of_id("Patient", made) == ""
    assert patient_of_id("Patient", ServerNames(patient).id("patient", patient)) == patient


def test_the_same_has_the_same_id_and_another_another():
    names, first, second = ServerNames("p"), new_id(1), new_id(2)
    assert names.id("event", first) == names.id("event", first) != names.id("event", second)
    assert names.id("event", first) != names.id("planned", first)
    assert ServerNames("q").id("event", first) != names.id("event", first)


@pytest.mark.parametrize("patient", ["", "a.b", "a b", "é", "x" * 37, "a/b", "a\n"])
def test_a_patient_whose_id_fhir_cannot_hold_has_no_names(patient):
    assert not ServerNames.is_named(patient)
    with pytest.raises(ValueError, match="none that FHIR holds"):
        ServerNames(patient)


@pytest.mark.parametrize(
    "name", ["p", "p.", "p.x", f"p.{'a' * 25}", f"p.{'A' * 26}", f".{'a' * 26}", f"p.q.{'a' * 26}"]
)
def test_an_id_that_is_none_of_ours_is_nobodys(name):
    assert patient_of_id("Observation", name) == ""
