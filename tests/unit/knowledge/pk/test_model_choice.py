"""Which models are for whom, and which is taken when none is named."""

from fullcourse.knowledge.pk.model_choice import default_of, offered_models, why_not_at_age
from fullcourse.knowledge.pk.model_reader import read_pk_models

FILES = read_pk_models(drug="cycloserine")
ADULTS = FILES["cycloserine.alghamdi-2019"]


def test_a_model_is_offered_from_the_lower_end_of_its_ages_on():
    assert why_not_at_age(ADULTS, 18.0) == ""
    assert "fitted to adults" in why_not_at_age(ADULTS, 17.0)


def test_a_model_is_offered_up_to_the_upper_end_of_its_ages():
    children = read_pk_models(drug="moxifloxacin")["moxifloxacin.palmer-2025"]
    assert why_not_at_age(children, 15.0) == ""
    assert why_not_at_age(children, 16.0)


def test_the_default_leads_where_it_is_offered_and_the_first_elsewhere():
    assert default_of(offered_models(FILES, 40.0)) is ADULTS
    assert default_of(offered_models(FILES, 16.0)) is FILES["cycloserine.resendiz-galvan-2025"]
    assert default_of(offered_models(FILES, 10.0)) is None
