"""The table of elements: printed from FDA's, and read with the right counts."""

import sys
from pathlib import Path

from fullcourse.adapters.e2b.sections import Null, number_order
from fullcourse.adapters.e2b.table import element_of, elements, said

ROOT = Path(__file__).parents[4]


def test_the_table_is_what_the_tool_prints():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_e2b_elements
    finally:
        sys.path.pop(0)
    shipped = ROOT / "src" / "fullcourse" / "adapters" / "e2b" / "elements.toml"
    assert make_e2b_elements.table() == shipped.read_text(encoding="utf-8")


def test_ich_requires_33_elements_and_fda_18_more():
    required = [element.required_by for element in elements().values()]
    assert len(elements()) == 250
    assert sum("ICH" in who for who in required) == 33
    assert sum("FDA" in who for who in required) == 18


def test_an_element_says_what_it_is():
    term = element_of("E.i.2.1b")
    assert term is not None
    assert (term.kind, term.length, term.required_by) == ("N", 8, ("ICH",))
    assert element_of("D.1").nulls == ("MSK", "UNK", "NA", "ASKU", "NASK")
    assert dict(element_of("E.i.7").codes)["0"] == "unknown"
    assert dict(element_of("FDA.C.1.7.1").codes) == {
        "1": "15-Day", "2": "Non-Expedited AE", "4": "5-Day", "5": "30-Day", "6": "7-Day",
    }  # fmt: skip
    assert element_of("E.i@id") is None


def test_a_value_is_said_in_words():
    assert said("G.k.1", "1") == "1 = Suspect"
    assert said("D.1", Null("MSK")) == "[MSK] masked: known, and not given for privacy"
    assert said("C.1.6.1", "true") == "true"
    assert said("H.1", "text") == "text"


def test_numbers_stand_in_the_order_of_the_guide():
    mixed = ["H.1", "C.10.1", "C.2.r.1", "N.1.1", "FDA.C.1.12", "D.1", "E.i.1.1a", "G.k.10.r", "G.k.2.2"]
    assert sorted(mixed, key=number_order) == [
        "N.1.1", "FDA.C.1.12", "C.2.r.1", "C.10.1", "D.1", "E.i.1.1a", "G.k.2.2", "G.k.10.r", "H.1",
    ]  # fmt: skip
