"""Records that are far too much of something, and what reading them costs: CPU time and memory of a process of its own.

Built anew by each test: a megabyte or so of results of one day, entries that nobody knows, medicines, circles, faults.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from peak_memory import MEASURED, split_peak

__all__ = ["FLOODS", "Cost", "allowed_cpu_s", "allowed_mb", "cost_of", "write_flood"]

FLOOR_CPU_S = 6.0
"""What a command may take beside 1 s for each MB: starting, and looking up as many names as a record may hold."""
FLOOR_MB = 160.0
"""What a command may hold beside 200 MB for each MB: the interpreter, its libraries and the knowledge."""

_OF_PATIENT = {"reference": "Patient/p"}
_PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-01-01"}
_ACTIVE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}


class Cost(NamedTuple):
    """What a command took.

    Attributes:
        cpu_s: Of the user and the system, s.
        peak_mb: Most memory held at once, MB.
        code: Exit code.
        said: What it printed, to both streams.
    """

    cpu_s: float
    peak_mb: float
    code: int
    said: str


def allowed_cpu_s(size: int) -> float:
    """Return how much CPU an input of so many bytes may take, s."""
    return FLOOR_CPU_S + size / 1e6


def allowed_mb(size: int) -> float:
    """Return how much memory an input of so many bytes may take, MB."""
    return FLOOR_MB + 200 * size / 1e6


def cost_of(words: Iterable[str], said: Path) -> Cost:
    """Run the command line in a process of its own, and return what that cost.

    Args:
        words: Of the command.
        said: A file for what it prints.
    """
    with said.open("wb") as file:
        process = os.posix_spawn(
            sys.executable,
            [sys.executable, "-c", MEASURED, *words],
            dict(os.environ),
            file_actions=[(os.POSIX_SPAWN_DUP2, file.fileno(), 1), (os.POSIX_SPAWN_DUP2, file.fileno(), 2)],
        )
    _, status, used = os.wait4(process, 0)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    text, peak = split_peak(said.read_text("utf-8", "replace"))
    peak_mb = used.ru_maxrss / unit if peak is None else peak
    return Cost(used.ru_utime + used.ru_stime, peak_mb, os.waitstatus_to_exitcode(status), text)


def _bundle(resources: Iterable[object]) -> str:
    entries = [{"resource": resource} for resource in (_PATIENT, *resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def _observations(count: int) -> str:
    code = {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]}
    return _bundle(
        {
            "resourceType": "Observation", "id": f"o{i}", "status": "final", "subject": _OF_PATIENT, "code": code,
            "valueQuantity": {"value": 0.7 + i % 50 / 100, "unit": "mg/dL"}, "effectiveDateTime": "2026-11-20",
        }
        for i in range(count)
    )  # fmt: skip


def _conditions(count: int, code: Callable[[int], object]) -> str:
    return _bundle(
        {
            "resourceType": "Condition", "id": f"c{i}", "subject": _OF_PATIENT, "clinicalStatus": _ACTIVE,
            "code": code(i), "recordedDate": "2026-01-01",
        }
        for i in range(count)
    )  # fmt: skip


def _medicines(count: int, name: Callable[[int], str]) -> str:
    return _bundle(
        {
            "resourceType": "MedicationStatement", "id": f"m{i}", "status": "active", "subject": _OF_PATIENT,
            "medicationCodeableConcept": {"text": name(i)},
        }
        for i in range(count)
    )  # fmt: skip


def _circle(count: int) -> str:
    """Return medicines of which each holds the next two as ingredients, and the last the first."""
    medicines = [
        {
            "resourceType": "Medication",
            "id": f"d{i}",
            "ingredient": [{"itemReference": {"reference": f"Medication/d{(i + step) % count}"}} for step in (1, 2)],
        }
        for i in range(count)
    ]
    taken = {
        "resourceType": "MedicationStatement", "id": "m", "status": "active", "subject": _OF_PATIENT,
        "medicationReference": {"reference": "Medication/d0"},
    }  # fmt: skip
    return _bundle([*medicines, taken])


def _allergies(count: int) -> str:
    return _bundle(
        {"resourceType": "AllergyIntolerance", "id": f"a{i}", "patient": _OF_PATIENT, "code": {"text": f"zzq{i}"}}
        for i in range(count)
    )


def _tables(count: int, row: Callable[[int], str]) -> str:
    return "".join(map(row, range(count)))


def _snomed(code: int) -> object:
    return {"coding": [{"system": "http://snomed.info/sct", "code": str(code)}]}


FLOODS: dict[str, tuple[str, Callable[[], str], int, str]] = {
    "results of one day": ("json", lambda: _observations(4_000), 0, "CYCLOSERINE"),
    "one problem, again and again": ("json", lambda: _conditions(4_000, lambda i: _snomed(84757009)), 0, "Not in"),
    "problems in unknown words": ("json", lambda: _conditions(4_000, lambda i: {"text": f"woe {i}"}), 0, "not under"),
    "problems with unknown codes": ("json", lambda: _conditions(4_000, lambda i: _snomed(10**8 + i)), 0, "not under"),
    "one unread medicine": ("json", lambda: _medicines(6_000, lambda i: "Zyqquam"), 0, "not understood"),
    "medicines that are known": (
        "json", lambda: _medicines(6_000, lambda i: ("metformin", "ibuprofen", "phenytoin")[i % 3]), 0, "phenytoin",
    ),
    "unread medicines": ("json", lambda: _medicines(6_000, lambda i: f"Zyqquam{i}"), 2, "different medicines"),
    "medicines of many words": (
        "json", lambda: _medicines(400, lambda i: " ".join(f"w{i}x{j}" for j in range(300))), 2, "letters together",
    ),
    "medicines of many brackets": (
        "json", lambda: _medicines(100, lambda i: f"x{i}" + "(a)" * 1_200), 2, "letters together",
    ),
    "medicines of many letters": (
        "json", lambda: _medicines(100, lambda i: f"x{i} H" + "/H" * 1_700), 2, "letters together",
    ),
    "ingredients in a circle": ("json", lambda: _circle(3_000), 0, "1 medicine not understood"),
    "allergies in unknown words": ("json", lambda: _allergies(8_000), 2, "different medicines and substances"),
    "a hundred thousand entries": (
        "json", lambda: _bundle({"resourceType": "Basic"} for _ in range(100_000)), 0, "100000 Basic",
    ),
    "results that hold nothing": (
        "json", lambda: _bundle({"resourceType": "Observation"} for _ in range(20_000)), 0, "20000 Observation",
    ),
    "nested lists": ("json", lambda: "[" * 1_000_000, 2, "nested deeper than 200 levels"),
    "values of one fact": (
        "toml",
        lambda: _tables(15_000, lambda i: '[[fact]]\nid = "weight"\nvalue = 58\nunit = "kg"\non = 2026-11-20\n'),
        0, "CYCLOSERINE",
    ),
    "values that disagree": (
        "toml",
        lambda: _tables(15_000, lambda i: f'[[fact]]\nid = "weight"\nvalue = {50 + i % 2}\nunit = "kg"\n'),
        2, "faults or more",
    ),
    "facts that are none": ("toml", lambda: _tables(20_000, lambda i: f'[[fact]]\nid = "zz{i}"\n'), 2, "faults or"),
    "medicines by hand": (
        "toml", lambda: _tables(15_000, lambda i: f'[[medicine]]\nname = "zyqquam {i}"\n'), 2, "different medicines",
    ),
    "allergies by hand": (
        "toml", lambda: _tables(15_000, lambda i: f'[[allergy]]\nto = "zyqquam {i}"\n'), 2, "different medicines",
    ),
    "one allergy by hand": (
        "toml", lambda: _tables(15_000, lambda i: '[[allergy]]\nto = "penicillin"\n'), 0, "CYCLOSERINE",
    ),
}  # fmt: skip
"""By what they are too much of: the form, the text, the exit code of a check, and words that it says."""


def write_flood(name: str, folder: Path) -> Path:
    """Write one of them into a folder."""
    form, text, _, _ = FLOODS[name]
    path = folder / f"flood.{form}"
    path.write_text(text(), "utf-8")
    return path
