"""What is read aloud: every line is there, and what nobody knows is said to be not known."""

from datetime import UTC, datetime

from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.triage.read_aloud import NOT_KNOWN, Overdose, read_aloud

HEADINGS = [
    "Medicine",
    "Taken",
    "When",
    "Weight",
    "Planned for the day",
    "Last doses",
    "Other TB medicines",
    "How the person is",
]


def overdose(**changed: object) -> Overdose:
    nothing = {"said": "", "mg": None, "taken_at": "", "weight_kg": None, "planned_mg": None, "last": [], "others": ()}
    return Overdose(**{"drug": "Cycloserine", **nothing, "symptoms": (), **changed})  # type: ignore[arg-type]


def test_every_line_is_there_though_nothing_is_known():
    lines = read_aloud(overdose())
    assert [heading for heading, _ in lines] == HEADINGS
    assert all(NOT_KNOWN in line for heading, line in lines if heading != "Medicine")


def test_what_is_known_is_said_with_its_unit():
    at = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    known = overdose(
        said="2 capsules", mg=exactly(500.0), weight_kg=15.0, planned_mg=exactly(250.0), last=[(at, 250.0)]
    )
    lines = dict(read_aloud(known))
    assert lines["Taken"] == "2 capsules (500 mg)"
    assert lines["Weight"] == "15 kg, so 33.3 mg/kg"
    assert lines["Planned for the day"] == "250 mg"
    assert lines["Last doses"] == "250 mg on 02 March at 08:05"


def test_an_amount_in_a_range_is_said_as_one():
    assert dict(read_aloud(overdose(mg=Interval(625.0, 1250.0))))["Taken"] == "625 to 1250 mg"
