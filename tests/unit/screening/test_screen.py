"""The check of one drug: statuses, the decision, whose source leads, and what an override changes."""

from dataclasses import replace
from datetime import date

import pytest

from fullcourse.clinical import (
    Decision,
    Do,
    Evidence,
    Fact,
    Finding,
    Medicine,
    NotCleared,
    Override,
    Patient,
    Record,
    Severity,
    Status,
    Taken,
    Unrecognised,
    exactly,
)
from fullcourse.rules.establish import establish
from fullcourse.screening.decision import Open
from fullcourse.screening.screen import DrugCheck, Screener
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


NOTHING, DECISIVE = Open(Decision.NO_OBJECTION, False, ()), Open(Decision.CONTRAINDICATED, True, ("fits",))


@pytest.mark.parametrize(
    ("known", "left_open", "is_unsettled", "strictest"),
    [
        (Decision.NO_OBJECTION, NOTHING, False, Decision.NO_OBJECTION),
        (Decision.CAUTION, NOTHING, False, Decision.CAUTION),
        (Decision.NO_OBJECTION, DECISIVE, True, Decision.CANNOT_ASSESS),
        (Decision.CAUTION, DECISIVE, True, Decision.CANNOT_ASSESS),
        (Decision.AVOID, DECISIVE, True, Decision.AVOID),
        (Decision.CONTRAINDICATED, DECISIVE, True, Decision.CONTRAINDICATED),
        (Decision.NO_OBJECTION, Open(Decision.CAUTION, True, ()), True, Decision.CANNOT_ASSESS),
        (Decision.CAUTION, Open(Decision.CAUTION, True, ()), False, Decision.CANNOT_ASSESS),
        (Decision.CAUTION, Open(Decision.AVOID, True, ()), True, Decision.CANNOT_ASSESS),
        (Decision.CONTRAINDICATED, NOTHING, False, Decision.CONTRAINDICATED),
    ],
)
def test_a_check_is_unsettled_while_an_answer_can_still_forbid_the_drug(known, left_open, is_unsettled, strictest):
    result = DrugCheck("exampline", known, left_open, ())
    assert (result.is_unsettled, result.strictest) == (is_unsettled, strictest)


def test_the_one_word_is_at_best_caution_while_something_was_not_read():
    result = DrugCheck("exampline", Decision.NO_OBJECTION, NOTHING, (), (NotCleared.NOT_READ,))
    assert result.strictest is Decision.CAUTION


TWO_SOURCES = {
    "sources__more": '[[source]]\nid = "rumour2"\ntitle = "T"\nissuer = "I"\naddress = "a"\ntier = "B"\n',
    "profiles__more": '[[profile]]\nid = "who"\nlabel = "W"\nbecause = "t"\n'
    '[[point]]\nid = "p"\nleads = { who = "rumour2" }\nbecause = "t"\n',
}


def test_what_another_source_leads_on_stands_behind_everything_of_its_status_that_leads():
    text = says("strict", "fits", "contraindicated", point="p") + says(
        "mild", "fits", "minor", source="rumour2", point="p"
    )
    text += says("open", "pregnant", "contraindicated")
    led = check(text, profile="who", knowledge_files=TWO_SOURCES, fits=True)
    assert [it.id.rsplit(".", 1)[1] for it in led.findings] == ["mild", "strict", "open"]


def test_a_source_that_says_the_same_is_no_conflict():
    text = says("one", "fits", "major", point="p") + says("two", "fits", "major", source="rumour2", point="p")
    assert finding(check(text, knowledge_files=TWO_SOURCES, fits=True), "one").conflicts_with == ()


def table_row(fact: str, severity: str, do: str) -> str:
    then = f'finding = "interaction", severity = "{severity}", management = {{ do = "{do}", says = "So." }}'
    return f'{{ when = [{{ fact = "{fact}", is = true }}], then = {{ {then} }} }}'


ROWS = ", ".join((table_row("fits", "moderate", "monitor"), table_row("pregnant", "major", "avoid")))
TABLE = statement(f'pick = "first"\nrows = [{ROWS}]', "exampline.caution.table")


@pytest.mark.parametrize(
    ("known", "does", "comes_to"),
    [
        ({"fits": True}, Do.MONITOR, Decision.CAUTION),
        ({"fits": False, "pregnant": True}, Do.AVOID, Decision.AVOID),
        ({"fits": False}, Do.AVOID, Decision.AVOID),
        ({}, Do.AVOID, Decision.AVOID),
    ],
)
def test_what_is_to_be_done_is_that_of_the_row_that_holds_and_while_it_is_open_that_of_the_strictest(
    known, does, comes_to
):
    found = finding(check(TABLE, **known), "table")
    assert (found.management.do, found.comes_to) == (does, comes_to)


def test_an_entry_that_is_no_medicine_leaves_no_doubt_about_interactions():
    rule = statement(
        'when = [{ fact = "unrecognised_product_interacts", is = true }]\n'
        'then = { finding = "interaction", severity = "major" }',
        "screening.interaction.not-recognised",
    )
    fact = '[[fact]]\nid = "unrecognised_product_interacts"\nkind = "given"\nlabel = "x"\n'
    for kind, status in (("medicine", Status.CANNOT_ASSESS), ("allergy", Status.DOES_NOT_APPLY)):
        entry = Unrecognised(kind, "Something", f"{kind}/1", "not known")
        (found,) = check(rule, unrecognised=[entry], knowledge_files={"facts__more": fact}).findings
        assert found.status is status


FITS_TOO = ', { fact = "fits", is = true }'


def pairs(*names):
    """Return what statements on two other medicines say, and the patient who takes some."""
    asked = (("otherine", "major", ""), ("thirdine", "minor", FITS_TOO), ("fourthine", "major", ""))
    rules = []
    for name, severity, more in asked:
        then = f'then = {{ finding = "interaction", severity = "{severity}" }}'
        rules.append(statement(f'when = [{{ taking = "drug.{name}" }}{more}]\n{then}', f"exampline.interaction.{name}"))
    known = small(DRUG + "".join(rules))
    entries = tuple(Medicine(it, (it,), (), "name", Taken.NOW, None, None, f"Medication/{it}") for it in names)
    facts = {"medicines_complete": Fact("medicines_complete", True), "fits": Fact("fits", False)}
    patient = Patient(date(2026, 1, 1), facts, entries, (), Record({}))
    return Screener(known, known.profile("us")), patient, known.drug("exampline"), entries


def test_beside_are_those_statements_alone_that_ask_after_a_medicine():
    screener, patient, drug, _ = pairs("otherine")
    found = screener.beside(patient, drug, frozenset({"drug.otherine"}))
    assert [(it.id, it.status) for it in found] == [("exampline.interaction.otherine", Status.APPLIES)]
    assert screener.beside(patient, drug, frozenset({"drug.nobody"})) == ()


def test_a_pair_is_what_applies_because_of_one_medicine_and_nothing_of_another():
    screener, patient, drug, (otherine, thirdine, unknown) = pairs("otherine", "thirdine", "unknownine")
    assert [it.id for it in screener.pair(patient, drug, otherine)[0]] == ["exampline.interaction.otherine"]
    assert screener.pair(patient, drug, thirdine)[0] == ()  # it asks for fits, and there are none
    assert screener.pair(patient, drug, unknown)[0] == ()
    assert screener.untouched(unknown, drug) == ("unknownine",)
    assert screener.untouched(otherine, drug) == ()


def test_the_medicine_list_of_a_patient_is_counted_once_for_all_drugs():
    screener, patient, _, _ = pairs("otherine")
    assert screener.medicines(patient) is screener.medicines(patient)
    assert screener.medicines(patient).patient is patient


HEART = '[[class]]\nid = "class.heart"\ningredients = ["otherine", "thirdine"]\nsource = "label"\n'


def test_a_pair_with_a_medicine_that_is_over_or_that_counts_among_several_alone_is_none():
    def rule(name: str, asked: str) -> str:
        then = 'then = { finding = "interaction", severity = "major" }'
        return statement(f"when = [{{ {asked} }}]\n{then}", f"exampline.interaction.{name}")

    either = 'any = [{ taking = "drug.otherine" }, { taking = "drug.thirdine" }]'
    two = rule("two", 'taking = "class.heart", at_least = 2')
    known = small(DRUG + rule("any", either) + rule("one", 'taking = "class.heart"') + two, classes__more=HEART)
    screener, drug = Screener(known, known.profile("us")), known.drug("exampline")

    def entry(name: str, taken: Taken) -> Medicine:
        return Medicine(name, (name,), (), "name", taken, None, None, f"Medication/{name}")

    def said(*entries: Medicine) -> list[list[str]]:
        facts = {"medicines_complete": Fact("medicines_complete", True)}
        patient = Patient(date(2026, 1, 1), facts, entries, (), Record({}))
        return [[it.id.rsplit(".", 1)[1] for it in screener.pair(patient, drug, entry)[0]] for entry in entries]

    now, over = entry("otherine", Taken.NOW), entry("thirdine", Taken.PAST)
    assert said(now, over) == [["any", "one"], []]
    assert said(now, replace(over, taken=Taken.NOW)) == [["any", "one"], ["any", "one"]]


def test_a_value_that_did_not_count_stands_in_the_way_where_a_statement_that_leads_asks_for_it():
    low = '{ fact = "weight", below = 40, unit = "kg" }'
    strict = says("strict", "fits", "major", point="p").replace('{ fact = "fits", is = true }', low)
    known = small(DRUG + strict + says("mild", "fits", "moderate", source="rumour2", point="p"), **TWO_SOURCES)
    undated = Evidence("weight", exactly(70.0), None, "Observation/1", 70.0, "kg")
    record = Record({"weight": (undated,)})
    patient = establish(record, known, date(2026, 1, 1))
    checks = {it: Screener(known, known.profile(it)).screen(patient, known.drug("exampline")) for it in ("us", "who")}
    assert checks["us"].not_cleared == (NotCleared.ON_FILE,)
    assert checks["who"].not_cleared == ()


def test_what_a_finding_rests_on_and_who_set_it_aside_is_that_of_each_patient():
    known = small(DRUG + says("x", "fits", "major"))
    screener, drug = Screener(known, known.profile("us")), known.drug("exampline")
    said = Evidence("fits", True, None, "Condition/1", True)
    override = Override("exampline.caution.x", "benefit outweighs", "ward round", None)

    def found(*because: Evidence, overrides: tuple[Override, ...] = ()) -> Finding:
        facts = {"fits": Fact("fits", True, "", because)}
        (it,) = screener.screen(
            Patient(date(2026, 1, 1), facts, (), (), Record({}, overrides=overrides)), drug
        ).findings
        return it

    assert [(it.because, it.override) for it in (found(), found(said), found(overrides=(override,)), found())] == [
        ((), None),
        ((said,), None),
        ((), override),
        ((), None),
    ]
