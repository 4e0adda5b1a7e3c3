"""What a client is asked to send is what the facts need: a fact that is added brings its codes with it."""

import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from fullcourse.adapters.cds_hooks.templates import needed_by_statements, templates_of
from fullcourse.adapters.fhir.write.elements import SYSTEMS
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.knowledge.vocabulary import Found, Profile

KNOWLEDGE = load_knowledge()
PROFILE = KNOWLEDGE.profile("us")
TEMPLATES = {it.resource: it for it in templates_of(KNOWLEDGE, PROFILE)}


def codes_of(query: str) -> set[str]:
    return set(",".join(parse_qs(query.partition("?")[2]).get("code", [])).split(","))


def test_every_code_of_every_fact_that_a_statement_needs_is_asked_for():
    needed = needed_by_statements(KNOWLEDGE, PROFILE)
    assert len(needed) > 50
    for fact in needed:
        for way in fact.found:
            resource = way.resource.partition(".")[0]
            if resource == "Section":  # only inside documents
                continue
            query = TEMPLATES[resource].query
            if "&code=" in query:
                asked = {f"{SYSTEMS[system]}|{code}" for system, listed in way.codes.items() for code in listed}
                assert asked <= codes_of(query), fact.id


def test_lists_are_asked_for_whole():
    for resource in ("Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement"):
        assert TEMPLATES[resource].query == f"{resource}?patient={{{{context.patientId}}}}"


def test_nothing_is_asked_for_that_no_fact_needs():
    needed = needed_by_statements(KNOWLEDGE, PROFILE)
    wanted = {
        f"{SYSTEMS[system]}|{code}"
        for fact in needed
        for way in fact.found
        if way.resource in ("Observation", "Procedure", "List")
        for system, listed in way.codes.items()
        for code in listed
    }
    for resource in ("Observation", "Procedure", "List"):
        assert codes_of(TEMPLATES[resource].query) <= wanted


def test_a_fact_that_is_found_elsewhere_brings_its_code_with_it():
    creatinine = KNOWLEDGE.facts["creatinine"]
    way = Found("Observation", {"loinc": ("99999-9",)})
    facts = {**KNOWLEDGE.facts, "creatinine": replace(creatinine, found=(*creatinine.found, way))}
    changed = {it.resource: it for it in templates_of(replace(KNOWLEDGE, facts=facts), PROFILE)}
    assert "http://loinc.org|99999-9" in codes_of(changed["Observation"].query)


def test_a_kind_of_resource_without_a_template_is_a_fault():
    creatinine = KNOWLEDGE.facts["creatinine"]
    facts = {**KNOWLEDGE.facts, "creatinine": replace(creatinine, found=(Found("Device", {"loinc": ("1-8",)}),))}
    with pytest.raises(ValueError, match="Device"):
        templates_of(replace(KNOWLEDGE, facts=facts), PROFILE)


@pytest.mark.parametrize("profile", KNOWLEDGE.profiles.values(), ids=lambda it: it.id)
def test_every_profile_asks_for_the_same(profile: Profile):
    assert templates_of(KNOWLEDGE, profile) == tuple(TEMPLATES.values())


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda it: it.key)
def test_only_what_the_specification_recommends_is_used(template):
    assert set(re.findall(r"\{\{(.*?)\}\}", template.query)) == {"context.patientId"}
    names = set(parse_qs(template.query.partition("?")[2]))
    assert names <= {"patient", "code", "_sort", "_count"}
    assert template.is_read == (template.key == "patient")
    assert "{{" not in template.for_patient("p1")
    assert len(template.query) < 4_000
