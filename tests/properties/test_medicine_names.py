"""What holds for the name of any product."""

from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.medicines import recognise

PARTS = {
    "Isoniazid 75 MG": {"isoniazid"},
    "rifampin 150 MG": {"rifampin"},
    "Ethambutol hydrochloride 275 MG": {"ethambutol"},
    "pyrazinamide 400 MG": {"pyrazinamide"},
    "cycloSERINE 250 MG": {"cycloserine"},
    "cycloSPORINE, modified 25 MG": {"cyclosporine"},
    "clavulanate potassium 125 MG": {"clavulanate"},
    "Vitamin B6 10 MG": {"pyridoxine"},
}
SPACES = st.sampled_from([" ", "  ", "\t", "\u00a0", " \n"])
some_parts = st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=6, unique=True)


@given(parts=some_parts, form=st.sampled_from(["Oral Tablet", "Oral Capsule", "Injectable Solution", ""]))
def test_a_combination_holds_what_its_parts_hold_in_whatever_order(parts, form):
    expected = set().union(*(PARTS[part] for part in parts))
    for order in (parts, parts[::-1]):
        found = recognise(f"{' / '.join(order)} {form}", [])
        assert set(found.ingredients) == expected
        assert list(found.ingredients) == sorted(expected)


@given(parts=some_parts, space=SPACES, data=st.data())
def test_case_and_spacing_never_matter(parts, space, data):
    name = " / ".join(parts)
    other = "".join(data.draw(st.sampled_from([one.lower(), one.upper()])) for one in name).replace(" ", space)
    assert recognise(other, []) == recognise(name, [])


@given(parts=some_parts, place=st.integers(0, 6))
def test_a_part_that_is_not_known_is_never_passed_over(parts, place):
    parts.insert(min(place, len(parts)), "unobtainium 5 MG")
    found = recognise(" / ".join(parts), [])
    assert found.ingredients == ()
    assert found.reason


@given(name=st.text(), code=st.text(), system=st.sampled_from(["rxnorm", "atc", "snomed", ""]))
def test_no_text_raises_and_nothing_is_unrecognised_without_a_reason(name, code, system):
    found = recognise(name, [(system, code)])
    assert bool(found.ingredients) != bool(found.reason)
    assert bool(found.ingredients) == bool(found.recognised_by)
    assert not (found.ingredients and found.partial)


@given(
    words=st.lists(
        st.sampled_from([*"[](){}/+-,", "isoniazid", "5", "MG", "Pack", "and", "[Seromycin]", "é"]), max_size=12
    )
)
def test_no_arrangement_of_the_signs_of_the_grammar_raises_or_names_what_is_not_there(words):
    found = recognise(" ".join(words), [])
    assert {*found.ingredients, *found.partial} <= {"isoniazid", "cycloserine"}
