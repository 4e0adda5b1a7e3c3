"""The check of one drug: statuses, the decision, whose source leads, and what an override changes."""

from datetime import date

import pytest

from fullcourse.clinical import Decision, Fact, Override, Patient, Record, Severity, Status, Unrecognised
from fullcourse.screening.screen import Screener
from small_knowledge import small, statement

DRUG = '[drug]\ninn = "exampline"\nlabel = "Exampline"\n\n'
OTHER = '[drug]\ninn = "otherine"\nlabel = "Otherine"\n\n'


def says(slug: str, fact: str, severity: str, *, source: str = "label", point: str = "", more: str = "") -> str:
    head = f'point = "{point or slug}"\nsource = "{source}"\nsection = "4"\nsays = "About {slug}."\n'
    body = f'when = [{{ fact = "{fact}", is = true }}]\nthen = {{ finding = "caution", severity = "{severity}"{more} }}'
    return statement(body, f"exampline.caution.{slug}", head)


def check(statements: str, overrides=(), profile="us", unrecognised=(), knowledge_files=None, **values):
    known = small(DRUG + statements, **(knowledge_files or {}))
    facts = {name: Fact(name, None, missing=(name,)) for name in known.facts}
    facts |= {name: Fact(name, value) for name, value in values.items()}
    patient = Patient(date(2026, 1, 1), facts, (), tuple(unrecognised), Record({}, overrides=tuple(overrides)))
    return Screener(known, known.profile(profile)).screen(patient, known.drug("exampline"))


def finding(result, slug):
    return next(item for item in result.findings if item.id == f"exampline.caution.{slug}")


@pytest.mark.parametrize(
    ("severity", "yes", "unknown"),
    [
        ("contraindicated", Decision.CONTRAINDICATED, Decision.CANNOT_ASSESS),
        ("major", Decision.CAUTION, Decision.CANNOT_ASSESS),
        ("moderate", Decision.CAUTION, Decision.NO_OBJECTION),
        ("minor", Decision.NO_OBJECTION, Decision.NO_OBJECTION),
        ("info", Decision.NO_OBJECTION, Decision.NO_OBJECTION),
    ],
)
def test_the_severity_and_what_is_known_make_the_decision(severity, yes, unknown):
    text = says("x", "fits", severity)
    assert check(text, fits=True).decision is yes
    assert check(text).decision is unknown
    assert check(text, fits=False).decision is Decision.NO_OBJECTION


def test_contraindicated_is_stricter_than_what_cannot_be_assessed():
    text = says("x", "fits", "contraindicated") + says("y", "pregnant", "contraindicated")
    assert check(text, fits=True).decision is Decision.CONTRAINDICATED
    assert check(text, fits=False).decision is Decision.CANNOT_ASSESS


def test_an_open_statement_names_what_would_settle_it():
    found = finding(check(says("x", "fits", "major")), "x")
    assert (found.status, found.missing, found.weight) == (Status.CANNOT_ASSESS, ("fits",), Severity.MAJOR)


def test_a_statement_may_weigh_less_while_it_is_open():
    text = says("x", "fits", "contraindicated", more=', unresolved = "info"')
    assert check(text).decision is Decision.NO_OBJECTION
    assert check(text, fits=True).decision is Decision.CONTRAINDICATED


def test_the_strictest_leads_unless_the_profile_names_another_source():
    text = says("strict", "fits", "contraindicated", point="p") + says(
        "mild", "fits", "moderate", source="rumour2", point="p"
    )
    files = {
        "sources__more": '[[source]]\nid = "rumour2"\ntitle = "T"\nissuer = "I"\naddress = "a"\ntier = "B"\n',
        "profiles__more": '[[profile]]\nid = "who"\nlabel = "W"\nbecause = "t"\n'
        '[[point]]\nid = "p"\nleads = { who = "rumour2" }\nbecause = "t"\n',
    }
    strict = check(text, knowledge_files=files, fits=True)
    assert strict.decision is Decision.CONTRAINDICATED
    assert finding(strict, "strict").conflicts_with == ("exampline.caution.mild",)
    led = check(text, profile="who", knowledge_files=files, fits=True)
    assert led.decision is Decision.CAUTION
    assert (finding(led, "strict").leads, finding(led, "mild").leads) == (False, True)
    assert finding(led, "strict").status is Status.APPLIES


def test_an_override_is_shown_and_no_longer_counts():
    override = Override("exampline.caution.x", "benefit outweighs", "ward round", None)
    result = check(says("x", "fits", "contraindicated"), overrides=[override], fits=True)
    assert result.decision is Decision.NO_OBJECTION
    assert finding(result, "x").override == override
    assert finding(result, "x").status is Status.APPLIES


def test_a_pair_stands_once_and_is_found_from_either_side():
    pair = statement(
        'when = [{ taking = "drug.otherine" }]\nthen = { finding = "interaction", severity = "major" }',
        "exampline.interaction.otherine",
    )
    known = small(DRUG + pair, drugs__otherine=OTHER)
    facts = {name: Fact(name, None) for name in known.facts}
    patient = Patient(date(2026, 1, 1), facts, (), (), Record({}))
    screener = Screener(known, known.profile("us"))
    for name in ("exampline", "otherine"):
        assert [item.id for item in screener.screen(patient, known.drug(name)).findings] == [
            "exampline.interaction.otherine"
        ]


def test_a_product_that_nobody_recognised_is_one_finding_that_cannot_be_assessed():
    general = statement(
        'when = [{ fact = "unrecognised_product_interacts", is = true }]\n'
        'then = { finding = "incomplete", severity = "major" }',
        "screening.interaction.not-recognised",
    )
    files = {
        "guidelines__screening": general,
        "facts__more": '[[fact]]\nid = "unrecognised_product_interacts"\nkind = "given"\nlabel = "product"\n',
    }
    unknown = [Unrecognised("medicine", name, f"MedicationStatement/{name}", "not recognised") for name in ("a", "b")]
    result = check("", unrecognised=unknown, knowledge_files=files)
    assert [item.status for item in result.findings] == [Status.CANNOT_ASSESS]
    assert {item.recorded for item in result.findings[0].because} == {"a", "b"}
    assert result.decision is Decision.CANNOT_ASSESS
    assert check("", knowledge_files=files).decision is Decision.NO_OBJECTION


def test_what_applies_comes_first_and_the_most_serious_of_it_before_the_rest():
    text = says("a", "fits", "minor") + says("b", "fits", "contraindicated") + says("c", "pregnant", "major")
    assert [item.id.rsplit(".", 1)[1] for item in check(text, fits=True).findings] == ["b", "a", "c"]
