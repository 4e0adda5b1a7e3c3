"""Products are recognised as ever, and nothing that a record calls one stays in the memory."""

from fullcourse.adapters.cds_hooks.reading.products import RecognisedProducts
from fullcourse.adapters.medicines.recognise import recognise

NAMES = ("linezolid", "Zyvox 600 mg", "sertraline 50 MG Oral Tablet", "Xyzzolam forte", "", "lopinavir / ritonavir")


def test_a_product_is_what_it_is_the_second_time_too():
    products = RecognisedProducts()
    for name in NAMES * 2:
        for codes in ((), (("rxnorm", "190376"),)):
            assert products(name, codes) == recognise(name, codes)


def test_nothing_that_a_record_calls_a_product_is_kept():
    products = RecognisedProducts()
    for name in (*NAMES, "Linezolid for Zebediah Canary", "Zebediah Canary"):
        products(name, (), other_names=("of Zebediah Canary",))
    assert "Zebediah" not in repr(vars(products))
