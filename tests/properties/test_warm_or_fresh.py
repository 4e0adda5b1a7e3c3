"""What was read and judged before changes nothing: of every record a warm reader says what a fresh one does.

A reader, a check and an answer to a health record system keep what is of no patient (dates, concepts, words, rhythms).
Each record, whole and damaged, is read after all the others and by a reader that has read nothing, and judged likewise.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cds_calls import KEYS, call, order
from damaged_records import damage
from fullcourse.adapters.cds_hooks.hooks import CdsHooks
from fullcourse.adapters.cds_hooks.reading.request import Hook
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError
from fullcourse.journey.check import Checker
from patients import knowledge

DATA = Path(__file__).parents[1] / "data"
FILES = [*sorted((DATA / "records_tried").glob("*.json"))[::8], *sorted((DATA / "ips").glob("*.json"))[:2]]
AT, NOW = date(2026, 11, 30), datetime(2026, 11, 30, 8, tzinfo=UTC)
DRUGS = [knowledge().drugs[name] for name in ("linezolid", "bedaquiline", "rifampin", "cycloserine")]


def fresh_reader() -> FhirReader:
    known = knowledge()
    return FhirReader(
        known.facts.values(), tuple(known.readings.values()), recognise, other_matters=known.other_matters.values()
    )


@cache
def warm() -> tuple[FhirReader, Checker, CdsHooks]:
    """Return what has read and judged every record once."""
    known = knowledge()
    ready = fresh_reader(), Checker(known, known.profile("us")), CdsHooks(known, known.profile("us"))
    for path in FILES:
        for record in versions(path):
            said(record, *ready)
    return ready


def versions(path: Path) -> Iterator[bytes]:
    """Yield a record, and the same damaged."""
    yield path.read_bytes()
    record = json.loads(path.read_bytes())
    chance = random.Random(path.name)
    for _ in range(2 if len(record.get("entry", ())) > 1 else 0):
        _, damaged = damage(record, chance.randrange(1, len(record["entry"])), chance)
        yield damaged


def said(record: bytes, reader: FhirReader, checker: Checker, hooks: CdsHooks) -> tuple[str, ...]:
    """Return all that is said of a record: what was read, what a check finds, and the cards of an order."""
    try:
        read = reader.read(record, AT)
        checked = repr(checker.check(read, AT, DRUGS))
    except InputError as error:
        return (str(error),)
    try:
        cards = json.dumps(hooks.answer(ordering(json.loads(record)), Hook.ORDER_SIGN, NOW))
    except InputError as error:
        cards = str(error)
    return repr(read), checked, cards


def ordering(record: dict[str, Any]) -> dict[str, Any]:
    """Return a call that orders linezolid for the patient of a record."""
    resources = [entry["resource"] for entry in record.get("entry", []) if isinstance(entry.get("resource"), dict)]
    patient = next(it for it in resources if it.get("resourceType") == "Patient")
    prefetch: dict[str, Any] = {"patient": patient, **dict.fromkeys(KEYS.values())}
    for resource in resources:
        if isinstance(kind := resource.get("resourceType"), str) and (key := KEYS.get(kind)):
            held = prefetch[key] or {"resourceType": "Bundle", "type": "searchset", "entry": []}
            held["entry"].append({"resource": resource})
            prefetch[key] = held
    asked = call(drafts=(order("linezolid", "new", status="draft", mg=600, times=2),), prefetch=prefetch)
    asked["context"]["patientId"] = patient.get("id", "p1")
    return asked


@pytest.mark.parametrize("path", FILES, ids=lambda it: it.stem)
def test_a_record_says_the_same_after_all_others_and_to_a_reader_that_has_read_nothing(path: Path):
    known = knowledge()
    for record in versions(path):
        checker, hooks = Checker(known, known.profile("us")), CdsHooks(known, known.profile("us"))
        assert said(record, *warm()) == said(record, fresh_reader(), checker, hooks)
