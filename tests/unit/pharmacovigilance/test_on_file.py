"""When a symptom began and ended, as the log tells of it."""

from fullcourse.clinical.moment import parse_moment
from fullcourse.pharmacovigilance.on_file import ToldSymptom


def told(*rows: tuple[str, bool]) -> ToldSymptom:
    return ToldSymptom("symptom_seizure", tuple((parse_moment(on, "on"), present) for on, present in rows))


def test_it_began_when_first_told_of_and_ended_when_last_told_of_as_gone():
    symptom = told(("2026-10-01", False), ("2026-11-03", True), ("2026-11-06", False), ("2026-11-07", False))
    assert symptom.start is not None and symptom.start.text == "2026-11-03"
    assert symptom.end is not None and symptom.end.text == "2026-11-06"
    assert symptom.last_seen is not None and symptom.last_seen.text == "2026-11-03"


def test_one_that_came_back_has_not_ended_and_one_that_was_never_there_did_neither():
    assert told(("2026-11-03", True), ("2026-11-06", False), ("2026-11-08", True)).end is None
    assert told(("2026-11-03", False)).last_seen is None
    assert (told(("2026-11-03", False)).start, told(("2026-11-03", False)).end) == (None, None)
