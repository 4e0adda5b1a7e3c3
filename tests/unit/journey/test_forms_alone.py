"""A plan without combinations has forms of one drug each, and all of them that a source names."""

from fullcourse.journey.forms_alone import forms_alone
from patients import knowledge


def test_every_form_holds_one_drug_and_combinations_are_left_out():
    stock = forms_alone(knowledge())
    assert all(len(form.contents) == 1 for form in stock.forms)
    assert {"tablet 300 mg", "tablet 100 mg"} <= {form.words for form in stock.of("isoniazid")}


def test_each_drug_that_has_a_form_of_its_own_is_there_and_none_twice():
    stock = forms_alone(knowledge())
    own = {inn for inn, drug in knowledge().drugs.items() if any(not form.with_mg for form in drug.forms)}
    assert own <= {name for form in stock.forms for name, _ in form.contents}
    assert len(set(stock.forms)) == len(stock.forms)
