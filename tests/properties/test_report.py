"""What never happens in a report, whatever is written: a criterion passed over, an unknown made a no, a name let in."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.documents.medwatch import form_3500
from fullcourse.adapters.fhir.read.reader import read_fhir
from fullcourse.adapters.fhir.write.adverse_event import adverse_event_bundle
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.published.report import report_json
from fullcourse.clinical.moment import parse_moment
from fullcourse.journey.report import AdverseEventReport, Need
from fullcourse.pharmacovigilance.case_report import AdverseEventReport as Report
from fullcourse.pharmacovigilance.lacking import lacks_of
from fullcourse.pharmacovigilance.patient import ReportedPatient
from fullcourse.pharmacovigilance.people import Contact, Qualification, Reporter
from fullcourse.pharmacovigilance.reaction import Outcome, Reaction, Seriousness
from fullcourse.pharmacovigilance.reported_drug import DrugRole, ReportedDrug
from fullcourse.pharmacovigilance.timing import days_between
from patients import AT, knowledge
from reports import drafted

ANSWERS = st.sampled_from([True, False, None])
SERIOUSNESS = st.builds(Seriousness, *([ANSWERS] * 7))
BLANK_OR = st.sampled_from(["", " "])


def reports(reporter: st.SearchStrategy, patient: st.SearchStrategy, words: st.SearchStrategy, role: st.SearchStrategy):
    reactions = st.lists(st.builds(Reaction, words, seriousness=SERIOUSNESS), max_size=2).map(tuple)
    drugs = st.lists(st.builds(ReportedDrug, words, role), max_size=3).map(tuple)
    built = st.builds(Report, reactions, drugs, patient, st.lists(reporter, max_size=2).map(tuple))
    return built.map(lambda report: replace(report, lacks=lacks_of(report)))


REPORTERS = st.builds(
    Reporter,
    st.builds(Contact, family_name=st.sampled_from(["", "M"]), country=st.sampled_from(["", "ZA"])),
    st.sampled_from([None, *Qualification]),
)
PATIENTS = st.builds(ReportedPatient, initials=st.sampled_from(["", "A B"]), sex=st.sampled_from(["", "male"]))
WORDS = st.sampled_from(["", " ", "fit"])
ROLES = st.sampled_from([None, *DrugRole])


@given(reports(REPORTERS, PATIENTS, WORDS, ROLES))
def test_a_valid_report_has_all_four_and_one_that_has_all_four_is_valid(report: AdverseEventReport):
    has = [
        any(it.qualification or it.contact.family_name for it in report.reporters),
        bool(report.patient.initials or report.patient.sex),
        any(it.words.strip() for it in report.reactions),
        any(it.name.strip() and it.role in (DrugRole.SUSPECT, DrugRole.INTERACTING) for it in report.drugs),
    ]
    assert report.is_valid is all(has)
    assert sum(lack.need is Need.VALID_CASE for lack in report.lacks) == has.count(False)
    assert not (report.is_complete and not report.is_valid)


@given(SERIOUSNESS, st.sampled_from([name for name, _ in Seriousness().answers()]))
def test_taking_an_answer_away_makes_nothing_less_serious_and_no_unknown_a_no(said: Seriousness, name: str):
    without = replace(said, **{name: None})
    if said.is_serious is False and name != "required_intervention":
        assert without.is_serious is None
    assert not (without.is_serious is False and said.is_serious is not False and getattr(said, name) is not True)
    assert without.is_serious is not True or said.is_serious is True


@given(st.lists(SERIOUSNESS, max_size=3))
def test_a_report_is_as_serious_as_its_most_serious_reaction(said: list[Seriousness]):
    report = Report(tuple(Reaction("x", seriousness=it) for it in said), (), ReportedPatient(), ())
    verdicts = [it.is_serious for it in said]
    assert (report.is_serious is True) == (True in verdicts)
    assert (report.is_serious is False) == (bool(said) and set(verdicts) == {False})


@given(SERIOUSNESS, st.sampled_from([None, *Outcome]))
def test_what_nobody_said_is_no_in_no_form(said: Seriousness, outcome: Outcome | None):
    lines = "\n".join(f"{name} = {str(answer).lower()}" for name, answer in said.answers() if answer is not None)
    ended = (
        "" if outcome is None or (outcome is Outcome.FATAL and said.death is False) else f'outcome = "{outcome.value}"'
    )
    report = drafted(f'[[reaction]]\nwords = "fit"\n{lines}\n{ended}\n')
    (written,) = report_json(report, knowledge(), "")["reactions"]
    assert written["seriousness"] == dict(said.answers())
    assert (written["outcome"] is None) == (not ended)
    codes = [
        it["code"]
        for resource in adverse_event_bundle(report, knowledge())["entry"]
        for it in resource["resource"].get("seriousness", {}).get("coding", [])
    ]
    assert ("Non-serious" in codes) == (said.is_serious is False)
    (ticked,) = [it.value for section in form_3500(report) for it in section.fields if it.number == "B2"]
    assert (ticked == "not known") == (True not in dict(said.answers()).values())


NAMES = ["Zzyzxova", "Qwertson", "1990-05-31", "Quuxstreet", "555-0199", "NI-4711-XQ"]


@given(st.permutations(NAMES))
def test_no_identity_of_a_record_gets_into_any_form_of_a_report(names: list[str]):
    resource = {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": names[0] + "a", "given": [names[1] + "b"]}],
        "birthDate": "1990-05-31",
        "gender": "female",
        "address": [{"line": [names[2] + "c"]}],
        "telecom": [{"system": "phone", "value": names[3] + "d"}],
        "identifier": [{"value": names[4] + "e"}],
    }
    facts, readings = tuple(knowledge().facts.values()), tuple(knowledge().readings.values())
    record = read_fhir(json.dumps(resource).encode(), facts, readings, recognise, AT)
    report = drafted('[[reaction]]\nwords = "fit"\nstart = 2026-11-03\n', record)
    forms = [
        json.dumps(report_json(report, knowledge(), "")),
        json.dumps(adverse_event_bundle(report, knowledge())),
        repr(form_3500(report)),
    ]
    secret = [names[0] + "a", names[1] + "b", "1990-05-31", names[2] + "c", names[3] + "d", names[4] + "e"]
    assert [(word, form[:20]) for form in forms for word in secret if word in form] == []
    assert report.patient.sex == "female"
    assert report.patient.age is not None


DATES = st.dates().map(lambda day: day.isoformat()) | st.dates().map(lambda day: day.isoformat()[:7])


@given(DATES, DATES)
def test_days_between_two_moments_hold_every_pair_of_days_that_they_can_mean(first: str, later: str):
    one, other = parse_moment(first, "first"), parse_moment(later, "later")
    days = days_between(one, other)
    assert days is not None
    for begin in (one.first_day, one.last_day):
        for end in (other.first_day, other.last_day):
            assert days.low <= (end - begin).days <= days.high
