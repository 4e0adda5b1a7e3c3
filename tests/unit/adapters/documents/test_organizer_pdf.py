"""The printed sheet: the same bytes, every box, and in its discreet form no name of a drug or a disease."""

import re
import shutil
import subprocess
from datetime import date

import pytest

from course_cases import course
from course_events import at, event, started
from fullcourse.adapters.documents.organizer_pdf import _data, organizer_pdf
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Held
from fullcourse.journey.organizer import Organizer, organizer_of
from patients import knowledge

SEVEN = (
    "cycloserine: 1 capsule of 250 mg q6h",
    "linezolid: 600 mg q6h",
    "clofazimine: 1 capsule of 100 mg q6h",
    "moxifloxacin: 1 tablet of 400 mg q6h",
    "pyrazinamide: 3 tablets of 500 mg q6h",
    "ethionamide: 0.5 tablet of 250 mg q6h",
    "bedaquiline: 2 tablets of 100 mg q6h",
)


def organizer(*drugs: str, days: int = 7, hold: str = "", start: date = date(2026, 3, 2)) -> Organizer:
    log = [started(*(drugs or SEVEN), zone="Africa/Johannesburg", start=start)]
    if hold:
        log.append(event(Held((hold,), "result"), "2026-03-02T00:30", actor="clinician"))
    return organizer_of(course(log), knowledge(), at("2026-03-02T05:00"), days)


def every_text(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in every_text(part)]
    if isinstance(value, list):
        return [text for part in value for text in every_text(part)]
    return [value] if isinstance(value, str) else []


def names_in(text: str) -> list[str]:
    words = {*knowledge().drugs, *(word for name in knowledge().drugs for word in name.split("-") if len(word) > 3)}
    words |= {"seromycin", "tuberculosis", "antibiotic", "tuberc"}
    return [word for word in words if word in text.lower()] + re.findall(r"\bTB\b|\bMDR\b|\bDR-", text)


@pytest.mark.parametrize("days", [7, 28])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_same_sheet_is_the_same_bytes_and_tagged(days, paper):
    made = organizer(days=days)
    content = organizer_pdf(made, discreet=False, paper=paper)
    assert content.startswith(b"%PDF-") and content == organizer_pdf(made, discreet=False, paper=paper)
    assert b"pdfuaid:part>1" in content
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content


@pytest.mark.parametrize("days", [7, 28])
def test_every_box_stands_on_the_sheet_once_and_a_held_drug_says_ask(days):
    made = organizer(days=days, hold="linezolid")
    rows = _data(made, discreet=False)["rows"]
    items = [item for row in rows for cell in row["cells"] for item in cell]
    assert sorted(item["code"] for item in items if item["code"]) == sorted(made.sheet.boxes)
    asked = [item for item in items if not item["code"]]
    assert len(asked) == len(made.sheet.asks) > 0
    assert {item["count"] for item in asked} == {""}
    assert {item["letter"] for item in asked} == {made.sheet.letters["linezolid", ""]}


@pytest.mark.parametrize("days", [7, 28])
def test_a_discreet_sheet_names_no_drug_and_no_disease(days):
    made = organizer(days=days, hold="linezolid")
    data = _data(made, discreet=True)
    data.pop("qr")
    assert not names_in("\n".join(every_text(data)))
    assert names_in("\n".join(every_text(_data(made, discreet=False)))), "the control names them"
    content = organizer_pdf(made, discreet=True, paper="a4")
    if reader := shutil.which("pdftotext"):
        read = subprocess.run([reader, "-", "-"], input=content, capture_output=True, check=True)  # noqa: S603
        text = read.stdout.decode("utf-8")
        assert not names_in(text)
        assert all(code in text for code in made.sheet.boxes)


def test_counts_are_said_in_whole_and_parts_and_amounts_where_nothing_is_counted():
    made = organizer("ethionamide: 1.5 tablets of 250 mg q24h", "linezolid: 300 mg morning + 600 mg evening")
    items = [item for row in _data(made, discreet=True)["rows"] for cell in row["cells"] for item in cell]
    assert {item["count"] for item in items} == {"× 1½", "300 mg", "600 mg"}


def test_the_warning_stands_on_both_forms_and_its_source_on_the_full_one():
    made = organizer()
    says = knowledge().statements["cycloserine.leaflet.storage-container"].patient
    full, discreet = (_data(made, discreet=it)["notes"] for it in (False, True))
    assert any(note["says"].startswith(says) and "Seromycin" in note["says"] for note in full)
    assert any(note["says"] == says for note in discreet)


def test_nights_come_last_and_midnight_belongs_to_the_day_before():
    rows = _data(organizer(), discreet=False)["rows"]
    assert [row["label"] for row in rows] == ["Morning 06:00", "Noon 12:00", "Evening 18:00", "Night 00:00"]


def test_too_many_times_of_day_for_four_weeks_are_refused_with_words():
    with pytest.raises(InputError, match="Print weekly sheets"):
        organizer_pdf(organizer("cycloserine: 250 mg q5h from 08:00", days=28), discreet=False, paper="a4")
