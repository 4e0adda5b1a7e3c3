"""Never 3, from the bytes of a record: damage never gives a lone drug company, and never takes a pair apart.

Each record orders cycloserine for tuberculosis and holds one thing because of which the drugs together are forbidden: a
terizidone order beside it; nothing but a stopped order beside it; or a result that leaves its only companion without
effect. That one thing is then damaged (`damaged_records`), and the record read and checked as any record is.
"""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from damaged_records import damage
from effort import examples
from fullcourse.adapters.fhir.read import reader as reader_of_fhir
from fullcourse.clinical import Decision, InputError, Severity, Status
from fullcourse.journey.check import CheckResult
from patients import AT
from properties.test_damaged_bytes import json_bytes, reasons
from speaking_against import ABOUT, bundle_of, checker, native, reader

COUNT = examples(2_000)
"""Damaged records of one run."""
PARTS = 4
_TESTED = "isoniazid_susceptibility"


def order(name: str, number: str, status: str = "active") -> dict[str, Any]:
    written = {"resourceType": "MedicationRequest", "id": number, "status": status, "intent": "order", "subject": ABOUT}
    return {**written, "authoredOn": AT.isoformat(), "medicationCodeableConcept": {"text": name}}


def check(data: bytes) -> CheckResult:
    return checker().check(reader().read(data, AT), AT)


def forbidding(result: CheckResult) -> set[str]:
    """Return what forbids the drugs together, and is known."""
    return {
        it.id
        for it in result.regimen_findings
        if it.status is Status.APPLIES and it.severity is Severity.CONTRAINDICATED
    }


@cache
def records() -> tuple[tuple[str, dict[str, Any], CheckResult], ...]:
    """Return each record whole, what must go on forbidding it, and its check."""
    cycloserine = order("cycloserine", "c")
    made = [
        ("cycloserine.duplicate.terizidone", bundle_of("epilepsy", cycloserine, order("terizidone", "t"))),
        ("cycloserine.company.never-alone", bundle_of("epilepsy", cycloserine, order("isoniazid", "i", "stopped"))),
        (
            "regimen.company.one-effective-drug",
            bundle_of(
                "isoniazid_susceptibility",
                cycloserine,
                order("isoniazid", "i"),
                native("isoniazid_susceptibility", "resistant"),
            ),
        ),
    ]
    return tuple((forbids, bundle, check(json_bytes(bundle))) for forbids, bundle in made)


def lost(seed: int, count: int) -> Iterator[str]:
    """Yield what was damaged, and lost without a word."""
    chance = random.Random(seed)
    for _ in range(count):
        forbids, bundle, whole = chance.choice(records())
        how, data = damage(bundle, len(bundle["entry"]) - 1, chance)
        try:
            result = check(data)
        except InputError as refused:
            assert str(refused).strip()
            continue
        if forbids not in forbidding(result) and not reasons(result) - reasons(whole):
            together = result.together
            said = "nothing" if together is None else together.decision.name
            yield f"{forbids}, {how}: {said}\n{data.decode('utf-8', 'replace')[-500:]}"


def test_each_record_is_forbidden_while_it_is_whole():
    for forbids, _, whole in records():
        assert forbids in forbidding(whole), forbids
        assert whole.together is not None
        assert whole.together.decision is Decision.CONTRAINDICATED


@pytest.mark.parametrize("part", range(PARTS))
def test_damage_never_lets_drugs_pass_together_without_a_counted_reason(part: int):
    assert list(lost(part, COUNT // PARTS)) == []


def test_a_reader_that_drops_an_order_in_silence_is_found(monkeypatch: pytest.MonkeyPatch):
    records()  # with the reader as it is
    monkeypatch.setattr(reader_of_fhir, "_set_aside", lambda entry, error, reading: None)
    assert next(lost(0, 1_000), None) is not None
