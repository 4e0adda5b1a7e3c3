"""Words of people: exactly as they stand, denied ones left to a person, grave ones never hidden."""

import pytest

from asked_of_triage import judged
from fullcourse.adapters.search.wording import read_wording
from fullcourse.adapters.triage.own_words import understood
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.triage.judge import Urgency
from fullcourse.triage.report import Heard, joined

ASKED = read_questions()


@pytest.mark.parametrize(
    ("text", "symptoms"),
    [
        ("I had a fit", {"symptom_seizure": Heard.YES}),
        ("dizzy and numb hands", {"symptom_dizziness": Heard.YES, "symptom_numbness": Heard.YES}),
        ("I can't stop thinking of suicide", {"symptom_suicidal_thoughts": Heard.YES}),
        ("I cannot breathe", {"symptom_trouble_breathing": Heard.YES}),
        ("me DESMAYÉ", {"symptom_fainting": Heard.YES}),
        ("no fever, chest pain", {"symptom_chest_pain": Heard.UNSURE}),
        ("no fever. chest pain", {"symptom_chest_pain": Heard.YES}),
        ("no fever but chest pain", {"symptom_chest_pain": Heard.YES}),
    ],
)
def test_what_stands_there_is_heard(text, symptoms):
    assert joined(understood(text, ASKED).symptoms) == symptoms


@pytest.mark.parametrize("apart", ["\n", " \n  ", "...", "\u2026 ", "\r\n"])
@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("hard to|breathe", "symptom_trouble_breathing"),
        ("can't|breathe", "symptom_trouble_breathing"),
        ("yellow|eyes", "symptom_jaundice"),
        ("she is not|waking up", "symptom_coma"),
        ("no fever but chest|pain", "symptom_chest_pain"),
    ],
)
def test_a_break_in_the_middle_hides_nothing(text, apart, symptom):
    assert dict(understood(text.replace("|", apart), ASKED).symptoms)[symptom] in (Heard.YES, Heard.UNSURE)


def test_a_line_that_ends_in_a_hyphen_goes_on():
    assert dict(understood("yel-\nlow eyes", ASKED).symptoms) == {"symptom_jaundice": Heard.UNSURE}


@pytest.mark.parametrize("text", ["fever: no\nbreathing: fine", "fever? no\nbreathing fine", "no\nbreathing fine"])
def test_an_answer_at_the_end_of_a_line_does_not_deny_the_next(text):
    assert "symptom_not_breathing" not in dict(understood(text, ASKED).symptoms)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("no rash", ("no rash",)),
        ("I do not have any hives", ("not hives",)),
        ("my ear lobe is green", ("ear lobe green",)),
        ("siezure", ("siezure",)),  # no slip of the pen is forgiven: a person reads it
        ("sin fiebre", ("sin fiebre",)),
        ("", ()),
    ],
)
def test_the_rest_goes_to_a_person_and_is_no_symptom(text, unread):
    read = understood(text, ASKED)
    assert read.symptoms == ()
    assert read.unread == unread


ALARMS = [
    (alarm.statement, " ".join(wording))
    for alarm in read_wording().emergencies
    if alarm.statement and not alarm.statement.startswith(("emergency.overdose", "emergency.heart"))
    for wording in [*alarm.wordings, *alarm.spanish]
]


def test_every_way_to_say_an_emergency_to_ask_is_one_here_or_goes_to_a_person_at_once():
    """``ask`` hears stems and slips, triage exact words: what is not heard goes to a person, and is never passed."""
    assert ALARMS
    for statement, words in ALARMS:
        read = understood(words, ASKED)
        urgency = judged(joined(read.symptoms)).urgency
        assert urgency is Urgency.EMERGENCY or read.unread, (statement, words)
