"""No word that nobody knows is passed over in the name of a medicine, and no habit of writing changes what it is."""

from hypothesis import given
from hypothesis import strategies as st

from clinic_names import clinic_spellings
from fullcourse.adapters.medicines import recognise

SPELLINGS = [name for name in clinic_spellings() if name.kind != "code" and len(name.meanings) == 1]
READ = [name for name in SPELLINGS if name.verdict() == "right"]
NAMES = ["rifampicin", "Lzd", "Bdq", "HRZE", "TDF/3TC/DTG", "amoxicillin/clavulanate", "Warfarin", "2HRZE/4HR"]
HABITS = ["od", "bd", "tds prn", "nocte", "1-0-1", "x 5/7", "q6h", "po", "with food", "3x/week", "stat", "weekly"]
FORMS = ["Bdq", "Lzd", "Cfz", "Lfx", "Cs", "Dlm", "PAS", "Eto"]
UNKNOWN = ["blorbium", "stopped", "allergy", "?", "or", "not", "held", "xq7"]


@given(st.sampled_from(READ), st.sampled_from(UNKNOWN), st.booleans())
def test_a_word_that_is_on_no_list_keeps_a_name_from_being_read(name, word, first):
    text = f"{word} {name.names[0]}" if first else f"{name.names[0]} {word}"
    assert recognise(text, []).ingredients == ()


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(HABITS), max_size=4))
def test_habits_of_writing_change_no_ingredient(name, habits):
    assert recognise(" ".join((name, *habits)), []).ingredients == recognise(name, []).ingredients != ()


@given(st.lists(st.sampled_from(FORMS), min_size=2, unique=True), st.sampled_from("-/+"))
def test_a_list_of_abbreviations_gives_each_of_its_drugs_in_any_order(forms, separator):
    together = recognise(separator.join(forms), []).ingredients
    assert len(together) == len(forms)
    assert recognise(separator.join(reversed(forms)), []).ingredients == together
    assert recognise(separator.join((*forms, "Xyz")), []).ingredients == ()


@given(st.text(max_size=40))
def test_no_text_makes_the_reading_of_a_name_fail(text):
    reading = recognise(text, [])
    assert bool(reading.ingredients) != bool(reading.reason)
