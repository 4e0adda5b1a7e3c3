"""The fields of form FDA 3500: its letters in their order, each filled from the report or said to be not known."""

import re
from datetime import UTC, datetime

import pytest

from fullcourse.adapters.documents.medwatch import form_3500, form_3500_pdf
from fullcourse.clinical import Record
from fullcourse.clinical.errors import InputError
from reports import WHOLE, drafted

NUMBERS = {
    "A": ["A1", "A2", "A3", "A4", "A5", "A6"],
    "B": ["B1", "B2", "B3", "B4", "B5", "B6", "B7"],
    "C": ["C1", "C2"],
    "D": ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"],
    "E": ["E1-8"],
    "F": ["F1"],
    "G": ["G1", "G2", "G3", "G4", "G5"],
}


def values(text: str, record: Record | None = None) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for section in form_3500(drafted(text, record)):
        for field in section.fields:
            listed.setdefault(field.number, []).append(field.value)
    return listed


def test_sections_and_boxes_stand_in_the_order_of_the_form():
    sections = form_3500(drafted(WHOLE))
    assert {section.letter: [field.number for field in section.fields] for section in sections} == NUMBERS


def test_a_whole_report_fills_its_boxes():
    found = values(WHOLE)
    assert found["A2"] == ["34 years"]
    assert found["B2"] == ["hospitalisation"]
    assert found["B3"] == ["fit: 03-Nov-2026"]
    assert found["B4"] == ["20-Nov-2026"]
    assert found["B5"][0].startswith("A fit, two weeks after the first dose. fit: outcome recovered")
    assert "LLT 10039906" in found["B5"][0]
    assert found["D3"] == ["started 20-Oct-2026; last taken not known"]
    assert (found["G2"], found["G3"]) == (["yes"], ["physician"])


def test_an_empty_report_knows_nothing_and_says_so_in_every_box():
    found = values("")
    said = {number: listed[0] for number, listed in found.items() if listed != ["not known"]}
    assert said == {
        "B1": "adverse event",
        "B4": "20-Nov-2026",
        "B7": "nobody gave any, which is not the same as none",
        "D1": "not known: no drug is called suspect",
        "E1-8": "left empty: no device is reported",
    }


@pytest.mark.parametrize(
    ("action", "challenge", "abated", "reappeared"),
    [
        ("", "", "not known", "not known"),
        ('action = "unknown"', "", "not known", "not known"),
        ('action = "dose not changed"', "", "doesn't apply", "not known"),
        ('action = "withdrawn"', "", "not known", "not known"),
        ('action = "withdrawn"', "improved = false\ngiven_again = false", "no", "doesn't apply"),
        ('action = "dose reduced"', "improved = true\ngiven_again = true", "yes", "not known"),
        ('action = "withdrawn"', "improved = true\ngiven_again = true\ncame_back = false", "yes", "no"),
    ],
)
def test_what_came_of_stopping_and_giving_again(action, challenge, abated, reappeared):
    text = f'[[reaction]]\nwords = "fit"\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n{action}\n'
    found = values(text + (f"[[challenge]]\n{challenge}\n" if challenge else ""))
    assert (found["D7"], found["D8"]) == ([abated], [reappeared])


def test_two_reactions_that_went_differently_are_told_apart():
    text = (
        '[[reaction]]\nwords = "fit"\n[[reaction]]\nwords = "rash"\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'
        'action = "withdrawn"\n[[challenge]]\nreaction = "fit"\nimproved = true\n'
        '[[challenge]]\nreaction = "rash"\nimproved = false\n'
    )
    assert values(text)["D7"] == ["fit: yes; rash: no"]


def test_each_suspect_has_boxes_of_its_own_and_the_others_stand_in_section_f():
    text = (
        '[[drug]]\nname = "cycloserine"\nrole = "suspect"\nstrength_mg = 250\nndc = "1"\nbatch = "L1"\n'
        'expires = "2030-01"\n'
        'amount = 250\nunit = "mg"\nevery = 1\ninterval = "days"\nroute = "oral"\ngoes_on = true\n'
        '[[drug]]\nname = "imipenem"\nrole = "interacting"\n'
        '[[drug]]\nname = "isoniazid"\nstart = 2026\nend = "2026-11"\n'
    )
    found = values(text)
    assert found["D1"] == ["cycloserine; cycloserine 250 mg; NDC 1; lot L1", "imipenem"]
    assert (found["D2"][0], found["D6"][0]) == ("250 mg every 24 h, oral", "Jan-2030")
    assert found["D3"][0] == "started not known; goes on"
    assert found["F1"] == ["isoniazid (nobody said whether it is suspect); started 2026; last taken Nov-2026"]


def test_more_than_a_box_takes_is_noted_and_not_cut():
    (field,) = [
        it
        for section in form_3500(drafted(f'narrative = "{"x" * 4001}"'))
        for it in section.fields
        if it.number == "B5"
    ]
    assert (len(field.value), "continue on another page" in field.note) == (4001, True)
    (field,) = [
        it
        for section in form_3500(drafted(f'narrative = "{"x" * 4000}"'))
        for it in section.fields
        if it.number == "B5"
    ]
    assert field.note == ""


def test_a_reporter_with_a_name_and_a_death_are_filled_in():
    text = (
        '[reporter]\ntitle = "Dr"\nfamily_name = "M"\norganisation = "Clinic"\ntelephone = "1"\n'
        'qualification = "consumer"\n'
        'occupation = "neighbour"\nalso_reported_to = ["manufacturer"]\nwithhold_identity = false\n'
        '[patient]\nbirth_date = 1990\nrecord_number = "17"\nage_group = "adult"\npregnant = false\nheight_cm = 160\n'
        'died_on = 2026-11-10\nrace = ["a", "b"]\n[[reaction]]\nwords = "fit"\ndeath = true\n'
    )
    found = values(text)
    assert (found["A1"], found["A2"], found["A6"]) == (["17"], ["adult; born 1990"], ["a, b"])
    assert found["B2"] == ["death (death on 10-Nov-2026)"]
    assert found["B7"][0].endswith("pregnant: no; height 160 cm")
    assert [found[number] for number in ("G1", "G2", "G3", "G4", "G5")] == [
        ["Dr M, Clinic, 1"], ["no"], ["neighbour"], ["manufacturer"], ["no"],
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["在", "судороги и 在", "อาการชัก"])
def test_letters_that_the_fonts_lack_are_refused_with_what_holds_them(words: str):
    with pytest.raises(InputError, match="letters that the fonts of the page lack"):
        form_3500_pdf(drafted(f'narrative = "{words}"'), "0f" * 32, ("A draft.",), datetime(2026, 11, 20, tzinfo=UTC))


def test_a_word_longer_than_the_page_is_broken_and_not_cut():
    made_at = datetime(2026, 11, 20, tzinfo=UTC)
    pages = [
        len(re.findall(rb"/Type */Page\b", form_3500_pdf(drafted(f'narrative = "{text}"'), "0f" * 32, (), made_at)))
        for text in ("А" * 8000, ("А" * 39 + " ") * 200, "a")
    ]
    assert pages[0] == pages[1] > pages[2]


def test_the_pdf_is_the_same_for_the_same_report_and_another_for_another():
    made_at = datetime(2026, 11, 20, tzinfo=UTC)
    one, same = (form_3500_pdf(drafted(WHOLE), "0f" * 32, ("A draft.",), made_at) for _ in range(2))
    other = form_3500_pdf(drafted(WHOLE.replace("34", "35")), "0f" * 32, ("A draft.",), made_at)
    assert one[:5] == b"%PDF-"
    assert (one == same, one == other) == (True, False)
