"""The rules that a scan is handed name every type that R4 has, but for those whose lines are read by themselves."""

from itertools import pairwise

from fullcourse.adapters.fhir.read.resource_types import R4_TYPES
from fullcourse.adapters.register.scan.gaps import DATE, PATIENT, rules_of
from patients import knowledge
from registers import dates_of

RULES = rules_of(dates_of(knowledge()))


def words(begin) -> list[str]:
    places, letters = begin.tolist(), RULES.letters.tobytes().decode()
    return [letters[start:end] for start, end in pairwise(places)]


TYPES = dict(zip(words(RULES.type_begin), RULES.type_node.tolist(), strict=True))
NAMES = words(RULES.name_begin)


def elements(node: int) -> dict[str, int]:
    first, count = RULES.first[node], RULES.count[node]
    return dict(zip(NAMES[first : first + count], RULES.name_node[first : first + count].tolist(), strict=True))


def test_every_type_of_r4_is_scanned_but_those_that_are_read_by_themselves():
    assert TYPES.keys() == R4_TYPES - {"Bundle", "Composition", "List", "Medication", "Substance"}


def test_every_date_that_dates_a_resource_is_a_gap():
    dates = {kind: paths for kind, paths in dates_of(knowledge()).items() if kind in TYPES}
    kinds = set()
    for kind, paths in dates.items():
        for path in paths:
            node = TYPES[kind]
            for name in path.split("."):
                node = elements(node)[name]
            kinds.add(int(RULES.kind[node]))
    assert kinds == {DATE}
    assert len(dates) >= 9


def test_whose_a_resource_is_is_a_gap_in_every_type():
    found = {kind: elements(node) for kind, node in TYPES.items() if kind != "Patient"}
    assert all(
        int(RULES.kind[elements(named.get("subject", named.get("patient", -1)))["reference"]]) == PATIENT
        for named in found.values()
    )
