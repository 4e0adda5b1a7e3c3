"""The drugs of an input: what they are, how they were taken, what came of stopping, what was judged."""

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacovigilance.causality import Assessment, Challenge
from fullcourse.pharmacovigilance.given import GivenChallenge
from fullcourse.pharmacovigilance.reported_drug import Substance
from reports import given

ONE = '[[reaction]]\nwords = "fit"\n[[drug]]\nname = "cycloserine"\n'
TWO = ONE + '[[reaction]]\nwords = "rash"\n[[drug]]\nname = "linezolid"\n'


def drug(lines: str):
    return given(f"[[drug]]\n{lines}\n").report.drugs[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[drug]]\nrole = "suspect"\n', "'name' is missing"),
        ('[[drug]]\nname = "cycloserine"\nrole = "suspected"\n', "Did you mean 'suspect'?"),
        ('[[drug]]\nname = "cycloserine"\namount = 250\n', "'unit' is missing"),
        ('[[drug]]\nname = "cycloserine"\namount = 250\nunit = "mgs"\n', "It must be one of: mg, g, ug"),
        ('[[drug]]\nname = "cycloserine"\nevery = 12\n', "every has no interval"),
        ('[[drug]]\nname = "cycloserine"\nstart = 2026-11-03\nend = 2026-11-01\n', "lies before 'start'"),
        (
            '[[drug]]\nname = "cycloserine"\nfirst_dose = 2026-11-03\nlast_dose = 2026-11-01\n',
            "lies before 'first_dose'",
        ),
        ('[[drug]]\nname = "blue pills"\nstrength_mg = 250\n', "several or unknown ingredients"),
        ('[[drug]]\nname = "cycloserine"\ndosage = [{ amont = 3 }]\n', "Did you mean 'amount'?"),
        (f"{TWO}[[challenge]]\nimproved = true\n", "'drug' is missing"),
        (f'{TWO}[[challenge]]\ndrug = "cyclo"\n', "there is no drug 'cyclo' in this file"),
        (f'{ONE}[[challenge]]\nreaction = "fits"\n', "there is no reaction 'fits' in this file"),
        (f"{ONE}[[challenge]]\ngiven_again = false\ncame_back = true\n", "it was not given again"),
        (f'{ONE}[[assessment]]\nby = "X"\nmethod = "WHO-UMC"\nresult = "likely"\n', "no category of WHO-UMC"),
        (f'{ONE}[[assessment]]\nmethod = "WHO-UMC"\nresult = "certain"\n', "'by' is missing"),
        (f'{TWO}[[assessment]]\nby = "X"\nmethod = "y"\nresult = "z"\n', "'drug' is missing"),
    ],
)
def test_a_fault_says_what_and_how_to_mend_it(text, said):
    with pytest.raises(InputError) as caught:
        given(text)
    assert said in str(caught.value)


def test_a_brand_is_known_for_its_ingredient_and_a_combination_for_all_of_its_own():
    assert (drug('name = "Seromycin"').inn, drug('name = "Seromycin"').substances) == (
        "cycloserine",
        (Substance("cycloserine"),),
    )
    both = drug('name = "isoniazid and rifampicin"')
    assert (both.inn, {it.name for it in both.substances}) == ("", {"isoniazid", "rifampin"})
    unknown = drug('name = "blue pills"')
    assert (unknown.inn, unknown.substances, unknown.role) == ("", (), None)


def test_a_strength_belongs_to_the_one_ingredient():
    assert drug('name = "cycloserine"\nstrength_mg = 250').substances == (Substance("cycloserine", 250.0, "mg"),)


def test_dosages_are_those_of_the_table_and_those_below_it():
    read = drug(
        'name = "cycloserine"\namount = 250\nunit = "mg"\nevery = 12\ninterval = "hours"\nexpires = "2030-01"\n'
        'dosage = [{ amount = 2, unit = "{DF}", interval = "as needed", route = "oral" }]'
    )
    assert [(it.amount, it.unit, it.every, it.interval) for it in read.dosages] == [
        (250.0, "mg", 12.0, "h"),
        (2.0, "{DF}", None, "{asnecessary}"),
    ]
    assert read.dosages[0].expires.text == "2030-01"
    assert drug('name = "cycloserine"').dosages == ()


def test_a_challenge_holds_for_the_one_drug_and_every_reaction_unless_it_names_them():
    assert given(f"{ONE}[[challenge]]\nimproved = true\n").challenges == (GivenChallenge(0, None, Challenge(True)),)
    named = f'{TWO}[[challenge]]\ndrug = "linezolid"\nreaction = "rash"\ngiven_again = true\n'
    assert given(named).challenges == (GivenChallenge(1, 1, Challenge(None, True)),)


def test_a_judgement_is_taken_over_as_it_is_given():
    text = f'{TWO}[[assessment]]\ndrug = "linezolid"\nby = "T"\nmethod = "WHO-UMC"\nresult = "possible"\n'
    assert given(text).report.assessments == tuple(Assessment(1, place, "T", "WHO-UMC", "possible") for place in (0, 1))
    other = f'{ONE}[[assessment]]\nreaction = "fit"\nby = "T"\nmethod = "Naranjo"\nresult = "7"\n'
    assert given(other).report.assessments == (Assessment(0, 0, "T", "Naranjo", "7"),)
