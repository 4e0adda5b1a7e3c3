"""A course that begins at the desk keeps its line in the register and the results that it rests on, and no more."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from begin_pages import begun, fields_of, first, kept, looked, send
from desk_courses import Desk, desk_at
from fullcourse.adapters.programme.courses import CoursesRead, cases_of_store
from fullcourse.adapters.programme.rules import read_report_rules
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SITES
from fullcourse.cohort.programme.registration import registration_tables
from fullcourse.interfaces.cli.main import fullcourse

REGISTER = {
    "registered_on": "2026-11-20",
    "group": "relapse",
    "confirmation": "bacteriologically confirmed",
    "site": "pulmonary",
    "resistance": "no rifampicin resistance",
    "hiv": "negative",
}


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def events(desk: Desk, patient: str, kind: str):
    return [it for it in desk.service.store.events(patient) if it.kind == kind]


def cells(desk: Desk) -> dict[str, set[str]]:
    """Return the cells of the programme's tables that are not empty, over all courses of the store."""
    read = CoursesRead()
    cases = [case for found in cases_of_store(desk.service.store, read) for case in found]
    tables = registration_tables(cases, read_report_rules(desk.service.knowledge))
    return {it.id: {number.label for number in it.numbers.values() if number.count} for it in tables}


def test_the_register_holds_what_was_written_with_age_and_sex_of_the_record(desk):
    patient = begun(desk, looked(desk, first(desk, "first-line.toml", **REGISTER)))
    (registered,) = events(desk, patient, "registered")
    body = registered.body
    assert (body.group, body.confirmation, body.site) == (
        "relapse",
        "bacteriologically confirmed",
        "pulmonary",
    )
    assert (body.resistance, body.hiv) == ("no rifampicin resistance", "negative")
    assert (body.age_years, body.sex) == (41, "male")  # born 1985-06-02
    assert registered.occurred_at.date() == date(2026, 11, 20)
    assert registered.actor == "clinician"


def test_without_a_word_for_the_register_nothing_is_registered_and_nothing_is_guessed(desk):
    page = looked(desk, first(desk, "first-line.toml"))
    assert "Nothing was written down for the register" in page.text_content()
    patient = begun(desk, page)
    assert events(desk, patient, "registered") == []
    assert cells(desk)["registration.group"] == {"not recorded"}


def test_results_are_kept_with_their_days_and_what_was_typed_too(desk):
    typed = {"told_on": "2026-11-18", "f-sputum_smear": "positive", "f-sputum_culture": "negative"}
    patient = begun(desk, looked(desk, first(desk, "first-line.toml", **typed)))
    in_words = {it.body.fact: (it.body.value, it.occurred_at.date()) for it in events(desk, patient, "test_result")}
    assert in_words["sputum_smear"] == ("positive", date(2026, 11, 18))
    assert in_words["sputum_culture"] == ("negative", date(2026, 11, 18))
    assert in_words["rifampin_susceptibility"] == ("susceptible", date(2026, 11, 20))
    measured = {it.body.fact: (it.body.value, it.body.unit) for it in events(desk, patient, "result")}
    assert measured["weight"] == (56, "kg")
    assert measured["creatinine"] == (0.8, "mg/dL")
    assert measured["pulmonary_tuberculosis"] == (1, "1")
    assert measured["excessive_alcohol_use"] == (0, "1")


def test_no_day_of_birth_and_no_list_called_complete_enter_the_log(desk):
    patient = begun(desk, looked(desk, first(desk, "first-line.toml")))
    facts = {it.body.fact for it in (*events(desk, patient, "result"), *events(desk, patient, "test_result"))}
    assert not facts & {"birth_date", "sex", "problems_complete", "medicines_complete", "allergies_complete"}
    assert all("1985" not in repr(it.body) for it in desk.service.store.events(patient))


def test_who_said_it_is_told_apart(desk):
    patient = begun(desk, looked(desk, first(desk, "first-line.toml", **{"f-sputum_smear": "positive"})))
    claims = {it.body.fact: it.claim.value for it in events(desk, patient, "test_result")}
    assert claims["sputum_smear"] == "self"
    weight = next(it for it in events(desk, patient, "result") if it.body.fact == "weight")
    assert weight.claim.value == "import"


def test_nothing_of_before_the_confirmation_is_kept_and_all_of_it_once_after(desk):
    page = looked(desk, first(desk, "first-line.toml", **REGISTER))
    assert kept(desk) == []
    patient = begun(desk, page)
    before = [it.id for it in desk.service.store.events(patient)]
    again = {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr B"}
    assert send(desk, "/desk/begin", again).status_code == 303  # a double click is one course (open-msupply #3157)
    assert [it.id for it in desk.service.store.events(patient)] == before
    assert kept(desk) == [patient]


@pytest.mark.parametrize(
    ("register", "told"),
    [
        ({"site": "extrapulmonary"}, "Site: extrapulmonary"),
        ({"site": "pulmonary"}, ""),
        ({"hiv": "negative", "f-hiv_infection": "yes"}, "HIV: negative"),
        ({"hiv": "positive", "f-hiv_infection": "yes"}, ""),
        (
            {"resistance": "no rifampicin resistance", "f-rifampin_susceptibility": "resistant"},
            "Resistance: no rifampicin resistance",
        ),
        ({"resistance": "rifampicin-resistant", "f-rifampin_susceptibility": "resistant"}, ""),
    ],
)
def test_where_register_and_record_differ_both_are_kept_and_it_is_said(desk, register, told):
    page = looked(desk, first(desk, "first-line.toml", **register))
    said = [it.text_content() for it in page.xpath("//section[@aria-labelledby='kept']/p[contains(@class, 'wrong')]")]
    assert [told in it for it in said] == [True] * bool(told)


def test_the_patients_page_shows_what_the_course_began_with(desk):
    patient = begun(desk, looked(desk, first(desk, "first-line.toml", **REGISTER)))
    page = desk.page(f"/desk/courses/{patient}").text_content()
    assert "41 y at registration" in page
    assert "56 kg" in page
    log = " ".join(desk.page(f"/desk/courses/{patient}/log").text_content().split())
    assert "pulmonary tuberculosis: yes" in log
    assert "excessive alcohol use: no" in log


def test_the_programmes_command_counts_a_course_that_began_at_the_desk(tmp_path, monkeypatch):
    with desk_at(tmp_path) as desk:
        begun(desk, looked(desk, first(desk, "first-line.toml", **REGISTER)))
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(next(tmp_path.glob("*key*"))))
    asked = ["programme", "--quarter", "2026-Q4", "--at", "2026-11-23T00:00+00:00", "--store", tmp_path / "courses.db"]
    result = CliRunner().invoke(fullcourse, [*map(str, asked), "--format", "json"])
    assert result.exit_code == 0, result.output
    counts = {
        number["id"]: number["count"]
        for section in json.loads(result.stdout)["sections"]
        for table in section["tables"]
        for number in table["numbers"]
    }
    registered = {it for it, count in counts.items() if it.startswith("registration.") and count}
    assert registered == {
        "registration.group.relapse",
        "registration.episode.new-episode",
        "registration.confirmation.bacteriologically-confirmed",
        "registration.site.pulmonary",
        "registration.resistance.no-rifampicin-resistance",
        "registration.hiv.negative",
        "registration.age-and-sex.male-35-44",
        "registration.started.started",
    }


def words(allowed: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *allowed))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    group=words(GROUPS),
    confirmation=words(CONFIRMATIONS),
    site=words(SITES),
    resistance=words(RESISTANCES),
    hiv=words(HIV),
    days_ago=st.integers(0, 200),
)
def test_whatever_is_registered_stands_in_its_cells_of_the_programme(
    tmp_path_factory, group, confirmation, site, resistance, hiv, days_ago
):
    on = date(2026, 11, 22) - timedelta(days=days_ago)
    typed = {"group": group, "confirmation": confirmation, "site": site, "resistance": resistance, "hiv": hiv}
    with desk_at(tmp_path_factory.mktemp("programme")) as desk:
        begun(desk, looked(desk, first(desk, "first-line.toml", registered_on=on.isoformat(), **typed)))
        seen = cells(desk)
        (case,) = next(iter(cases_of_store(desk.service.store, CoursesRead())))
    for name, word in typed.items():
        assert seen[f"registration.{name}"] == {word or "not recorded"}
    assert seen["registration.started"] == {"started"}
    age = on.year - 1985 - ((on.month, on.day) < (6, 2))
    assert (case.registered_on, case.age_years, case.sex) == (on, age, "male")
