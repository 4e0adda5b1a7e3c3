"""A line with stand-ins in its gaps says which gap holds what, or that lines like it are to be read by themselves."""

import json

import pytest

from fullcourse.adapters.register.read.columns import Meaning
from fullcourse.adapters.register.read.lines import Mention
from fullcourse.adapters.register.read.stand_ins import meaning_of, mention_in
from fullcourse.adapters.register.scan.gaps import DATE, ID, NUMBER, PATIENT
from patients import knowledge
from registers import dates_of, written

DATES = dates_of(knowledge())
KINDS = {"o1": ID, "p1": PATIENT, "2026-11-01": DATE, "2026-11-02": DATE, "61.5": NUMBER}
WEIGHT = {
    "resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "weight"},
    "subject": {"reference": "Patient/p1"}, "issued": "2026-11-02", "effectiveDateTime": "2026-11-01",
    "valueQuantity": {"value": 61.5, "unit": "kg"},
}  # fmt: skip
ORDER = {
    "resourceType": "MedicationRequest", "id": "o1", "status": "active", "subject": {"reference": "Patient/p1"},
    "medicationCodeableConcept": {"text": "isoniazid"}, "authoredOn": "2026-11-01",
}  # fmt: skip


def gaps_in(line: bytes) -> list[tuple[int, int, int]]:
    places = [(line.index(text.encode()), text, kind) for text, kind in KINDS.items() if text.encode() in line]
    return [(kind, place, place + len(text)) for place, text, kind in sorted(places)]


def meaning(resource: dict[str, object]) -> Meaning | None:
    line = written(resource)
    mention = mention_in(line, gaps_in(line), DATES)
    assert isinstance(mention, Mention)
    return meaning_of(mention, mention.whole or mention.shape, 7)


def dosage(*ends: str) -> list[object]:
    return [{"timing": {"repeat": {"boundsPeriod": {"end": end}}}} for end in ends]


def test_gaps_are_named_by_what_comes_out_where():
    assert meaning(WEIGHT) == Meaning(7, patient=1, identity=0, on=3, until=-1, value=4)


def test_the_end_of_the_one_dosage_is_a_gap():
    order = {**ORDER, "dosageInstruction": dosage("2026-11-02")}
    assert meaning(order) == Meaning(7, patient=1, identity=0, on=2, until=3)


def test_lines_whose_shape_holds_a_gap_are_read_by_themselves():
    assert meaning({**ORDER, "dosageInstruction": dosage("2026-11-02", "2026-12-01")}) is None


def test_numbers_of_components_that_count_are_no_gap():
    parts = {"component": [{"code": {"text": "systolic"}, "valueQuantity": {"value": 61.5}}]}
    assert meaning({**{name: value for name, value in WEIGHT.items() if name != "valueQuantity"}, **parts}) is None


@pytest.mark.parametrize("text", ["stand-in-gap-0", "73061-8"])
def test_a_line_that_holds_a_stand_in_itself_is_read_by_itself(text: str):
    line = written({**WEIGHT, "code": {"text": text}})
    assert mention_in(line, gaps_in(line), DATES) is None


def test_a_line_that_is_set_aside_or_a_list_of_entries_is_read_by_itself():
    line = written({**WEIGHT, "subject": {"display": "somebody"}})
    assert mention_in(line, gaps_in(line), DATES) is None
    listed = {"resourceType": "List", "id": "o1", "subject": {"reference": "Patient/p1"}, "status": "current",
              "entry": [{"item": {"reference": "Condition/c"}}]}  # fmt: skip
    line = json.dumps(listed, separators=(",", ":")).encode()
    assert mention_in(line, gaps_in(line), DATES) is None
