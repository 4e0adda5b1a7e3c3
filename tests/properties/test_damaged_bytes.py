"""Never 4, from the bytes of a record: damaged evidence never makes a decision weaker without a reason that is counted.

Each record answers everything and holds one thing that forbids a drug. It is then damaged (`damaged_records`), and read
and checked as any record is. A refusal by name is right; so is the same decision; a weaker one only where something is
named as not used, not read or not understood that was not named before.
"""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from damaged_records import DAMAGES, damage
from effort import examples
from fullcourse.adapters.fhir.read import reader as reader_of_fhir
from fullcourse.clinical import Decision, InputError
from fullcourse.journey.check import CheckResult
from patients import AT, knowledge
from speaking_against import bundle_of, cases, checker, native, reader

COUNT = examples(2_000)
"""Damaged records of one run."""
PARTS = 4
Case = tuple[str, str, dict[str, Any], CheckResult]


def check(drug: str, data: bytes) -> CheckResult:
    return checker().check(reader().read(data, AT), AT, [knowledge().drugs[drug]])


@cache
def forbidden() -> tuple[tuple[str, str, dict[str, Any], CheckResult], ...]:
    """Return every drug with a fact that forbids it, the whole record, and its check."""
    found = []
    for drug, facts in cases().items():
        for name, value, _ in facts:
            bundle = bundle_of(name, native(name, value))
            result = checker().check(reader().read(json_bytes(bundle), AT), AT, [knowledge().drugs[drug]])
            if result.drugs[0].decision is Decision.CONTRAINDICATED:
                found.append((drug, name, bundle, result))
    return tuple(found)


def json_bytes(bundle: dict[str, Any]) -> bytes:
    return json.dumps(bundle).encode()


def reasons(result: CheckResult) -> set[str]:
    """Return everything that a check names as not used, not read or not understood."""
    return {
        *(f"{entry.origin} {entry.why}" for entry in (*result.on_file, *result.not_checked)),
        *(f"{unused.what} {unused.why} {unused.count}" for unused in result.not_used),
        *result.notes,
    }


def lost(seed: int, count: int) -> Iterator[str]:
    """Yield what was damaged, and lost without a word."""
    chance = random.Random(seed)
    for _ in range(count):
        drug, name, bundle, whole = chance.choice(forbidden())
        how, data = damage(bundle, len(bundle["entry"]) - 1, chance)
        try:
            result = check(drug, data)
        except InputError as refused:
            assert str(refused).strip()
            continue
        decision = result.drugs[0].decision
        if decision is Decision.CONTRAINDICATED:
            continue
        if decision is Decision.NO_OBJECTION or not reasons(result) - reasons(whole):
            yield f"{drug}, {name}, {how}: {decision.name}\n{data.decode('utf-8', 'replace')[-700:]}"


def test_what_forbids_is_of_many_facts_and_kinds():
    assert len({name for _, name, _, _ in forbidden()}) >= 20
    kinds = {bundle["entry"][-1]["resource"]["resourceType"] for _, _, bundle, _ in forbidden()}
    assert kinds >= {"Condition", "AllergyIntolerance", "Observation", "QuestionnaireResponse"}
    assert {drug for drug, *_ in forbidden()} >= {"cycloserine", "terizidone", "bedaquiline"}


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_evidence_never_weakens_a_decision_without_a_counted_reason(part: int):
    assert list(lost(part, COUNT // PARTS)) == []


def test_a_reader_that_drops_an_entry_in_silence_is_found(monkeypatch: pytest.MonkeyPatch):
    forbidden()  # with the reader as it is
    readers = {**reader_of_fhir._READERS, "Condition": lambda entry, reading: None}
    monkeypatch.setattr(reader_of_fhir, "_READERS", readers)
    assert next(lost(0, 200), None) is not None


def test_a_reader_that_takes_what_it_cannot_read_for_nothing_is_found(monkeypatch: pytest.MonkeyPatch):
    forbidden()
    monkeypatch.setattr(reader_of_fhir, "_set_aside", lambda entry, error, reading: None)
    assert next(lost(0, 1_000), None) is not None


def test_every_way_of_damage_is_tried():
    chance, tried = random.Random(0), set()
    for _ in range(300):
        _, _, bundle, _ = chance.choice(forbidden())
        tried |= set(damage(bundle, len(bundle["entry"]) - 1, chance)[0].split(", "))
    assert tried >= {*DAMAGES, "cut off", "reorder"}
