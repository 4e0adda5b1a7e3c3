"""Medicines as records write them: what is taken, perhaps taken or over, by which route, and what was not checked.

The expected answers were written before the program was run. Records stand in ``data/records_tried``; the others are
built here, each from the resource whose meaning it tries. Date of the check: 2026-11-28.
"""

import io
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.finding import Decision, Status
from fullcourse.clinical.medicine import Route
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.check_text import print_check
from fullcourse.journey.check import CheckResult, check
from patients import knowledge

AT = date(2026, 11, 28)
RECORDS = Path(__file__).parents[1] / "data" / "records_tried"
CHECKS = Path(__file__).parents[1] / "data" / "checks_tried"
WHOLE_AT = date(2026, 11, 20)
UCUM_DAYS = {"unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
LIST_IS_WHOLE = b'[[fact]]\nid = "medicines_complete"\nvalue = true\non = 2026-11-20\n'


def reader() -> RecordReader:
    known = knowledge()
    return RecordReader(known.facts.values(), tuple(known.readings.values()), recognise)


def checked(record: Record, drug: str) -> CheckResult:
    known = knowledge()
    return check(record, known, known.profile("us"), AT, [known.drug(drug)])


def of(*medicines: dict[str, Any]) -> Record:
    person = {"resourceType": "Patient", "id": "p"}
    about = {"subject": {"reference": "Patient/p"}}
    numbered = [{"id": f"m{number}", **medicine, **about} for number, medicine in enumerate(medicines, 1)]
    entries = [{"resource": resource} for resource in (person, *numbered)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    read = reader()
    return read.read(json.dumps(bundle).encode(), AT).plus(read.read_answers(LIST_IS_WHOLE))


def order(name: str, status: str = "active", **more: Any) -> dict[str, Any]:
    what = {"medicationCodeableConcept": {"text": name}}
    return {"resourceType": "MedicationRequest", "status": status, "intent": "order", **what, **more}


def given(name: str, on: str, **more: Any) -> dict[str, Any]:
    what = {"medicationCodeableConcept": {"text": name}, "effectiveDateTime": on}
    return {"resourceType": "MedicationAdministration", "status": "completed", **what, **more}


def handed_out(name: str, on: str, days: int | None) -> dict[str, Any]:
    made = {"resourceType": "MedicationDispense", "status": "completed", "whenHandedOver": on}
    made |= {"medicationCodeableConcept": {"text": name}}
    return made if days is None else {**made, "daysSupply": {"value": days, **UCUM_DAYS}}


def supply(days: int, repeats: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "expectedSupplyDuration": {"value": days, **UCUM_DAYS},
        **({"numberOfRepeatsAllowed": repeats} if repeats else {}),
        **more,
    }


@dataclass(frozen=True)
class Case:
    """What a list should come to.

    Attributes:
        name: What is tried.
        medicines: Resources.
        expected: State of each entry that is shown: ``now``, ``perhaps`` or ``past``.
    """

    name: str
    medicines: tuple[dict[str, Any], ...]
    expected: tuple[str, ...]


TAKEN = (
    Case("given this morning", (given("carbamazepine 200 mg tablet", "2026-11-28T06:00:00Z"),), ("now",)),
    Case("given two weeks ago", (given("carbamazepine 200 mg tablet", "2026-11-14T06:00:00Z"),), ("perhaps",)),
    Case("given two years ago", (given("carbamazepine 200 mg tablet", "2024-11-14"),), ("past",)),
    Case(
        "an order completed when issued, with a supply that lasts",
        (order("fluoxetine 20 mg capsule", "completed", authoredOn="2026-11-18", dispenseRequest=supply(28)),),
        ("perhaps",),
    ),
    Case(
        "an order completed when issued, whose supply ended long ago",
        (order("fluoxetine 20 mg capsule", "completed", authoredOn="2026-02-18", dispenseRequest=supply(28)),),
        ("past",),
    ),
    Case(
        "an order completed, whose repeats last until now",
        (order("fluoxetine 20 mg capsule", "completed", authoredOn="2026-07-01", dispenseRequest=supply(30, 5)),),
        ("perhaps",),
    ),
    Case(
        "an active order whose prescription is no longer valid and whose supply lasts",
        (
            order(
                "rifampicin 300 mg capsule",
                authoredOn="2026-10-20",
                dispenseRequest=supply(90, validityPeriod={"start": "2026-10-20", "end": "2026-10-27"}),
            ),
        ),
        ("now",),
    ),
    Case(
        "an active order of which only the validity of the prescription is known",
        (
            order(
                "rifampicin 300 mg capsule",
                authoredOn="2026-10-20",
                dispenseRequest={"validityPeriod": {"start": "2026-10-20", "end": "2026-10-27"}},
            ),
        ),
        ("now",),
    ),
    Case("an order on hold", (order("phenytoin 100 mg", "on-hold", authoredOn="2026-10-01"),), ("perhaps",)),
    Case("an order that was stopped", (order("rifampicin 300 mg", "stopped", authoredOn="2026-05-01"),), ("past",)),
    Case("handed out for a month last week", (handed_out("fluoxetine 20 mg", "2026-11-20", 30),), ("now",)),
    Case("a supply that ended last week", (handed_out("fluoxetine 20 mg", "2026-10-21", 30),), ("perhaps",)),
    Case("a supply that ended last year", (handed_out("fluoxetine 20 mg", "2025-10-21", 30),), ("past",)),
    Case("handed out, nobody knows for how long", (handed_out("fluoxetine 20 mg", "2026-10-21", None),), ("perhaps",)),
)


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_an_entry_is_taken_perhaps_or_past_as_its_acts_say(case):
    listed = checked(of(*case.medicines), "linezolid").medicines
    assert tuple(entry.state.value for entry in listed) == case.expected
    assert all(entry.why for entry in listed)


def tried(name: str, drug: str, at: date = AT) -> CheckResult:
    known = knowledge()
    record = reader().read((RECORDS / f"{name}.json").read_bytes(), at)
    return check(record, known, known.profile("us"), at, [known.drug(drug)])


def whole(name: str, drug: str, instead: str = "") -> CheckResult:
    """Check a record of which every fact is known; its one medicine may be another."""
    text = (CHECKS / f"{name}.toml").read_text("utf-8")
    if instead:
        text = text.rpartition("[[medicine]]")[0] + f'[[medicine]]\nname = "{instead}"\nsince = "2026-09"\n'
    known = knowledge()
    return check(reader().read(text.encode(), WHOLE_AT), known, known.profile("us"), WHOLE_AT, [known.drug(drug)])


def about_medicines(result: CheckResult) -> dict[str, str]:
    """Return the findings on medicines that apply, with their severity."""
    (drug,) = result.drugs
    kinds = ("interaction", "duplicate")
    return {it.id: it.severity.word for it in drug.findings if it.status is Status.APPLIES and it.kind in kinds}


def open_interactions(result: CheckResult) -> set[str]:
    (drug,) = result.drugs
    return {it.id for it in drug.findings if it.status is Status.CANNOT_ASSESS and it.kind == "interaction"}


@pytest.mark.parametrize(
    ("record", "drug"), [("eye", "levofloxacin"), ("shampoo", "rifampin"), ("shampoo", "bedaquiline")]
)
def test_what_acts_only_where_it_is_put_is_no_second_medicine_and_no_interaction(record, drug):
    result = whole(record, drug)
    assert about_medicines(result) == {}
    (entry,) = result.medicines
    assert entry.route is Route.LOCAL


def test_a_levonorgestrel_intrauterine_system_beside_rifampin_is_no_major_finding():
    assert about_medicines(whole("mirena", "rifampin")) == {}
    assert "major" in about_medicines(whole("mirena", "rifampin", "levonorgestrel 0.15 mg tablet")).values()


@pytest.mark.parametrize(
    ("product", "drug"),
    [
        ("ciprofloxacin 500 mg tablet", "levofloxacin"),
        ("ciprofloxacin", "levofloxacin"),
        ("ketoconazole 200 mg tablet", "bedaquiline"),
        ("ketoconazole", "bedaquiline"),
        ("sumatriptan nasal spray", "linezolid"),
        ("fentanyl 0.025 MG/HR Transdermal System", "linezolid"),
        ("ethinyl estradiol / etonogestrel Vaginal Ring", "rifampin"),
    ],
)
def test_what_acts_in_the_whole_body_or_may_is_still_found(product, drug):
    assert about_medicines(whole("mirena" if drug == "rifampin" else "eye", drug, product))


@pytest.mark.parametrize("product", ["ofloxacin ear drops", "Moxifloxacin 5 MG/ML Ophthalmic Solution"])
def test_drops_of_another_fluoroquinolone_are_no_duplicate(product):
    assert about_medicines(whole("eye", "levofloxacin", product)) == {}


def test_a_dose_given_this_morning_counts():
    assert about_medicines(tried("R12", "bedaquiline"))


def test_an_active_order_whose_prescription_is_no_longer_valid_counts():
    assert about_medicines(tried("R10", "bedaquiline"))


@pytest.mark.parametrize(("record", "drug"), [("R09", "linezolid"), ("R13", "bedaquiline"), ("R60", "bedaquiline")])
def test_what_may_be_taken_is_never_not_taken_and_is_asked_by_its_name(record, drug):
    result = tried(record, drug)
    (asked,) = (entry for entry in result.medicines if entry.ask)
    assert asked.ask.startswith(asked.name)
    assert asked.ask.endswith("is it taken?")
    # An order within the window of the statement may decide it at once.
    assert open_interactions(result) or about_medicines(result)


def test_an_order_that_was_stopped_last_week_is_not_taken_now():
    result = tried("R58", "bedaquiline")
    assert about_medicines(result) == {}
    assert [entry.state.value for entry in result.medicines] == ["past"]


def test_a_medicine_stopped_in_a_year_may_lie_in_the_window():
    (drug,) = tried("R52", "linezolid").drugs
    serotonergic = [it for it in drug.findings if "serotonergic" in it.id]
    assert serotonergic
    assert all(it.status is not Status.DOES_NOT_APPLY for it in serotonergic)


@pytest.mark.parametrize(("taken", "applies"), [("now", True), ("past", False)])
def test_an_answer_settles_the_entry_that_it_names(taken, applies):
    record = reader().read((RECORDS / "R13.json").read_bytes(), AT)
    answer = f'[[medicine]]\nname = "phenytoin 100 mg"\ntaken = "{taken}"\nsettles = "MedicationRequest/m1"\n'
    if taken == "past":
        answer += "until = 2026-01-31\n"
    result = checked(record.plus(reader().read_answers(answer.encode())), "bedaquiline")
    assert bool(about_medicines(result)) is applies
    assert not any(entry.ask for entry in result.medicines)


@pytest.mark.parametrize("product", ["omeprazole 20 mg capsule", "metformin 500 mg tablet", "amlodipine 5 mg tablet"])
def test_a_medicine_of_which_no_statement_speaks_is_named_and_the_decision_is_caution_at_best(product):
    (drug,) = whole("eye", "levofloxacin", product).drugs
    (finding,) = (it for it in drug.findings if it.id == "screening.interaction.not-checked")
    named = str(finding.because[0].recorded) if finding.because else ""
    spoken_of = {it.id for it in drug.findings if it.kind == "interaction" and it.status is Status.APPLIES}
    assert bool(named) is not bool(spoken_of)
    assert drug.decision is not Decision.NO_OBJECTION


def test_a_product_that_is_not_recognised_and_over_for_years_leaves_nothing_open():
    old = order("zyzzyva 5 mg", "completed", authoredOn="2015-03-01")
    new = order("zyzzyva 5 mg", "completed", authoredOn="2026-11-20")
    assert checked(of(old), "linezolid").not_checked == ()
    assert len(checked(of(new), "linezolid").not_checked) == 1


def test_the_page_lists_the_medicines_on_lines_of_80_characters_and_names_the_unrecognised_once():
    known = knowledge()
    medicines = [order(f"Zyzzyva {number} mg") for number in (1, 2)] + [order("phenytoin 100 mg", "on-hold")]
    record = of(*medicines)
    result = check(record, known, known.profile("us"), AT, [known.drug("bedaquiline"), known.drug("linezolid")])
    console = Console(width=80, record=True, highlight=False, file=io.StringIO())
    print_check(result, known, console)
    page = console.export_text()
    assert "phenytoin 100 mg, ordered, on-hold: is it taken?" in page
    assert "until it is known: Zyzzyva 1 mg" in " ".join(page.split())
    assert "NOT CHECKED" not in page  # the list of medicines names it
    assert "product not recognised" not in page
    assert max(map(len, page.splitlines())) <= 80


def test_the_page_says_for_each_drug_of_several_what_was_not_checked_beside_it():
    known = knowledge()
    record = of(order("nifedipine 10 mg capsule"), order("allopurinol 100 mg tablet"))
    drugs = [known.drug(name) for name in ("rifampin", "bedaquiline", "levofloxacin")]
    console = Console(width=80, record=True, highlight=False, file=io.StringIO())
    print_check(check(record, known, known.profile("us"), AT, drugs), known, console)
    page = " ".join(console.export_text().split())
    assert "not checked, no statement in our sources: Rifampin with allopurinol" in page
    assert "; Bedaquiline, Levofloxacin with nifedipine, allopurinol" in page
