"""A result of susceptibility names real drugs and words of its own, and no word says both yes and no."""

import pytest

from fullcourse.clinical.errors import KnowledgeError
from small_knowledge import small

DRUG = '[drug]\ninn = "exampline"\nlabel = "Exampline"\n'


def result(speaks_of: str) -> str:
    return f"""
[[fact]]
id = "exampline_susceptibility"
kind = "choice"
label = "susceptibility"
values = ["susceptible", "intermediate", "resistant"]
speaks_of = {{ {speaks_of} }}
"""


def test_a_result_is_read_with_its_drugs_and_words() -> None:
    row = 'drugs = ["exampline"], susceptible = ["susceptible"], resistant = ["resistant"]'
    read = small(DRUG, facts__more=result(row)).facts["exampline_susceptibility"].speaks_of
    assert read is not None
    assert (read.drugs, read.susceptible, read.resistant) == (("exampline",), ("susceptible",), ("resistant",))


@pytest.mark.parametrize(
    ("speaks_of", "fault"),
    [
        ('drugs = ["examplin"], resistant = ["resistant"]', "'examplin', which is no drug"),
        ('drugs = [], resistant = ["resistant"]', "names no drug"),
        ('drugs = ["exampline"], susceptible = ["susceptible"]', "no word for resistance"),
        ('drugs = ["exampline"], resistant = ["resitant"]', "no values of the fact: resitant"),
        ('drugs = ["exampline"], susceptible = ["resistant"], resistant = ["resistant"]', "stands twice"),
        ('drugs = ["exampline"], resistant = ["resistant"], shows = "x"', "key 'shows' is not known"),
    ],
)
def test_a_fault_is_named(speaks_of: str, fault: str) -> None:
    with pytest.raises(KnowledgeError, match=fault):
        small(DRUG, facts__more=result(speaks_of))
