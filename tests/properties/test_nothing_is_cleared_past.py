"""Damaged evidence of what speaks against a drug never clears it: not the decision, not the printed sentence.

For every drug and every fact that makes a major statement about it apply, alone in an otherwise harmless patient, the
evidence is undated, dated too early or too late, given no unit or an unknown one, made preliminary, or coded in a
way that nobody knows.
"""

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from rich.console import Console

from fullcourse.adapters.answers import read_answers
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical import Decision, Record, Status
from fullcourse.interfaces.cli.check_text import print_check
from fullcourse.journey.check import CheckResult
from harmless import harmless_facts
from patients import AT, knowledge
from speaking_against import Value, bundle_of, cases, checker, native, reader

SENTENCE = "speaks against it"
FUTURE, STALE = AT + timedelta(days=30), AT - timedelta(days=3000)
OURS = {"system": "http://our.example/codes", "code": "17"}
DAMAGES = ("undated", "future", "stale", "without a unit", "of an unknown unit", "preliminary", "recoded")
IN_TOML = ("undated", "future", "stale")


def damaged(resource: dict[str, Any], damage: str) -> dict[str, Any] | None:
    """Return a resource that is damaged; None where it has nothing to damage in this way."""
    dated = next(key for key in ("recordedDate", "effectiveDateTime", "authored") if key in resource)
    kind = resource["resourceType"]
    match damage:
        case "undated":
            return {key: value for key, value in resource.items() if key != dated}
        case "future" | "stale":
            return {**resource, dated: (FUTURE if damage == "future" else STALE).isoformat()}
        case "without a unit" if "valueQuantity" in resource:
            return {**resource, "valueQuantity": {"value": resource["valueQuantity"]["value"]}}
        case "of an unknown unit" if "valueQuantity" in resource:
            return {**resource, "valueQuantity": {**resource["valueQuantity"], "unit": "wibble", "code": "wibble"}}
        case "preliminary" if kind == "Observation":
            return {**resource, "status": "preliminary"}
        case "preliminary" if kind != "QuestionnaireResponse":
            return {**resource, "verificationStatus": {"coding": [{"code": "provisional"}]}}
        case "recoded" if kind == "Observation":
            return {**resource, "code": {"coding": [OURS], "text": "ours"}}
        case "recoded" if kind != "QuestionnaireResponse":
            return {
                **resource,
                "code": {"coding": [OURS], "text": "ours"},
            }
    return None


def fhir(name: str, *resources: dict[str, Any]) -> Record:
    return reader().read(json.dumps(bundle_of(name, *resources)).encode(), AT)


def toml(name: str, value: Value, on: date | None) -> Record:
    rows = {**{fact: (known, AT) for fact, known in harmless_facts().items()}, name: (value, on)}
    text = ""
    for fact, (known, day) in rows.items():
        if knowledge().facts[fact].kind == "given":
            continue
        unit = (
            f"unit = {json.dumps(knowledge().facts[fact].unit)}\n" if knowledge().facts[fact].kind == "number" else ""
        )
        dated = f"on = {day.isoformat()}\n" if day else ""
        text += f"[[fact]]\nid = {json.dumps(fact)}\nvalue = {json.dumps(known)}\n{unit}{dated}\n"
    text += '[[medicine]]\nname = "pyridoxine 50 mg tablet"\n'
    return read_answers(text.encode(), knowledge().facts.values(), recognise, "record")


def checked(record: Record, drug: str) -> tuple[CheckResult, str]:
    known = knowledge()
    result = checker().check(record, AT, [known.drugs[drug]])
    console = Console(file=io.StringIO(), width=80, highlight=False)
    print_check(result, known, console)
    return result, console.file.getvalue()  # type: ignore[attr-defined]


def is_used_or_named(result: CheckResult, name: str, statement: str) -> bool:
    applies = {finding.id for finding in result.drugs[0].findings if finding.status is Status.APPLIES}
    return statement in applies or any(name in entry.facts for entry in result.on_file)


@pytest.mark.parametrize("drug", sorted(knowledge().drugs))
def test_damaged_evidence_against_a_drug_never_clears_it(drug: str):
    for name, value, statement in cases()[drug]:
        whole = native(name, value)
        result, _ = checked(fhir(name, whole), drug)
        assert statement in {finding.id for finding in result.drugs[0].findings if finding.status is Status.APPLIES}
        for damage in DAMAGES:
            resource = damaged(whole, damage)
            if resource is None:
                continue
            result, text = checked(fhir(name, resource), drug)
            about = (drug, name, value, damage)
            assert result.drugs[0].decision is not Decision.NO_OBJECTION, about
            assert SENTENCE not in " ".join(text.split()), about
            assert damage == "recoded" or is_used_or_named(result, name, statement), about


def other_contents(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return what may stand under the id of a resource as well: an older version, one that takes it back, another."""
    dated = next(key for key in ("recordedDate", "effectiveDateTime", "authored") if key in resource)
    yield {**resource, dated: (AT - timedelta(days=2)).isoformat()}
    if "status" in resource:
        yield {**resource, "status": "entered-in-error"}
        yield {**resource, "code": {"text": "ours"}, "item": []}
    else:
        yield {**resource, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
        yield {**resource, "verificationStatus": {"coding": [{"code": "refuted"}]}}
        yield {**resource, "code": {"coding": [OURS], "text": "ours"}}
    if "valueQuantity" in resource:
        yield {**resource, "valueQuantity": {**resource["valueQuantity"], "value": 1.0}}
        yield {**resource, "valueQuantity": {**resource["valueQuantity"], "value": 99.0}}


@pytest.mark.parametrize("drug", sorted(knowledge().drugs))
def test_another_content_under_the_id_of_what_speaks_against_a_drug_never_clears_it(drug: str):
    for name, value, statement in cases()[drug]:
        whole = native(name, value)
        for other in other_contents(whole):
            for contents in ((whole, other), (other, whole)):
                result, text = checked(fhir(name, *contents), drug)
                about = (drug, name, value, other)
                assert result.drugs[0].decision is not Decision.NO_OBJECTION, about
                assert SENTENCE not in " ".join(text.split()), about
                assert is_used_or_named(result, name, statement), about


@pytest.mark.parametrize("drug", sorted(knowledge().drugs))
def test_damaged_facts_against_a_drug_never_clear_it(drug: str):
    for name, value, statement in cases()[drug]:
        for damage in IN_TOML:
            on = {"undated": None, "future": FUTURE, "stale": STALE}[damage]
            result, text = checked(toml(name, value, on), drug)
            about = (drug, name, value, damage)
            assert result.drugs[0].decision is not Decision.NO_OBJECTION, about
            assert SENTENCE not in " ".join(text.split()), about
            assert is_used_or_named(result, name, statement), about


def test_every_drug_that_a_fact_can_speak_against_is_tried():
    counts = {drug: len(found) for drug, found in cases().items()}
    assert [drug for drug, count in counts.items() if not count] == []


def test_the_harmless_patient_is_cleared_so_that_the_damage_alone_decides():
    known = knowledge()
    alone = frozenset({"imipenem", "meropenem"})  # they want clavulanate beside them
    drugs = [drug for drug in known.drugs if drug not in alone]
    assert len(drugs) == len(known.drugs) - len(alone)
    for drug in drugs:
        result, _ = checked(toml("sex", "male", AT), drug)
        assert result.drugs[0].decision is Decision.NO_OBJECTION, drug
        assert result.on_file == ()
        assert result.drugs[0].not_cleared == ()
