"""What every finding of every patient carries, and how it reads as JSON."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fullcourse.adapters.published as published
from effort import examples
from fullcourse.adapters.published.check import check_json
from fullcourse.clinical import Status
from fullcourse.journey.check import CheckResult
from fullcourse.screening.company import company_findings
from fullcourse.screening.question_groups import group_questions
from fullcourse.screening.questions import find_questions
from fullcourse.screening.screen import Screener
from patients import AT, knowledge, patient
from strategies import facts, medicines

QUICK = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "check-2.json").read_text("utf-8"))
)


def result_of(person, profile: str) -> CheckResult:
    known = knowledge()
    screener = Screener(known, known.profile(profile))
    checks = tuple(screener.screen(person, drug) for drug in known.drugs.values())
    return CheckResult(
        at=AT,
        profile=profile,
        knowledge=known.digest,
        patient=person,
        drugs=checks,
        regimen_findings=tuple(company_findings(screener, person)),
        questions=find_questions(checks, known),
        question_groups=group_questions(find_questions(checks, known), known),
        not_checked=person.unrecognised,
        not_used=(),
        notes=(),
    )


@QUICK
@given(values=facts(), taken=medicines(), profile=st.sampled_from(["us", "who"]))
def test_every_finding_is_cited_and_says_why_or_what_is_missing(values, taken, profile):
    known = knowledge()
    for check in result_of(patient(values, taken), profile).drugs:
        for finding in check.findings:
            assert finding.citations
            assert all(c.title and c.section and c.address for c in finding.citations)
            if finding.status is Status.CANNOT_ASSESS:
                assert finding.missing or finding.because
            for item in finding.because:
                assert item.origin
                assert item.fact in known.facts or item.fact.startswith(("drug.", "class."))


@QUICK
@given(values=facts(), taken=medicines(), profile=st.sampled_from(["us", "who"]))
def test_the_json_of_any_check_is_what_its_schema_says(values, taken, profile):
    text = json.dumps(check_json(result_of(patient(values, taken), profile)), allow_nan=False)
    SCHEMA.validate(json.loads(text))


@QUICK
@given(values=facts(), taken=medicines(), data=st.data())
def test_the_order_of_the_medicine_list_never_matters(values, taken, data):
    other = data.draw(st.permutations(taken))
    one, two = (result_of(patient(values, entries), "us") for entries in (taken, other))
    for first, second in zip(one.drugs, two.drugs, strict=True):
        assert first.decision is second.decision
        assert [(f.id, f.status) for f in first.findings] == [(f.id, f.status) for f in second.findings]


@QUICK
@given(values=facts(), taken=medicines())
def test_a_check_at_another_date_never_sees_what_was_recorded_later(values, taken):
    early = date(2020, 1, 1)
    rows = [{"id": name, "value": value, "on": AT.isoformat()} for name, value in values.items()]
    known = knowledge()
    blind = Screener(known, known.profile("us")).screen(patient(rows, [], early), known.drug("cycloserine"))
    nothing = Screener(known, known.profile("us")).screen(patient((), [], early), known.drug("cycloserine"))
    assert [f.status for f in blind.findings] == [f.status for f in nothing.findings]
