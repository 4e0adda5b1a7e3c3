"""The input of a report, read strictly: every fault with its place and its mend, and nothing that nobody wrote."""

from datetime import date

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacovigilance.people import Qualification, SenderType
from fullcourse.pharmacovigilance.reaction import MeddraTerm
from reports import AT, WHOLE, given

REACTION = '[[reaction]]\nwords = "fit"\n'
DRUG = '[[drug]]\nname = "cycloserine"\n'


def faults(text: str) -> str:
    with pytest.raises(InputError) as caught:
        given(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[reactions]\n", "Did you mean 'reaction'?"),
        ("[report]\nkinds = 1\n", "Did you mean 'kind'?"),
        ('[report]\nkind = "spontanous"\n', "Did you mean 'spontaneous'?"),
        ("[report]\nfirst_received = 2026-11-21\n", "lies after the day of the report, 2026-11-20"),
        ("[report]\nfirst_received = 2026-11-05\nmost_recent = 2026-11-04\n", "lies before 'first_received'"),
        ("[report]\nfirst_received = 3\n", "must be a date"),
        ('[report]\nfirst_received = "3 Nov"\n', "is not a date"),
        ('[report]\nexpedited = "yes"\n', "must be true, false or"),
        ('[reporter]\nqualification = "nurse"\n', "It must be one of: physician"),
        ('[reporter]\ncountry = "South Africa"\n', "two letters of ISO 3166"),
        ("[patient]\nage_years = 200\n", "It lies from 0 to 125"),
        ("[patient]\nage_years = 2\nage_months = 24\n", "the age stands twice"),
        ("[patient]\nage = 34\n", "key 'age' is not known"),
        ("[patient]\nweight_kg = 6000\n", "It lies from"),
        ('[patient]\nname = "A B"\n', "key 'name' is not known"),
        ('[patient]\nno_history = true\nhistory_text = "fits"\n', "no_history is true, and a history is given"),
        ("[[history]]\nsince = 2020\n", "'words' is missing"),
        ('[[test]]\nname = "EEG"\n', "it has a value and words, or neither"),
        ('[[test]]\nname = "ALT"\nvalue = 3\n', "'unit' is missing"),
        ("[[reaction]]\nstart = 2026-11-03\n", "'words' is missing"),
        ('[[reaction]]\nwords = ""\nstart = 2026-11-03\n', "'words' is empty"),
        (f"{REACTION}start = 2026-11-03\nend = 2026-11-02\n", "lies before 'start'"),
        (f'{REACTION}outcome = "fatal"\ndeath = false\n', "the outcome is fatal, and death is false"),
        (f'{REACTION}meddra_llt_code = "10039906"\n', "A code means nothing without its version"),
        (f'{REACTION}meddra_version = "27.1"\nmeddra_llt_code = "1003990"\n', "has eight digits"),
        (f'{REACTION}symptom = "seizures"\n', "seizure"),
        ("narrative = 3\n", "must be a text"),
        (f'narrative = "{"x" * 100_001}"\n', "At most 100000 are read"),
        ("[report]\nother_ids = [{ of = 'hospital' }]\n", "'id' is missing"),
        ("report = 3\n", "a table is expected here"),
    ],
)
def test_a_fault_says_where_what_and_how_to_mend_it(text, said):
    assert said in faults(text)


def test_all_faults_are_told_at_once_each_with_its_place():
    said = faults(f"{REACTION}outcom = 1\n{REACTION}start = 3\n{DRUG}rol = 1\n")
    assert "has 3 faults; nothing was reported" in said
    assert all(place in said for place in ("[[reaction]] number 1", "[[reaction]] number 2", "[[drug]] number 1"))


def test_what_is_no_toml_is_refused_with_its_line():
    assert "(at line 2, column" in faults("[report]\nkind = \n")
    assert "nested too deep" in faults("a = " + "[" * 5000)


def test_everything_that_is_written_is_read():
    text = """
narrative = "One.\\u0007Two."
[report]
id = "X-1"
other_ids = [{ of = "hospital", id = "17" }]
documents = ["letter"]
has_documents = true
expedited = "unknown"
[[reporter]]
given_name = "T"
qualification = "consumer"
country = "za"
also_reported_to = ["manufacturer"]
withhold_identity = true
[[reporter]]
qualification = "physician"
[sender]
type = "patient or consumer"
[patient]
age_days = 9
sex = "male"
pregnant = false
gestation_weeks = 20
died_on = 2026-11-10
autopsy = true
[[history]]
words = "epilepsy"
continuing = true
since = 2019
[[test]]
name = "EEG"
words = "spikes"
on = "2026-11"
[[reaction]]
words = "ataque"
language = "spa"
translation = "fit"
start = 2026-11-03T21:30:00+02:00
meddra_version = "27.1"
meddra_llt_code = "10039906"
meddra_llt = "Seizure"
highlighted = true
"""
    report = given(text).report
    assert report.narrative == "One. Two."
    assert (report.id, report.other_ids, report.documents, report.expedited) == (
        "X-1",
        (("hospital", "17"),),
        ("letter",),
        None,
    )
    assert [it.qualification for it in report.reporters] == [Qualification.CONSUMER, Qualification.PHYSICIAN]
    assert (report.reporters[0].contact.country, report.reporters[0].withhold_identity) == ("ZA", True)
    assert report.sender.type is SenderType.CONSUMER
    patient = report.patient
    assert (str(patient.age.value), patient.age.unit, patient.sex, patient.pregnant) == ("9", "d", "male", False)
    assert (patient.death.on.text, patient.death.autopsy, patient.gestation.unit) == ("2026-11-10", True, "wk")
    assert (patient.history[0].since.text, patient.tests[0].on.text) == ("2019", "2026-11")
    (reaction,) = report.reactions
    assert reaction.meddra == MeddraTerm("27.1", "10039906", "Seizure")
    assert (reaction.start.text, reaction.translation, reaction.highlighted) == (
        "2026-11-03T21:30:00+02:00",
        "fit",
        True,
    )


def test_words_are_a_symptom_only_where_they_are_one_exactly_or_are_named():
    symptoms = [
        given(f'[[reaction]]\nwords = "{words}"\n').report.reactions[0].symptom
        for words in ("fit", "no fit", "fit and rash", "something odd")
    ]
    assert symptoms == ["symptom_seizure", "", "", ""]
    assert given('[[reaction]]\nwords = "odd"\nsymptom = "seizure"\n').report.reactions[0].symptom == "symptom_seizure"


def test_an_empty_file_and_blank_tables_report_nothing():
    for text in ("", '[[reaction]]\nwords = ""\n[[drug]]\nname = ""\nrole = "suspect"\n'):
        report = given(text).report
        assert (report.reactions, report.drugs, report.reporters) == ((), (), ())


def test_the_day_of_the_report_itself_may_be_reported():
    assert given(WHOLE, AT).report.first_received.text == "2026-11-05"
    assert (
        given("[report]\nfirst_received = 2026-11-20\n", date(2026, 11, 20)).report.first_received.text == "2026-11-20"
    )
