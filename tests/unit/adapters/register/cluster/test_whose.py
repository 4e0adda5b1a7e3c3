"""Whose a line is, by a scan: never somebody else than by reading it, whatever the line is like."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from cluster_cases import files
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.register.cluster.whose import may_be_product, scanned, way_of
from fullcourse.adapters.register.read.lines import ELSEWHERE, Mention, SetAside, read_line
from registers import Register, written

sys.path.insert(0, str(Path(__file__).parents[5] / "benchmarks"))

from real_shaped_register import KINDS, Patients

DATES = {kind: reading.dates for kind, reading in knowledge_here().readings.items()}
ABOUT = {"resourceType": "Observation", "subject": {"reference": "Patient/a"}}


def owners(line: bytes) -> tuple[str, ...]:
    """Return whose a line is by reading it."""
    mention = read_line(line, DATES)
    if isinstance(mention, SetAside):
        return mention.patients
    return (mention.patient,) if mention.patient else ()


def mutated(line: bytes, chance: random.Random) -> bytes:
    """Return a line with a byte gone, another byte, an end too early, or a text of it twice."""
    at, change = chance.randrange(len(line)), chance.random()
    if change < 0.3:
        return line[:at] + line[at + 1 :]
    if change < 0.6:
        return line[:at] + chance.choice([b"\\", b'"', b" ", b"/", b"\xa0", b"{", b"}", b"\xc2\xa0"]) + line[at + 1 :]
    if change < 0.8:
        return line[:at]
    reference = b'"reference":"' + chance.choice(
        [b"Patient/b", b" Patient/b", b"urn:uuid:b", b"Group/g", b"Patient\\/b"]
    )
    return line.replace(b'"reference":"', reference + b'"},"patient":{"reference":"', 1)


def lines(seed: int) -> list[bytes]:
    register = Register(seed)
    return [written(each) for number in range(40) for each in register.patient(f"p{number}")]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_mutated_line_goes_to_whom_it_names_and_to_nobody_else(seed: int):
    chance = random.Random(seed)
    guessed = 0
    for line in lines(seed):
        for each in (line, *(mutated(line, chance) for _ in range(8))):
            if not each.strip():
                continue
            patient = scanned(each)
            guessed += bool(patient)
            assert set(owners(each)) <= ({patient} if patient else set(way_of(each, DATES).patients)), each
    assert guessed > 1_000


@pytest.mark.parametrize("kind", KINDS)
def test_of_real_shaped_lines_nearly_all_are_scanned(kind: str):
    patients = Patients(kind)
    made = [line.encode() for number in range(10) for _, line in patients.lines(number)]

    found = [scanned(line) for line in made]

    assert all(not patient or (patient,) == owners(line) for patient, line in zip(found, made, strict=True))
    assert sum(map(bool, found)) > (0 if kind == "urn" else 0.85 * len(made))


def test_every_line_of_the_cases_goes_to_whom_it_names():
    every = [line for data in files().values() for line in data.split(b"\n") if line.strip()]
    assert [line for line in every if not set(owners(line)) <= set(way_of(line, DATES).patients)] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (ABOUT, "a"),
        ({**ABOUT, "encounter": {"reference": "Encounter/1"}}, "a"),
        ({**ABOUT, "performer": [{"reference": "https://h.example.org/Patient/a"}]}, "a"),
        ({**ABOUT, "performer": [{"reference": "Patient/b"}]}, ""),
        ({**ABOUT, "performer": [{"reference": "urn:uuid:b"}]}, ""),
        ({**ABOUT, "performer": [{"reference": "Patient/b c"}]}, ""),
        ({**ABOUT, "note": [{"text": 'said "no"'}]}, ""),
        ({**ABOUT, "focus": [{"reference": None}]}, ""),
        ({**ABOUT, "resourceType": "Medication"}, ""),
        ({"resourceType": "Patient", "id": "a"}, ""),
        ({"resourceType": "Observation", "subject": {"reference": "Group/a"}}, ""),
        ({"id": "o", **ABOUT}, ""),
    ],
)
def test_a_scan_knows_when_it_is_sure(line: dict[str, Any], expected: str):
    assert scanned(json.dumps(line).encode()) == expected


@pytest.mark.parametrize("kind", [*ELSEWHERE, "Medic\\u0061tion"])
def test_a_product_is_never_passed_over(kind: str):
    line = b'{"id":"m","resourceType":"%s"}' % kind.encode()
    mention = read_line(line, DATES)

    assert isinstance(mention, Mention)
    assert mention.kind in ELSEWHERE
    assert may_be_product(line)
    assert way_of(line, DATES).patients == ()
    assert not way_of(line, DATES).is_other


def test_what_is_about_nobody_is_counted_and_what_nobody_can_read_is_told():
    assert way_of(b'{"resourceType":"Organization","id":"o"}', DATES).is_other
    told = way_of(b'{"resourceType":', DATES)
    assert (told.patients, told.is_told, told.is_other) == ((), True, False)
    assert "not JSON" in told.reason
