"""How long the pages of one patient take, by the addresses that a browser opens: two years of events, seven drugs.

The course is made up. What its page has to show is asserted before anything is timed. The limits are held to the time
of the processor as it would be where the yardstick takes a millisecond: the clock on the wall counts whoever else uses
the machine.
"""

import gc
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from starlette.testclient import TestClient

from desk_queue import staffed
from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.demo.clinic import DemoPatient, demo_clinic, demo_patient
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.store.opening import open_store
from fullcourse.interfaces.api.access.door import Door
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.settings import read_settings

NOW: Final = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
MOST_MS: Final = 80.0
MOST_BYTES: Final = 100_000
LEVELS_MS: Final = 1000.0
CALLS: Final = 20
DAYS: Final = 730
MEASURED: Final = (
    ("qtcf", 420.0, "ms"),
    ("alt", 30.0, "U/L"),
    ("haemoglobin", 11.0, "g/dL"),
    ("creatinine", 0.9, "mg/dL"),
)
PERSON: Final[dict[str, Any]] = {
    "number": 90,
    "shows": "two years, seven drugs",
    "begun": DAYS,
    "days": DAYS + 30,
    "profile": "who",
    "plan": [
        "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F",
        "linezolid: 600 mg once a day",
        "cycloserine: 250 mg morning + 500 mg evening",
        "clofazimine: 100 mg once a day",
        "levofloxacin: 750 mg once a day",
        "pyrazinamide: 1600 mg once a day",
        "delamanid: 100 mg q12h",
    ],
    "share": 0.93,
    "registered": {
        "group": "relapse",
        "confirmation": "bacteriologically confirmed",
        "site": "pulmonary",
        "resistance": "multidrug-resistant",
        "age_years": 41,
        "sex": "male",
        "hiv": "negative",
    },
    "event": [
        *(
            {"day": day, "kind": "result", "body": {"fact": fact, "value": value + day % 5 / 10, "unit": unit}}
            for day in range(1, DAYS, 28)
            for fact, value, unit in MEASURED
        ),
        *(
            {"day": day, "kind": "test_result", "body": {"fact": "sputum_culture", "value": "negative"}}
            for day in range(60, DAYS, 30)
        ),
    ],
}
"""A row as those of the demonstration's people."""


def main() -> None:
    """Make the store, ask for each page, and print what was measured."""
    knowledge = load_knowledge()
    person = demo_patient(PERSON, knowledge, NOW)
    leveled = next(it for it in demo_clinic(knowledge, NOW) if it.name.endswith("06"))
    assert len(person.events) > 6000
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "courses.db"
        with open_store(place) as store:
            for one in (person, leveled):
                store.append(one.events, NOW)
            access = open_access(place)
            try:
                word = staffed(access, [person.patient, leveled.patient], NOW)
                settings = read_settings({"FULLCOURSE_CALLS_BY_CALLERS": "1000000"})
                service = Service(settings, knowledge, Door(access, settings), store, lambda: NOW, access)
                gc.collect()
                gc.freeze()  # as the service does before it takes calls
                client = TestClient(make_app(service, EVERY_ROUTE), "http://127.0.0.1:8080")
                measure(Asked(client, word), service, person, leveled)
            finally:
                access.close()


class Asked:
    """A browser that somebody signed in with."""

    def __init__(self, client: TestClient, word: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {word}"}

    def text(self, address: str) -> str:
        """Return a page."""
        answer = self._client.get(address, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.text


def measure(asked: Asked, service: Service, person: DemoPatient, leveled: DemoPatient) -> None:
    """Check what the pages show, and time them: as they are opened first, and again."""
    address, levels = f"/desk/courses/{person.patient}", f"/desk/courses/{leveled.patient}/levels/cycloserine"
    yardstick_ms = cost(lambda: sum(range(100_000)), 50)[0]
    told: dict[str, object] = {
        "python": sys.version.split()[0],
        "load": [round(it, 1) for it in os.getloadavg()],
        "yardstick_ms": yardstick_ms,
        "events": len(person.events),
    }
    text = asked.text(address)
    for drug in (it.partition(":")[0] for it in PERSON["plan"]):
        assert re.search(rf"<th[^>]*>{drug}</th>", text), drug
    assert f"Day {DAYS} of {PERSON['days']}" in text.replace("\xa0", " ")
    assert "Doses taken" in text
    page_bytes = told["page_bytes"] = len(text.encode())
    asked.text(address)
    page_ms, told["page_wall_ms"] = cost(lambda: asked.text(address), CALLS)
    told["page_ms"] = page_ms
    for name, path in (("doses", f"{address}/doses"), ("log", f"{address}/log")):
        told[f"{name}_ms"], told[f"{name}_wall_ms"] = cost(lambda path=path: asked.text(path), CALLS)

    def forgotten() -> None:
        service.parts.pop("desk.courses", None)

    told["first_opening_ms"], told["first_opening_wall_ms"] = cost(lambda: asked.text(address), 5, forgotten)
    began = time.perf_counter()
    text = asked.text(levels)
    first_answer_ms = told["levels_first_answer_wall_ms"] = round(1000.0 * (time.perf_counter() - began), 1)
    while "Being worked out" in text:
        time.sleep(0.1)
        text = asked.text(levels)
    told["levels_worked_out_after_ms"] = round(1000.0 * (time.perf_counter() - began), 1)
    assert "<svg" in text
    told["levels_again_ms"], told["levels_again_wall_ms"] = cost(lambda: asked.text(levels), CALLS)
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    assert page_bytes <= MOST_BYTES
    quiet = 1.0 / yardstick_ms
    assert page_ms * quiet <= MOST_MS
    assert first_answer_ms <= LEVELS_MS


def cost(work: Callable[[], object], times: int, before: Callable[[], None] = lambda: None) -> tuple[float, float]:
    """Return milliseconds of the processor and of the clock on the wall, the median of so many times."""
    used, wall = [], []
    for _ in range(times):
        before()
        began, began_cpu = time.perf_counter(), time.process_time()
        work()
        used.append(1000.0 * (time.process_time() - began_cpu))
        wall.append(1000.0 * (time.perf_counter() - began))
    return round(median(used), 1), round(median(wall), 1)


if __name__ == "__main__":
    main()
