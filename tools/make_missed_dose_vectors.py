"""Writes the cases of the advice on doses as JSON: what goes in and what must come out, for other readers of the rules.

A phone answers without a network, in another language. It is proved equal by these vectors: each holds the slots around
a moment, the events, the numbers that the rules ask for, and the answer. `tests/unit/test_make_missed_dose_vectors.py`
holds the file against the code.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from course_cases import course, read_cases
from fullcourse.adapters.published.course import advice_json
from fullcourse.adapters.published.event import event_json
from fullcourse.course.advice import advise
from fullcourse.course.schedule import slots_between

OUT = Path(__file__).parents[1] / "tests" / "data" / "missed_dose_vectors.json"
AROUND = timedelta(days=9)
SWEPT_MINUTES = range(0, 25 * 60, 30)
"""Each case is asked again every half hour of the day after its own moment: both sides of every limit."""


def vectors() -> Iterator[dict[str, object]]:
    """Yield every vector: the cases, and a sweep over the hours after each."""
    for case in (*read_cases("advice"), *read_cases("advice_tried")):
        log = case.log()
        lived = course(log, case.row.get("profile", "us"))
        places = {event.id: place for place, event in enumerate(log[1:])}
        now, drug = case.at(case.row["now"]), case.row["drug"]
        slots = [slot for slot in slots_between(lived.timeline, now - AROUND, now + AROUND) if slot.drug == drug]
        yield {
            "name": case.row["name"],
            "from": case.row["from"],
            "drug": drug,
            "profile": case.row.get("profile", "us"),
            "slots": [{"due": slot.due.isoformat(), "mg": slot.mg} for slot in slots],
            "events": [
                _said(event_json(event), places, {slot.id: it for it, slot in enumerate(slots)}) for event in log[1:]
            ],
            "answers": [_answer(lived, drug, now + timedelta(minutes=minutes)) for minutes in SWEPT_MINUTES],
        }


def _answer(lived: object, drug: str, now: datetime) -> dict[str, object]:
    written = advice_json(advise(lived, drug, now))  # type: ignore[arg-type]
    statements = [one["statement"] for one in written["executed"]]  # type: ignore[attr-defined]
    kept = {key: written[key] for key in ("verdict", "next_at", "made_up", "numbers")}
    return {"now": now.isoformat(), **kept, "statements": statements}


def _said(event: dict[str, object], places: Mapping[str, int], slots: Mapping[str, int]) -> dict[str, object]:
    """Return what an event says; ids, which are others each time, become places in the lists of events and slots."""
    body = dict(event["body"])  # type: ignore[call-overload]
    if "slot" in body:
        body["slot"] = slots.get(body["slot"])
    said = {key: event[key] for key in ("kind", "occurred_at", "recorded_at", "actor", "claim", "device")}
    corrects = {"corrects": places[str(event["supersedes"])]} if "supersedes" in event else {}
    return said | corrects | {"body": body}


def text() -> str:
    """Return the whole file."""
    return json.dumps({"vectors": list(vectors())}, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    OUT.write_text(text(), "utf-8")
