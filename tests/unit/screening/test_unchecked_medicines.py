from dataclasses import replace

import pytest

from fullcourse.clinical.finding import Status
from fullcourse.clinical.medicine import Route, Taken
from fullcourse.clinical.patient import Patient
from fullcourse.screening.screen import Screener
from fullcourse.screening.unchecked_medicines import Known, UncheckedMedicines
from patients import knowledge, medicine, patient
from small_knowledge import small, statement

KNOWN = knowledge()


def taking(*entries) -> Patient:
    return replace(patient({"medicines_complete": True}), medicines=tuple(entries))


def unchecked(drug: str, *entries) -> str:
    fact = UncheckedMedicines(KNOWN).fact(taking(*entries), KNOWN.drug(drug))
    return str(fact.because[0].recorded) if fact.value else ""


def test_all_that_was_not_checked_is_one_line_with_the_drug():
    entries = [medicine("omeprazole"), medicine("metformin"), medicine("omeprazole")]
    assert unchecked("cycloserine", *entries).lower() == "cycloserine with omeprazole, metformin"


@pytest.mark.parametrize(
    ("drug", "name", "is_named"),
    [
        ("rifampin", "nifedipine", False),
        ("bedaquiline", "amlodipine", True),
        ("cycloserine", "phenytoin", False),
        ("cycloserine", "isoniazid", False),
        ("amikacin", "ethambutol", False),
        ("cycloserine", "cycloserine", False),
    ],
)
def test_a_medicine_is_named_when_no_statement_of_the_drug_asks_for_it(drug: str, name: str, is_named: bool):
    assert bool(unchecked(drug, medicine(name))) is is_named


def test_what_is_over_or_acts_only_where_it_is_put_is_not_named():
    listed = medicine("metformin")
    assert unchecked("cycloserine", replace(listed, taken=Taken.PAST)) == ""
    assert unchecked("cycloserine", replace(listed, route=Route.LOCAL)) == ""
    assert unchecked("cycloserine", replace(listed, taken=Taken.MAYBE)) != ""


def test_what_is_fixed_to_a_tb_drug_is_a_part_of_it():
    assert unchecked("cycloserine", medicine("x", ingredients=("cilastatin", "imipenem"))) == ""


def test_it_is_moderate_so_that_it_blocks_nothing_and_clears_nothing():
    screener = Screener(KNOWN, KNOWN.profile("us"))
    (finding,) = (
        finding
        for finding in screener.screen(taking(medicine("metformin")), KNOWN.drug("cycloserine")).findings
        if finding.id == "screening.interaction.not-checked"
    )
    assert (finding.status, finding.severity.word) == (Status.APPLIES, "moderate")


def test_what_was_not_checked_is_a_yes_with_where_it_is_listed():
    fact = UncheckedMedicines(KNOWN).fact(taking(medicine("omeprazole")), KNOWN.drug("cycloserine"))
    (said,) = fact.because
    assert (fact.value, said.value, said.origin) == (True, True, "MedicationStatement/omeprazole")


def test_the_ingredients_of_a_product_of_which_no_statement_speaks_are_named_whether_or_not_it_is_taken():
    drug, unchecked_medicines = KNOWN.drug("cycloserine"), UncheckedMedicines(KNOWN)
    product = medicine("x", Taken.PAST, ingredients=("metformin", "phenytoin"))
    assert unchecked_medicines.of(product, drug) == ("metformin",)
    assert unchecked_medicines.of(medicine("phenytoin"), drug) == ()


ONE_WAY = 'management = { do = "none_needed", says = "Nothing by that way.", through = "metabolism" }'


@pytest.mark.parametrize(
    ("ingredients", "how_far"),
    [
        (("otherine",), Known.WHOLE),
        (("thirdine",), Known.BY_MECHANISM),
        (("otherine", "thirdine"), Known.BY_MECHANISM),
        (("fourthine",), Known.IN_PART),
        (("thirdine", "fourthine"), Known.IN_PART),
        (("both",), Known.WHOLE),
    ],
)
def test_how_far_statements_speak_of_a_medicine(ingredients, how_far):
    def rule(name: str, target: str, more: str = "") -> str:
        then = f'finding = "interaction", severity = "info"{more}'
        return statement(
            f'when = [{{ taking = "drug.{target}" }}]\nthen = {{ {then} }}', f"exampline.interaction.{name}"
        )

    known = small(
        '[drug]\ninn = "exampline"\nlabel = "Exampline"\n\n'
        + rule("o", "otherine")
        + rule("t", "thirdine", f", {ONE_WAY}")
        + rule("b", "both")
        + rule("b2", "both", f", {ONE_WAY}")
    )
    product = medicine("x", ingredients=ingredients)
    assert UncheckedMedicines(known).known(product, known.drug("exampline")) is how_far
