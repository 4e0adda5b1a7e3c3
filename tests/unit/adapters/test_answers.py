import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_records import FACTS
from fullcourse.adapters.answers import read_answers
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.written_answers import write_answers
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.given_answer import GivenAnswer
from fullcourse.clinical.patient import Record, Taken
from fullcourse.clinical.quantity import Interval, compared, exactly


def read(text: str) -> Record:
    return read_answers(text.encode(), FACTS, recognise)


def answer(value: str, name: str = "weight", more: str = "") -> Record:
    return read(f'[[fact]]\nid = "{name}"\nvalue = {value}\n{more}\n')


def test_a_number_a_yes_a_word_and_a_date_are_read() -> None:
    record = read(
        """
        [[fact]]
        id = "weight"
        value = 58.5
        unit = "kg"
        on = 2026-11-02
        by = "Nurse"
        [[fact]]
        id = "epilepsy"
        value = false
        [[fact]]
        id = "sex"
        value = "female"
        [[fact]]
        id = "birth_date"
        value = 1984-03-09
        """
    )
    (weight,) = record.evidence["weight"]
    assert (weight.value, weight.recorded, weight.unit, weight.origin) == (exactly(58.5), 58.5, "kg", "answers (nurse)")
    assert weight.on is not None
    assert weight.on.text == "2026-11-02"
    assert record.evidence["epilepsy"][0].value is False
    assert record.evidence["sex"][0].value == "female"
    assert record.evidence["birth_date"][0].value == "1984-03-09"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        (">=137", Interval(137.0, math.inf)),
        ("<= 137.5", Interval(-math.inf, 137.5)),
        (">137", compared(">", 137.0)),
        ("<137", compared("<", 137.0)),
    ],
)
def test_a_range_is_read_where_only_that_is_known(written: str, known: Interval) -> None:
    (weight,) = answer(f'"{written}"', "weight", 'unit = "kg"').evidence["weight"]
    assert (weight.value, weight.recorded, weight.unit) == (known, written.replace(" ", ""), "kg")


@pytest.mark.parametrize("written", ["=>137", ">=", ">= tall", "137", ">=-5", "> =137", ">=1e400"])
def test_what_is_no_range_is_refused_with_how_to_write_one(written: str) -> None:
    with pytest.raises(InputError, match="weight must be a number without quotation marks, or a range such as"):
        answer(f'"{written}"', "weight", 'unit = "kg"')


def test_a_range_that_no_patient_can_have_is_refused() -> None:
    with pytest.raises(InputError, match="weight = at least 900 kg cannot be used: at least 900 kg is outside"):
        answer('">=900"', "weight", 'unit = "kg"')


def test_a_range_is_written_and_read_again() -> None:
    given_answer = GivenAnswer("weight", ">=137", "kg", date(2026, 11, 2), "clinician")
    (weight,) = read(write_answers([given_answer])).evidence["weight"]
    assert weight.value == Interval(137.0, math.inf)


def test_who_answered_is_shown_only_as_a_role() -> None:
    record = answer("true", "epilepsy", 'by = "Jane Doe"')
    assert record.evidence["epilepsy"][0].origin == "answers"
    assert "Jane" not in repr(record)


def test_one_number_may_have_several_dates() -> None:
    rows = "".join(f'[[fact]]\nid = "weight"\nvalue = {50 + day}\nunit = "kg"\non = 2026-11-0{day}\n' for day in (1, 2))
    assert len(read(rows).evidence["weight"]) == 2


def test_two_values_of_one_time_are_refused() -> None:
    with pytest.raises(InputError, match="weight is answered twice"):
        read(
            2 * '[[fact]]\nid = "weight"\nvalue = 60\nunit = "kg"\n'
            + '[[fact]]\nid = "weight"\nvalue = 6\nunit = "kg"\n'
        )


def test_dont_know_leaves_a_fact_as_it_was() -> None:
    assert answer('"unknown"', "epilepsy").evidence == {}


@pytest.mark.parametrize(
    ("value", "name", "more", "message"),
    [
        ("true", "epilepsie", "", "there is no fact 'epilepsie'. Did you mean 'epilepsy'"),
        ("true", "zzz", "", "there is no fact 'zzz'"),
        ('"perhaps"', "epilepsy", "", "epilepsy must be yes or no, not 'perhaps'"),
        ("1", "epilepsy", "", "epilepsy must be yes or no"),
        ("true", "epilepsy", 'unit = "kg"', "epilepsy has no unit"),
        ('"58"', "weight", 'unit = "kg"', "weight must be a number without quotation marks, or a range such as"),
        ("true", "weight", 'unit = "kg"', "weight must be a number"),
        ("58", "weight", "", "weight = 58 cannot be used: no unit"),
        ("58", "weight", 'unit = "kilo"', "weight = 58 kilo cannot be used"),
        ("58", "weight", 'unit = "cm"', "does not measure"),
        ("7000", "weight", 'unit = "kg"', "weight = 7000 kg cannot be used: 7000 kg is outside what is possible"),
        ("-5", "weight", 'unit = "kg"', "outside what is possible"),
        ("nan", "weight", 'unit = "kg"', "not a number"),
        ("inf", "weight", 'unit = "kg"', "outside what is possible"),
        ("1e308", "weight", 'unit = "kg"', "outside what is possible"),
        ("1" + 400 * "0", "weight", 'unit = "kg"', "outside what is possible"),
        ('"x"', "sex", "", "sex must be one of female, male, not 'x'"),
        ("7", "birth_date", "", "birth_date must be a date"),
        ('"2023-02-30"', "birth_date", "", "2023-02-30"),
        ("40", "age", 'unit = "a"', "an age needs the day on which it was so"),
        ("40", "age", 'unit = "mo"\non = 2026-11-02', "an age is read in years, not in mo"),
        ("126", "age", "on = 2026-11-02", "an age is a number of years from 0 to 125"),
        ("4", "treatment_day", "", "treatment_day is handed in"),
        ("true", "epilepsy", "on = 5", "on must be a date"),
        ("true", "epilepsy", 'on = "tomorrow"', "'tomorrow' is not a date"),
        ("true", "epilepsy", 'when = "2024"', "key 'when' is not known"),
        ("true", "epilepsy", "by = 5", "by must be text"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_field_value_and_mend(
    value: str, name: str, more: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        answer(value, name, more)
    assert "[[fact]] number 1" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[facts]]\nid = 'x'", "'facts' is not known here. Did you mean 'fact'"),
        ("fact = 5", "Write [[fact]]"),
        ("[fact]\nid = 'weight'", "Write [[fact]]"),
        ("[[fact]]\nvalue = true", "id is missing"),
        ("[[fact]]\nid = 'epilepsy'", "epilepsy has no value. Add value = true."),
        ("[[fact]]\nid = 'epilepsy'\nid = 'weight'\n", "a key stands twice (at line 3"),
        ("not toml at all", "it is not TOML (at line 1"),
        ("a = " + 3000 * "[", "cannot be read"),
        ("[[medicine]]\nname = ''", "name must be text"),
        ("[[medicine]]\nname = 'x'\ntaken = 'often'", "taken must be one of now, past, maybe"),
        ("[[medicine]]\nname = 'x'\nordered = 'yes'", "ordered must be true or false"),
        ("[[medicine]]\nname = 'x'\nsince = 2024-02-01\nuntil = 2024-01-01", "is before since"),
        ("[[override]]\nfinding = 'x'\nby = 'y'", "reason is missing"),
    ],
)
def test_a_file_that_is_not_of_this_form_is_refused_with_the_mend(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert message in str(caught.value) or "nested too deep" in str(caught.value)


def test_a_medicine_is_read_with_its_ingredients_and_dates() -> None:
    record = read(
        '[[medicine]]\nname = "isoniazid 300 MG Oral Tablet"\nsince = "2026-10"\nordered = true\n'
        '[[medicine]]\nname = "lung tea"\n[[medicine]]\nname = "old lung tea"\ntaken = "past"\n'
    )
    isoniazid, tea, old = record.medicines
    assert (isoniazid.ingredients, isoniazid.taken, isoniazid.ordered) == (("isoniazid",), Taken.NOW, True)
    assert isoniazid.since is not None
    assert isoniazid.since.text == "2026-10"
    assert (tea.ingredients, old.taken) == ((), Taken.PAST)
    assert [one.text for one in record.unrecognised] == ["lung tea"]


def test_an_override_keeps_its_reason() -> None:
    (override,) = read('[[override]]\nfinding = "a.b"\nreason = "seen"\nby = "prescriber"\non = 2026-11-02\n').overrides
    assert (override.finding, override.reason, override.by) == ("a.b", "seen", "prescriber")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_without_another_error(text: str) -> None:
    try:
        read_answers(text.encode("utf-8", "surrogatepass"), FACTS, recognise)
        said = "read"
    except InputError as error:
        said = str(error)
    assert said


def test_what_a_dialogue_gives_is_written_as_it_is_read() -> None:
    on = date(2026, 11, 2)
    given_answers = [
        GivenAnswer("weight", 58.5, "kg", on, "clinician"),
        GivenAnswer("epilepsy", False, "", on, "clinician"),
        GivenAnswer("sex", "female", "", on, "clinician"),
    ]
    record = read(write_answers(given_answers))
    (weight,) = record.evidence["weight"]
    assert (weight.value, weight.unit, weight.origin) == (exactly(58.5), "kg", "answers (clinician)")
    assert weight.on is not None
    assert weight.on.text == "2026-11-02"
    assert record.evidence["epilepsy"][0].value is False
    assert record.evidence["sex"][0].value == "female"


def test_an_entry_of_a_list_is_settled_by_its_text_or_origin_with_the_facts_that_it_concerns() -> None:
    record = read(
        """
        [[entry]]
        text = "Otitis media"
        concerns = []
        [[entry]]
        origin = "Condition/c9"
        concerns = ["epilepsy"]
        by = "nurse"
        """
    )
    first, second = record.settled
    assert (first.text, first.origin, first.concerns) == ("Otitis media", "", ())
    assert (second.origin, second.concerns, second.place) == ("Condition/c9", ("epilepsy",), "answers (nurse), entry 2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("concerns = []", "it names no entry"),
        ('text = "x"', "concerns must be a list of facts"),
        ('text = "x"\nconcerns = "epilepsy"', "concerns must be a list of facts"),
        ('text = "x"\nconcerns = ["epilepsi"]', "Did you mean 'epilepsy'"),
    ],
)
def test_an_entry_that_cannot_be_settled_so_is_refused_with_the_mend(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(f"[[entry]]\n{text}\n")
