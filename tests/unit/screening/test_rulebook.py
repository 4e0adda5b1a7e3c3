"""Which statements are executed for a drug: its own, the general ones, and pairs turned round to its side."""

from fullcourse.knowledge.statements import AnyOf, FactCondition, TakingCondition
from fullcourse.screening.rulebook import rulebook, unchecked_fact
from small_knowledge import small, statement

CLASS = '[[class]]\nid = "class.pair"\ningredients = ["otherine", "thirdine"]\nsource = "label"\n'


def drug(name):
    return f'[drug]\ninn = "{name}"\nlabel = "{name.title()}"\n\n'


def says(name, when, finding="interaction", then=""):
    return statement(f'when = [{when}]\nthen = {{ finding = "{finding}", severity = "major"{then} }}', name)


def known(*statements, **files):
    # The owner of the pairs is neither the first drug nor the last.
    others = {f"drugs__{name}": drug(name) for name in ("aine", "otherine", "third-ine", "zine")}
    return small(drug("exampline") + "".join(statements), classes__more=CLASS, **others, **files)


def conditions_for(name, *statements):
    """Return the conditions of each statement that is executed for a drug."""
    held = known(*statements)
    return [it.body.conditions for it in rulebook(held, held.drugs[name]).statements]


def test_a_pair_seen_from_the_other_drug_asks_for_its_owner_and_for_all_else_that_it_asks():
    pair = says("exampline.interaction.o", '{ taking = "drug.otherine" }, { fact = "fits", is = true }')
    turned = (TakingCondition("drug.exampline"), FactCondition("fits", equals=True))
    assert conditions_for("otherine", pair) == [turned]
    assert conditions_for("zine", pair) == []


def test_one_of_several_medicines_is_turned_with_the_longest_window_of_this_drug():
    several = says(
        "exampline.interaction.o",
        '{ any = [{ taking = "drug.zine", within_days = 90 }, { taking = "drug.otherine", within_days = 14 },'
        ' { taking = "class.pair", within_days = 30 }, { fact = "fits", is = true }] }',
    )
    assert conditions_for("otherine", several) == [(TakingCondition("drug.exampline", 30),)]
    assert conditions_for("zine", several) == [(TakingCondition("drug.exampline", 90),)]
    day = says(
        "exampline.interaction.o",
        '{ any = [{ taking = "drug.otherine" }, { taking = "class.pair", within_days = 1 }] }',
    )
    assert conditions_for("otherine", day) == [(TakingCondition("drug.exampline", 1),)]
    now = says("exampline.interaction.o", '{ any = [{ taking = "drug.otherine" }, { taking = "drug.zine" }] }')
    assert conditions_for("otherine", now)[0][0].within_days in (None, 0)


def test_neither_an_absence_nor_a_count_nor_a_caution_is_a_pair():
    absent = says("exampline.interaction.a", '{ taking = "drug.otherine", is = false }')
    count = says("exampline.interaction.c", '{ taking = "class.pair", at_least = 2 }')
    caution = says("exampline.caution.o", '{ taking = "drug.otherine" }', "caution")
    none = says("exampline.interaction.f", '{ any = [{ fact = "fits", is = true }, { fact = "pregnant", is = true }] }')
    assert conditions_for("otherine", absent, count, caution, none) == []
    assert len(conditions_for("exampline", absent, count, caution, none)) == 4


def test_a_duplicate_is_turned_as_an_interaction_is():
    assert conditions_for("otherine", says("exampline.duplicate.o", '{ taking = "class.pair" }', "duplicate")) == [
        (TakingCondition("drug.exampline"),)
    ]


def test_statements_of_one_point_stand_together_those_of_the_other_side_among_them():
    held = known(says("exampline.interaction.o", '{ taking = "drug.otherine" }'))
    book = rulebook(held, held.drugs["otherine"])
    assert {point: [it.id for it in found] for point, found in book.at_point.items()} == {
        "p": ["exampline.interaction.o"]
    }
    assert rulebook(held, held.drugs["zine"]).at_point == {}


def test_the_fact_on_unchecked_medicines_is_another_for_each_drug_and_the_statement_asks_for_it():
    general = says(
        "screening.interaction.x", '{ fact = "medicine_without_statement", is = true }, { fact = "fits", is = true }'
    )
    facts = '[[fact]]\nid = "medicine_without_statement"\nkind = "given"\nlabel = "unchecked"\n'
    held = known(guidelines__screening=general, facts__more=facts)
    assert unchecked_fact(held.drugs["third-ine"]) == "medicine_without_statement__third_ine"
    for name in ("otherine", "third-ine"):
        (executed,) = rulebook(held, held.drugs[name]).statements
        asked, fits = executed.body.conditions
        assert (asked.fact, fits.fact) == (unchecked_fact(held.drugs[name]), "fits")


def test_what_is_neither_a_finding_nor_an_action_on_a_number_is_not_executed():
    company = says("exampline.company.x", '{ fact = "fits", is = true }', "company")
    told = statement('tells = "storage"', "exampline.storage.x")
    test_of = statement('when = []\nthen = { test = "vision", at = "before start" }', "exampline.test.x")
    assert conditions_for("exampline", company, told, test_of) == []


def test_several_of_a_pair_are_not_turned_into_any_of():
    pair = says("exampline.interaction.o", '{ any = [{ taking = "drug.otherine" }, { fact = "fits", is = true }] }')
    ((condition,),) = conditions_for("otherine", pair)
    assert not isinstance(condition, AnyOf)


def test_a_pair_is_turned_to_the_drug_in_whose_file_it_stands_and_to_no_other():
    pair = says("otherine.interaction.z", '{ taking = "drug.zine" }')
    assert conditions_for("zine", pair) == [(TakingCondition("drug.otherine"),)]
    assert conditions_for("exampline", pair) == []
