"""First-line treatment is composed at the desk as any other: side by side, by step, through the same confirmation."""

from collections.abc import Iterator

import pytest
from lxml import html

from begin_pages import alerts, begun, fields_of, first, looked, send
from desk_courses import Desk, desk_at


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def plan_of(desk: Desk, patient: str):
    return next(it.body.plan for it in desk.service.store.events(patient) if it.kind == "plan_activated")


def amounts(plan) -> dict[str, float]:
    return {drug.drug: drug.steps[0].mg_per_dosing_day for drug in plan.drugs}


# Four tablets of 75/150/400/275 mg: TB.D11.DT of the WHO kit for 56 kg, worked out by hand.
HRZE = {"isoniazid": 300, "rifampin": 600, "pyrazinamide": 1600, "ethambutol": 1100}


@pytest.mark.parametrize(
    ("profile", "regimen"), [("who", "who-2hrze-4hr"), ("india", "india-2hrze-4hre")], ids=["who", "india"]
)
def test_first_line_treatment_begins_as_it_is_proposed_without_a_reason(desk, profile, regimen):
    page = looked(desk, first(desk, "first-line.toml", profile=profile))
    assert "This plan can be put before a prescriber." in page.text_content()
    assert "counts no tablets" in page.text_content()
    patient = begun(desk, page)
    plan = plan_of(desk, patient)
    assert (amounts(plan), plan.regimen) == (HRZE, regimen)
    assert all(step.form == "" for drug in plan.drugs for step in drug.steps)  # a tablet of four is counted four times
    notes = [it.body.text for it in desk.service.store.events(patient) if it.kind == "note"]
    assert len(notes) == 2
    assert "tablet HRZE 75/150/400/275 mg, 4 in the morning" in notes[0]
    assert "waits for the phase before it. The intensive phase is planned to end on 2027-01-" in notes[1]


def test_made_of_forms_of_one_drug_every_tablet_is_counted(desk):
    page = looked(desk, first(desk, "first-line.toml"))
    again = looked(desk, {**fields_of(page, "/desk/begin/look"), "made_of": "alone"})
    assert "counts no tablets" not in again.text_content()
    plan = plan_of(desk, begun(desk, again))
    assert amounts(plan) == HRZE
    assert all(step.form and dose.units for drug in plan.drugs for step in drug.steps for dose in step.doses)


def test_regimens_of_first_line_stand_side_by_side_with_the_four_months(desk):
    page = looked(desk, first(desk, "first-line.toml"))
    names = [it.text_content().strip() for it in page.xpath("//section[@aria-labelledby='regimens']//th[@scope='col']")]
    assert names[:2] == ["2HRZE/4HR", "2HPMZ/2HPM"]
    chosen = looked(desk, {**fields_of(page, "/desk/begin/look"), "regimen": "who-2hpmz-2hpm"})
    assert "The questions below have to be answered first." in chosen.text_content()
    assert "rifapentine: " in chosen.get_element_by_id("doses").getparent().text_content()


def test_the_four_months_begin_once_what_could_forbid_them_is_answered(desk):
    page = looked(desk, first(desk, "first-line.toml"))
    fields = {**fields_of(page, "/desk/begin/look"), "regimen": "who-2hpmz-2hpm"}
    for _ in range(6):
        page = looked(desk, fields)
        asked = page.xpath("//section[@aria-labelledby='questions']//*[self::select or self::input]")
        if not asked:
            break
        fields = fields_of(page, "/desk/begin/look") | {
            it.get("name"): "no" if it.tag == "select" else NORMAL[it.get("name")] for it in asked
        }
    assert "This plan can be put before a prescriber." in page.text_content(), page.text_content()
    plan = plan_of(desk, begun(desk, page))
    assert amounts(plan) == {"isoniazid": 300, "rifapentine": 1200, "moxifloxacin": 400, "pyrazinamide": 1600}


NORMAL = {
    "f-alt": "20", "f-ast": "20", "f-bilirubin": "0.5", "f-platelets": "250", "f-uric_acid": "5",
    "f-qt_interval": "400", "f-heart_rate": "60", "f-potassium": "4", "f-magnesium": "2", "f-calcium": "9.5",
}  # fmt: skip


def test_the_last_phase_is_named_with_the_day_on_which_it_is_expected(desk):
    page = looked(desk, first(desk, "first-line.toml", start="2026-12-01"))
    assert "intensive: 2 months, to 2027-01-31" in page.text_content()
    assert "waits for the phase before it" in page.text_content()


def test_what_no_source_composes_is_typed_with_a_reason(desk):
    page = looked(desk, first(desk, "first-line.toml"))
    fields = {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr A", "plan": "isoniazid: 300 mg once a day"}
    refused = send(desk, "/desk/begin", fields)
    assert refused.status_code == 422
    assert "Say why" in alerts(html.document_fromstring(refused.text))
