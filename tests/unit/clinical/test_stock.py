from fullcourse.clinical.stock import Stock, StockedForm

CAPSULE = StockedForm("capsule", (("cycloserine", 250.0),), quantity=10.0)
NONE_LEFT = StockedForm("tablet", (("linezolid", 600.0),), quantity=0.0)
TWO = StockedForm("tablet", (("isoniazid", 75.0), ("rifampin", 150.0)))
ONE = StockedForm("tablet", (("isoniazid", 300.0),))
SYRUP = StockedForm("oral suspension", (("linezolid", 20.0),), is_liquid=True)


def test_a_form_is_named_with_its_strength():
    assert [it.words for it in (CAPSULE, TWO, SYRUP)] == [
        "capsule 250 mg", "tablet 75/150 mg", "oral suspension 20 mg/mL",
    ]  # fmt: skip


def test_single_drugs_come_before_combinations():
    assert Stock((TWO, ONE)).of("isoniazid") == (ONE, TWO)


def test_what_is_out_of_stock_is_missing_and_what_no_quantity_is_given_for_is_not():
    stock = Stock((CAPSULE, NONE_LEFT, TWO))
    assert stock.missing(["cycloserine", "linezolid", "rifampin", "linezolid", "bedaquiline"]) == (
        "linezolid", "bedaquiline",
    )  # fmt: skip
