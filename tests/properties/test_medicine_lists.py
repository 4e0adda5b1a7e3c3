"""A medicine list is a set of ingredients: neither its order nor its packaging changes what is found."""

from hypothesis import given
from hypothesis import strategies as st

from fullcourse.screening.screen import Screener
from patients import knowledge, medicine, patient

DRUGS = sorted(knowledge().drugs)
OTHERS = ["sertraline", "methadone", "carbamazepine", "valproate", "warfarin", "prednisone", "calcium carbonate"]
SCREENER = Screener(knowledge(), knowledge().profile("us"))

drugs = st.sampled_from(DRUGS)
lists = st.lists(st.sampled_from([*DRUGS, *OTHERS]), min_size=1, max_size=6, unique=True)


def found(drug, medicines):
    check = SCREENER.screen(patient({"medicines_complete": True}, medicines), knowledge().drugs[drug])
    return check.decision, {(finding.id, finding.status) for finding in check.findings}


@given(drug=drugs, names=lists, data=st.data())
def test_the_order_of_the_list_never_matters(drug, names, data):
    assert found(drug, names) == found(drug, data.draw(st.permutations(names)))


@given(drug=drugs, names=lists)
def test_a_fixed_dose_combination_equals_its_ingredients(drug, names):
    combination = medicine(" / ".join(names), ingredients=tuple(names))
    assert found(drug, [combination]) == found(drug, names)


@given(drug=drugs, names=lists, more=st.sampled_from([*DRUGS, *OTHERS]))
def test_one_more_medicine_takes_no_interaction_away(drug, names, more):
    before = {name for name, status in found(drug, names)[1] if status.value == "applies" and ".interaction." in name}
    after = {name for name, status in found(drug, [*names, more])[1] if status.value == "applies"}
    assert before <= after
